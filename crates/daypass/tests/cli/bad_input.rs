//! Wrong input: a message that a person can act on, at once, with the documented code, and nothing called.

use crate::support::{Home, ONE_BUCKET, PATIENCE, World, texts};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Runs `try` on a file in the sandbox; the exit code and what was said.
fn try_text(text: impl AsRef<[u8]>) -> (i32, String) {
    let home = Home::new();
    let policy = home.file("policy.json", text);
    let output = home
        .daypass()
        .args(["try", "--sandbox"])
        .arg(policy)
        .args(["--", "true"])
        .output()
        .unwrap();
    (output.status.code().unwrap(), texts(&output).1)
}

#[test]
fn what_is_no_json() {
    let (code, said) = try_text("{\"Version\": \"2012-10-17\",, }");
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("error") && said.contains("policy.json:1:2"),
        "{said}"
    );
}

#[test]
fn what_is_no_policy_is_told_all_at_once() {
    let (code, said) = try_text(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:*","Resorce":"*"}]}"#,
    );
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("`allow`") && said.contains("write \"Allow\""),
        "{said}"
    );
    assert!(
        said.contains("`Resorce`") && said.contains("\"Resource\""),
        "{said}"
    );
    assert!(!said.contains("creating"), "nothing is called: {said}");
}

#[test]
fn a_wrong_version() {
    let (code, said) = try_text(ONE_BUCKET.replace("2012-10-17", "2012-10-18"));
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("2012-10-18") && said.contains("2012-10-17"),
        "{said}"
    );
}

#[test]
fn nothing_in_it() {
    for text in ["", " \n\t", "\u{feff}\r\n"] {
        let (code, said) = try_text(text);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("policy.json is empty"), "{said}");
    }
}

#[test]
fn what_is_no_text() {
    let (code, said) = try_text([0xff, 0xfe, 0x00]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("not text in UTF-8"), "{said}");
}

#[test]
fn too_large_for_a_role() {
    // "IAM and AWS STS quotas": 10,240 characters for all inline policies of a role, daypass's own Deny among them.
    let arns: Vec<String> = (0..400)
        .map(|n| format!("\"arn:aws:s3:::bucket-number-{n:06}\""))
        .collect();
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:ListBucket","Resource":[{}]}}]}}"#,
        arns.join(",")
    );
    let (code, said) = try_text(&text);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("characters") && said.contains("--managed-policy"),
        "{said}"
    );
    let (code, said) = try_text(" ".repeat(2 * 1024 * 1024));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("1 MiB"), "{said}");
}

#[test]
fn what_windows_and_editors_add_is_fine() {
    let text = format!("\u{feff}{}", ONE_BUCKET.replace('\n', "\r\n"));
    let (code, said) = try_text(text);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn lint_errors_stop_before_any_call() {
    let (code, said) = try_text(ONE_BUCKET.replace("arn:aws:s3:::archive", "archive"));
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("resource-malformed") && !said.contains("creating"),
        "{said}"
    );
}

