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

#[test]
fn the_region_is_the_one_that_is_asked_for() {
    let home = Home::new();
    for arguments in [
        &["try", "--sandbox", "--region", "eu-west-1", "policy.json"][..],
        &["sandbox", "exec", "--region", "eu-west-1"],
    ] {
        let output = home
            .daypass()
            .args(arguments)
            .args(["--", "sh", "-c", "echo $AWS_REGION"])
            .output()
            .unwrap();
        assert_eq!(texts(&output).0, "eu-west-1\n", "{}", texts(&output).1);
    }
}

#[test]
fn a_region_that_is_none_is_bad_input() {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["try", "policy.json", "--region", "evil.example/", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        texts(&output).1.contains("a region looks like"),
        "{}",
        texts(&output).1
    );
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let output = home
            .daypass()
            .env(name, "evil.example/")
            .args(["try", "policy.json", "--", "true"])
            .output()
            .unwrap();
        let said = texts(&output).1;
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(name) && said.contains("a region looks like"),
            "{said}"
        );
    }
}

#[test]
fn a_sandbox_is_no_other_place() {
    let home = Home::new();
    for (before, after) in [
        (
            &["--profile", "prod"][..],
            &["try", "--sandbox", "policy.json"][..],
        ),
        (&[], &["try", "--sandbox", "policy.json", "--profile", "prod"]),
        (
            &[],
            &[
                "try",
                "--sandbox",
                "policy.json",
                "--endpoint-url",
                "http://127.0.0.1:1",
            ],
        ),
        (&["--endpoint-url", "http://127.0.0.1:1"], &["sandbox", "exec"]),
        (&[], &["sandbox", "exec", "--profile", "prod"]),
    ] {
        let output = home
            .daypass()
            .args(before)
            .args(after)
            .args(["--", "true"])
            .output()
            .unwrap();
        let said = texts(&output).1;
        assert_eq!(output.status.code(), Some(2), "{before:?} {after:?}: {said}");
        assert!(said.contains("sandbox") && said.contains("--"), "{said}");
    }
}
