//! Sessions that are kept: asked for once, sealed, and never in anything that is written.

use super::{ANN_SECRET, DEV, DEVICE, JSON, ann, answer, world};
use crate::support::{World, binary, texts};
use jiff::Timestamp;
use std::path::Path;
use std::process::{Command, Stdio};

fn spawn(world: &World) -> std::process::Child {
    Command::new(binary())
        .args(["assume", DEV, "--format", "credential-process"])
        .env_clear()
        .envs(world.variables())
        .env("AWS_ACCESS_KEY_ID", "AKIAANNEXAMPLE000001")
        .env("AWS_SECRET_ACCESS_KEY", ANN_SECRET)
        .env("XDG_RUNTIME_DIR", world.home.path())
        .env("DAYPASS_CACHE_KEY", "file")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn two_hundred_callers_make_one_call() {
    let world = world();
    let callers: Vec<_> = (0..200).map(|_| spawn(&world)).collect();
    let mut answers: Vec<Vec<u8>> = callers
        .into_iter()
        .map(|caller| {
            let output = caller.wait_with_output().unwrap();
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            output.stdout
        })
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "all have the same session");
    let asked: Vec<String> = world
        .sandbox
        .log()
        .into_iter()
        .map(|call| call.operation)
        .collect();
    assert_eq!(asked, ["AssumeRole"]);
}

#[test]
fn what_differs_in_anything_is_another_session() {
    let world = world();
    let calls = |arguments: &[&str]| {
        answer(&mut ann(&world), &[arguments, &JSON[..]].concat()).ok();
        world.calls("AssumeRole").len()
    };
    assert_eq!(calls(&[DEV]), 1);
    assert_eq!(calls(&[DEV]), 1);
    assert_eq!(calls(&[DEV, "--for", "1h"]), 1, "what is said is the same");
    assert_eq!(calls(&[DEV, "--for", "30m"]), 2);
    assert_eq!(calls(&[DEV, "--read-only"]), 3);
    assert_eq!(calls(&[DEV, "--tag", "a=b"]), 4);
    assert_eq!(calls(&[DEV, "--session-name", "me"]), 5);
    assert_eq!(calls(&[DEV, "--refresh"]), 6);
    assert_eq!(calls(&[DEV]), 6, "the refreshed one is kept");
    assert_eq!(calls(&[DEV, "--no-cache"]), 7);
    assert_eq!(calls(&[DEV]), 7);
}

#[test]
fn the_first_failure_keeps_nothing() {
    let world = world();
    let nowhere = "arn:aws:iam::111122223333:role/Nowhere";
    for attempt in 1..=2 {
        assert_eq!(
            answer(&mut ann(&world), &[&[nowhere], &JSON[..]].concat()).code,
            1
        );
        assert_eq!(world.calls("AssumeRole").len(), attempt);
    }
}

fn files_under(directory: &Path, found: &mut Vec<(std::path::PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
}

/// Everything that a run leaves and says, at its most talkative, and what `ps` shows of it.
#[test]
fn decision_11_secrets_are_nowhere_but_where_they_were_asked_for() {
    let world = world();
    let code = world.sandbox.mfa_code(DEVICE, Timestamp::now()).unwrap();
    let handed = answer(
        &mut ann(&world),
        &["-vvv", DEV, "--mfa-code", &code, "--format", "credential-process"],
    )
    .ok();
    let session = handed.json();
    let secrets: Vec<String> = ["SecretAccessKey", "SessionToken"]
        .iter()
        .map(|name| session[name].as_str().unwrap().to_owned())
        .chain([ANN_SECRET.to_owned()])
        .collect();
    let mut said = vec![handed.err];
    // Its own arguments and those of all that it starts, from inside.
    let script = "cat /proc/$$/cmdline /proc/$PPID/cmdline | tr '\\0' ' '";
    for arguments in [
        &["-vvv", DEV, "--mfa", "--", "sh", "-c", script][..],
        &["-vvv", DEV, "--mfa", "--write-profile", "now"],
        &["-vvv", DEV, "--mfa", "--refresh", "--", "true"],
        &[
            "-vvv",
            "arn:aws:iam::111122223333:role/Nope",
            "--mfa",
            "--",
            "true",
        ],
        &[
            "-vvv",
            DEV,
            "--mfa",
            "--mfa-code",
            "000000",
            "--no-cache",
            "--",
            "true",
        ],
        &["-vvv", DEV, "--mfa", "--server", "--", "sh", "-c", script],
    ] {
        let answered = answer(&mut ann(&world), arguments);
        said.extend([answered.out, answered.err]);
    }
    // The others, with the session's own credentials.
    for arguments in [
        &["whoami"][..],
        &["doctor"],
        &[
            "check",
            "--allowed",
            "s3:ListAllMyBuckets",
            "--denied",
            "iam:CreateUser",
        ],
        &["role", "create", "Made", "--yes"],
        &["role", "show", "Made"],
        &["profile", "clean"],
    ] {
        let mut command = ann(&world);
        for (variable, member) in [
            ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
            ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
            ("AWS_SESSION_TOKEN", "SessionToken"),
        ] {
            command.env(variable, session[member].as_str().unwrap());
        }
        let (out, err) = texts(&command.arg("-vvv").args(arguments).output().unwrap());
        assert!(!out.is_empty() || !err.is_empty(), "{arguments:?}");
        said.extend([out, err]);
    }
    let mut files = Vec::new();
    files_under(world.home.path(), &mut files);
    for secret in &secrets {
        for text in &said {
            assert!(!text.contains(secret), "{text}");
        }
        for (path, bytes) in &files {
            let asked_for = path.ends_with(".aws/credentials");
            let text = String::from_utf8_lossy(bytes);
            assert!(asked_for || !text.contains(secret), "{}", path.display());
        }
    }
    let credentials = world.home.path().join(".aws/credentials");
    assert!(
        std::fs::read_to_string(credentials)
            .unwrap()
            .contains(&secrets[1])
    );
}