#[test]
fn no_such_file_and_a_directory() {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["try", "--sandbox", "nowhere.json", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(texts(&output).1.contains("there is no file nowhere.json"));
    let output = home
        .daypass()
        .args(["try", "--sandbox", ".", "--", "true"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(texts(&output).1.contains(". is a directory"));
}

#[test]
fn a_role_that_is_none() {
    let home = Home::new();
    let policy = home.policy();
    for role in [
        "Admin",
        "arn:aws:iam::111122223333:user/ann",
        "arn:aws:iam::1:role/x",
    ] {
        let output = home
            .daypass()
            .args(["try", "--sandbox", "--role", role])
            .arg(&policy)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            texts(&output)
                .1
                .contains("a role's ARN looks like arn:aws:iam::111122223333:role/Admin")
        );
    }
}

#[test]
fn a_role_of_another_account() {
    let home = Home::new();
    let policy = home.policy();
    let role = "arn:aws:iam::444455556666:role/Admin";
    let output = home
        .daypass()
        .args(["try", "--sandbox", "--role", role])
        .arg(policy)
        .output()
        .unwrap();
    let (_, said) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("AssumeRole was refused by AWS (AccessDenied)"),
        "{said}"
    );
    assert!(
        said.contains("account: 111122223333") && said.contains("across accounts"),
        "{said}"
    );
    assert!(!said.contains("creating"), "{said}");
}

#[test]
fn durations_out_of_range() {
    let home = Home::new();
    let policy = home.policy();
    for (lasts, told) in [
        ("30s", "from 1m to 12h"),
        ("13h", "from 1m to 12h"),
        ("soon", "write it like 10m"),
    ] {
        let output = home
            .daypass()
            .args(["try", "--sandbox", "--for", lasts])
            .arg(&policy)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(texts(&output).1.contains(told), "{lasts}");
    }
}

#[test]
fn combinations_that_cannot_work() {
    let home = Home::new();
    home.policy();
    for (arguments, told) in [
        (
            &["try", "policy.json", "--via", "session"][..],
            "--via session needs --role",
        ),
        (
            &["try", "policy.json", "--sandbox", "--format", "env"],
            "gone when this command ends",
        ),
        (&["try", "-", "--watch", "--", "true"], "--watch needs a file"),
        (&["try", "policy.json", "--watch"], "--watch"),
        (
            &["try", "policy.json", "--format", "env", "--", "true"],
            "cannot be used with",
        ),
        (&["cleanup"], "tell what to clean up"),
        (&["demo", "--live", "--sandbox"], "choose one"),
        (&["demo", "--yes"], "--live"),
        (&[], "Usage"),
    ] {
        let output = home.daypass().args(arguments).output().unwrap();
        let (_, said) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
}

#[test]
fn nobody_to_be() {
    let home = Home::new();
    let policy = home.policy();
    let output = home
        .daypass()
        .arg("try")
        .arg(policy)
        .args(["--", "true"])
        .output()
        .unwrap();
    let (_, said) = texts(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("no AWS credentials were found") && said.contains("--sandbox"),
        "{said}"
    );
}

#[test]
fn nobody_there() {
    let home = Home::new();
    let policy = home.policy();
    // A port that was free a moment ago: nobody listens.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let start = Instant::now();
    let output = home
        .daypass()
        .envs([
            ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ])
        .args(["try", "--endpoint-url", &format!("http://{free}")])
        .arg(policy)
        .args(["--", "true"])
        .output()
        .unwrap();
    let (_, said) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("cannot be reached") && said.contains(&free.to_string()),
        "{said}"
    );
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn somebody_who_never_answers() {
    let home = Home::new();
    let policy = home.policy();
    // Connections are taken by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let output = home
        .daypass()
        .timeout(Duration::from_mins(2))
        .envs([
            ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
        ])
        .args(["try", "--endpoint-url", &format!("http://{address}")])
        .arg(policy)
        .args(["--", "true"])
        .output()
        .unwrap();
    let (_, said) = texts(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("no answer from") && said.contains(&address.to_string()),
        "{said}"
    );
}

#[test]
fn a_command_that_is_not_there_is_told_before_anything_is_made() {
    let world = World::new();
    let policy = world.home.policy();
    let output = world
        .daypass()
        .arg("try")
        .arg(policy)
        .args(["--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert!(texts(&output).1.contains("command not found: no-such-program"));
    assert!(world.sandbox.log().is_empty(), "no call was made");
}

#[test]
fn a_command_that_cannot_be_run_leaves_nothing() {
    let world = World::new();
    let policy = world.home.policy();
    let no_program = world.home.file("notes.txt", "not a program");
    let output = world
        .daypass()
        .arg("try")
        .arg(policy)
        .arg("--")
        .arg(no_program)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(126), "{}", texts(&output).1);
    assert_eq!(world.calls("CreateRole").len(), 1);
    assert!(world.leases().is_empty());
}

#[test]
fn what_can_be_read_only_once_is_not_watched() {
    let world = World::new();
    let daypass = crate::support::binary();
    for policy in ["/dev/stdin", "/dev/null"] {
        let script = format!(
            "cat policy.json | '{}' try {policy} --watch -- true",
            daypass.display()
        );
        let output = world.shell(&script).output().unwrap();
        let (_, said) = texts(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains("--watch needs a regular file") && said.contains(policy),
            "{said}"
        );
    }
    assert!(world.sandbox.log().is_empty());
}

#[test]
fn a_megabyte_in_one_place_is_not_echoed() {
    let long = "x".repeat(1_000_000);
    for text in [
        ONE_BUCKET.replace("arn:aws:s3:::archive", &format!("arn:aws:s3:::{long}")),
        ONE_BUCKET.replace("\"Deny\"", &format!("\"{long}\"")),
        format!("{{\"{long}"),
    ] {
        let (code, said) = try_text(text);
        assert_eq!(code, 2, "{} bytes", said.len());
        assert!(said.len() < 10_000, "{} bytes", said.len());
    }
}
