//! What credentials are handed out as: lines for shells, the credentials file, the console's URL.

use super::{DEV, JSON, ann, answer, world};
use crate::support::{binary, texts, until};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

#[test]
fn every_format() {
    let world = world();
    let said = |format: &str| answer(&mut ann(&world), &[DEV, "--format", format]).ok().out;
    let id = answer(&mut ann(&world), &[&[DEV], &JSON[..]].concat()).json()["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(said("env").contains(&format!("export AWS_ACCESS_KEY_ID={id}\n")));
    assert!(said("fish").contains(&format!("set -gx AWS_ACCESS_KEY_ID '{id}'\n")));
    assert!(said("powershell").contains(&format!("$env:AWS_ACCESS_KEY_ID = '{id}'\n")));
    assert!(said("json").contains("\"Region\": \"us-east-1\""));
    assert!(said("env").contains("export AWS_CREDENTIAL_EXPIRATION=20"));
}

#[test]
fn a_profile_is_written_for_its_owner_alone_and_cleaned_up() {
    let world = world();
    let directory = world.home.path().join(".aws");
    std::fs::create_dir(&directory).unwrap();
    let path = directory.join("credentials");
    let theirs = "# mine\n[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = s\n";
    std::fs::write(&path, theirs).unwrap();
    let written = answer(&mut ann(&world), &[DEV, "--write-profile", "now"]).ok();
    assert_eq!(written.out, "now\n");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with(theirs) && text.contains("[now]\n# daypass: expires 20"),
        "{text}"
    );
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    // Whoever took such a profile would be its role.
    let config = "[profile chain]\nrole_arn = arn:aws:iam::111122223333:role/Other\nsource_profile = prod\n";
    world.home.file(".aws/config", config);
    let refused = answer(&mut ann(&world), &[DEV, "--write-profile", "chain"]);
    assert!(
        refused.code == 2 && refused.err.contains("profile chain names a role of its own"),
        "{}",
        refused.err
    );
    let refused = answer(&mut ann(&world), &[DEV, "--write-profile", "prod"]);
    assert!(
        refused.code == 2 && refused.err.contains("credentials: line 2: profile prod"),
        "{}",
        refused.err
    );
    let clean = |arguments: &[&str]| {
        let output = ann(&world)
            .args(["profile", "clean"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success());
        texts(&output)
    };
    let (out, err) = clean(&[]);
    assert!(out.is_empty() && err.contains("now is kept until"), "{err}");
    let ended = text.replace("# daypass: expires 20", "# daypass: expires 19");
    std::fs::write(&path, ended).unwrap();
    assert!(clean(&[]).0.starts_with("removed now, which ended at 19"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);
    assert!(clean(&[]).1.contains("has written no profile"));
}

#[test]
fn what_is_no_file_is_not_written_to() {
    let world = world();
    let socket = world.home.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let mut command = ann(&world);
    command.env("AWS_SHARED_CREDENTIALS_FILE", &socket);
    command.env("AWS_CONFIG_FILE", world.home.path().join("none"));
    let refused = answer(&mut command, &[DEV, "--write-profile", "now"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(!std::fs::symlink_metadata(&socket).unwrap().is_file());
}

/// Killed at any moment, the file is the old or the new one.
#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    let world = world();
    let directory = world.home.path().join(".aws");
    std::fs::create_dir(&directory).unwrap();
    let path = directory.join("credentials");
    // Large, so that writing takes a while.
    let theirs = "[theirs]\nregion = eu-west-1\n\n".repeat(40_000);
    std::fs::write(&path, &theirs).unwrap();
    answer(&mut ann(&world), &[DEV, "--write-profile", "now"]).ok();
    let new = std::fs::read_to_string(&path).unwrap();
    let (mut olds, mut news) = (0, 0);
    for round in 0..24u64 {
        std::fs::write(&path, &theirs).unwrap();
        let mut child = Command::new(binary())
            .args(["assume", DEV, "--write-profile", "now"])
            .env_clear()
            .envs(world.variables())
            .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
            .env("AWS_SECRET_ACCESS_KEY", super::ANN_SECRET)
            .env("XDG_RUNTIME_DIR", world.home.path())
            .env("DAYPASS_CACHE_KEY", "file")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // At each moment of its life in turn, the writing of the file among them; every fourth once it has begun.
        if round % 4 == 0 {
            until("a file is being written", || {
                let files = std::fs::read_dir(&directory).unwrap().count();
                files > 1 || child.try_wait().unwrap().is_some()
            });
        } else {
            std::thread::park_timeout(std::time::Duration::from_millis(round * 12));
        }
        let _ = child.kill();
        child.wait().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text == theirs || text == new, "{} bytes", text.len());
        olds += usize::from(text == theirs);
        news += usize::from(text == new);
    }
    assert_eq!(olds + news, 24);
    assert!(olds > 0, "it was always too late");
}

/// AWS's sign-in as its page "Enabling custom identity broker access to the AWS console" has it, for one request.
fn sign_in() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/federation", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap())
            .read_line(&mut line)
            .unwrap();
        let body = r#"{"SigninToken":"t0ken-in_clear"}"#;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        line
    });
    (url, asked)
}

#[test]
fn the_consoles_url_is_printed() {
    let world = world();
    let (url, asked) = sign_in();
    let printed = answer(
        &mut ann(&world),
        &[DEV, "--console", "--destination", "s3", "--sign-in-url", &url],
    )
    .ok();
    assert_eq!(
        printed.out,
        format!(
            "{url}?Action=login&Issuer=daypass&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome%3F\
             region%3Dus-east-1&SigninToken=t0ken-in_clear\n"
        )
    );
    let asked = asked.join().unwrap();
    assert!(
        asked.starts_with("GET /federation?Action=getSigninToken&Session=%7B%22sessionId%22%3A%22ASIA")
            && asked.contains("%22sessionToken%22"),
        "{asked}"
    );
    // Credentials of another endpoint are not shown to AWS.
    let refused = answer(&mut ann(&world), &[DEV, "--console"]);
    assert!(
        refused.code == 2 && refused.err.contains("another endpoint"),
        "{}",
        refused.err
    );
}

#[test]
fn functions_for_every_shell() {
    let world = world();
    for (shell, part) in [
        ("bash", "assume() {"),
        ("zsh", "assume() {"),
        ("fish", "function assume"),
        ("powershell", "function assume {"),
    ] {
        let output = world.daypass().args(["shell-init", shell]).output().unwrap();
        assert!(texts(&output).0.contains(part), "{shell}");
    }
}
