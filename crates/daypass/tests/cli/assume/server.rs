//! The server for jobs that outlive a session: for whoever has the token, and nobody else.

use super::{DEV, ann, answer, world};
use std::io::{Read, Write};
use std::net::TcpStream;

/// One request as it is, and the whole answer.
fn ask(url: &str, path: &str, headers: &str) -> String {
    let address = url.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn who_has_the_token_gets_the_credentials() {
    let world = world();
    let script = "env | grep -E '^(AWS|DAYPASS)_'; exit 4";
    let shown = answer(&mut ann(&world), &[DEV, "--server", "--", "sh", "-c", script]);
    assert_eq!(shown.code, 4, "{}", shown.err);
    assert!(
        shown
            .out
            .contains("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:")
            && !shown.out.contains("AWS_ACCESS_KEY_ID")
            && !shown.out.contains("DAYPASS_EXPIRES_AT"),
        "{}",
        shown.out
    );
}

#[test]
fn alone_it_serves_until_it_is_stopped() {
    let world = world();
    let mut child = std::process::Command::new(crate::support::binary())
        .args(["assume", DEV, "--server"])
        .env_clear()
        .envs(world.variables())
        .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
        .env("AWS_SECRET_ACCESS_KEY", super::ANN_SECRET)
        .env("XDG_RUNTIME_DIR", world.home.path())
        .env("DAYPASS_CACHE_KEY", "file")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let unset = lines.next().unwrap().unwrap();
    assert!(unset.starts_with("unset AWS_ACCESS_KEY_ID "), "{unset}");
    let mut value = |name: &str| {
        let line = lines.next().unwrap().unwrap();
        line.strip_prefix(&format!("export {name}=")).unwrap().to_owned()
    };
    let url = value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let token = value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    assert_eq!(token.len(), 64);
    let good = format!("host: 127.0.0.1:1\r\nauthorization: {token}\r\n");
    let answered = ask(&url, "/credentials", &good);
    assert!(answered.starts_with("HTTP/1.1 200 OK"), "{answered}");
    let (_, body) = answered.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["RoleArn"], DEV);
    for name in ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"] {
        assert!(body[name].is_string(), "{name}");
    }
    for (path, headers, status) in [
        ("/credentials", "host: 127.0.0.1\r\n".to_owned(), "403"),
        (
            "/credentials",
            format!("host: 127.0.0.1\r\nauthorization: {token}0\r\n"),
            "403",
        ),
        (
            "/credentials",
            format!("host: evil.example\r\nauthorization: {token}\r\n"),
            "403",
        ),
        ("/", good.clone(), "404"),
    ] {
        let answered = ask(&url, path, &headers);
        assert!(
            answered.starts_with(&format!("HTTP/1.1 {status}")) && !answered.contains("AccessKeyId"),
            "{headers}{answered}"
        );
    }
    let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert!(child.wait().unwrap().success());
}
