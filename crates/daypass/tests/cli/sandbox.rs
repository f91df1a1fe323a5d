//! `sandbox exec` and `sandbox start`.

use crate::support::{Home, PATIENCE, binary, texts};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn exec_gives_the_admins_credentials_and_the_childs_code() {
    let home = Home::new();
    let output = home
        .daypass()
        .env("AWS_PROFILE", "prod")
        .args(["sandbox", "exec", "--", "sh", "-c", "env; exit 7"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert_eq!(output.status.code(), Some(7), "{err}");
    assert!(
        out.contains("AWS_ENDPOINT_URL=http://127.0.0.1:") && out.contains("AWS_REGION=us-east-1"),
        "{out}"
    );
    assert!(
        out.contains("AWS_ACCESS_KEY_ID=AKIA") && !out.contains("AWS_PROFILE"),
        "{out}"
    );
    assert_eq!(err, "");
    let output = home
        .daypass()
        .args(["sandbox", "exec", "--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
}

#[test]
fn start_serves_until_it_is_told_to_end() {
    let home = Home::new();
    let mut start = Command::new(binary())
        .env_clear()
        .envs(home.variables())
        .args(["sandbox", "start", "--propagation", "realistic"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let exports: Vec<String> = BufReader::new(start.stdout.take().unwrap())
        .lines()
        .take(7)
        .map(Result::unwrap)
        .collect();
    let value = |name: &str| {
        let line = exports
            .iter()
            .find_map(|line| line.strip_prefix(&format!("export {name}=")))
            .unwrap();
        (name.to_owned(), line.to_owned())
    };
    let names = [
        "AWS_ENDPOINT_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
    ];
    // The lines are enough for any program; daypass itself is one.
    let output = home
        .daypass()
        .envs(names.map(value))
        .timeout(PATIENCE)
        .args(["cleanup", "--leases"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    kill_process(Pid::from_child(&start), Signal::INT).unwrap();
    assert_eq!(start.wait().unwrap().code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = home
        .daypass()
        .args(["sandbox", "start", "--port", &port])
        .output()
        .unwrap();
    let (_, err) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.contains("cannot listen on 127.0.0.1:") && err.contains("--port"),
        "{err}"
    );
}
