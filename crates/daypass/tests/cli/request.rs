//! `daypass request`: the entry is in the file and the rest of the file is as it was, or nothing is written.

use crate::support::{Home, texts};
use std::os::unix::fs::PermissionsExt;

const TEMPORARY: &str = "\
# Who has what, until when.
temporary-access:
  - user: cora@example.com  # on call
    environment: dev
    grant: reports.read
    expiration_date: 2020-01-01
# The end
";

fn team() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.path().join("aws-accounts")).unwrap();
    std::fs::create_dir(home.path().join("aws-policies")).unwrap();
    home.file(
        "aws-accounts/team.yaml",
        "aws-accounts:\n  dev: \"111122223333\"\n  prod: \"444455556666\"\n",
    );
    home.file(
        "aws-policies/team.yaml",
        "aws-policies:\n  reports.read:\n    custom_statements:\n      - effect: Allow\n        actions: [s3:GetObject]\n        \
         resources: [\"arn:aws:s3:::reports/*\"]\n",
    );
    home
}

fn with_temporary(text: &str) -> Home {
    let home = team();
    std::fs::create_dir(home.path().join("temporary-access")).unwrap();
    home.file("temporary-access/team.yaml", text);
    home
}

fn written(home: &Home) -> Option<String> {
    std::fs::read_to_string(home.path().join("temporary-access/team.yaml")).ok()
}

/// stdout, stderr and the exit code of a request for reports.read in prod, with these options besides.
fn request(home: &Home, options: &[&str]) -> (String, String, i32) {
    let asked = [
        "request",
        "--team",
        "team",
        "--env",
        "prod",
        "--grant",
        "reports.read",
    ];
    let output = home.daypass().args(asked).args(options).output().unwrap();
    let (said, told) = texts(&output);
    (said, told, output.status.code().unwrap())
}

fn tomorrow() -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24))
        .strftime("%Y-%m-%d")
        .to_string()
}

#[test]
fn the_entry_is_added_and_the_file_kept() {
    let home = with_temporary(TEMPORARY);
    let path = home.path().join("temporary-access/team.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let options = [
        "--user",
        "bert@example.com",
        "--until",
        &tomorrow(),
        "--reason",
        "It's stuck: again",
    ];
    let (said, told, code) = request(&home, &options);
    assert_eq!((told.as_str(), code), ("", 0));
    let (above, below) = TEMPORARY.split_at(TEMPORARY.find("# The end").unwrap());
    let day = tomorrow();
    let entry = format!(
        "  - user: bert@example.com\n    environment: prod\n    grant: reports.read\n    expiration_date: {day}\n    \
         reason: \"It's stuck: again\"\n"
    );
    assert_eq!(written(&home).unwrap(), format!("{above}{entry}{below}"));
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let after: jiff::civil::Date = day.parse().unwrap();
    let said = said
        .replace(&after.tomorrow().unwrap().to_string(), "DAY-AFTER")
        .replace(&day, "TOMORROW");
    insta::assert_snapshot!(said);
    // Nothing else is left in the folder.
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn the_next_steps_are_what_git_takes() {
    let home = with_temporary("temporary-access: []\n");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=Bert", "-c", "user.email=bert@example.com"]);
        let output = git
            .args(arguments)
            .current_dir(home.path())
            .env("HOME", home.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", texts(&output).1);
        texts(&output).0
    };
    git(&["init", "--quiet"]);
    let (said, _, _) = request(
        &home,
        &[
            "--user",
            "bert@example.com",
            "--for",
            "2d",
            "--reason",
            "`it's` $stuck",
        ],
    );
    let steps: Vec<&str> = said.lines().skip_while(|line| *line != "Next:").skip(1).collect();
    let [steps @ .., push] = steps.as_slice() else {
        panic!("{said}")
    };
    assert_eq!(*push, "  git push -u origin HEAD");
    let script = steps.join("\n");
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .args(["-ec", &script])
        .current_dir(home.path())
        .env("HOME", home.path());
    for who in ["AUTHOR", "COMMITTER"] {
        shell
            .env(format!("GIT_{who}_NAME"), "Bert")
            .env(format!("GIT_{who}_EMAIL"), "bert@example.com");
    }
    let output = shell.output().unwrap();
    assert!(output.status.success(), "{script}\n{}", texts(&output).1);
    let message = git(&["log", "-1", "--format=%B", "--name-only"]);
    assert!(
        message.starts_with("bert@example.com: reports.read in prod until "),
        "{message}"
    );
    assert!(
        message.contains("\n`it's` $stuck\n") && message.contains("temporary-access/team.yaml"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_not_there_is_made() {
    let home = team();
    let (said, told, code) = request(&home, &["--role", "nightly", "--env", "dev", "--for", "36h"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        said.starts_with("Added to temporary-access/team.yaml:2\n"),
        "{said}"
    );
    let text = written(&home).unwrap();
    assert!(
        text.starts_with(
            "temporary-access:\n  - role: nightly\n    environments: [prod, dev]\n    grant: reports.read\n"
        ),
        "{text}"
    );
    assert_eq!(
        home.daypass()
            .args(["validate", "team", "--deny-warnings"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let home = team();
    let (said, _, code) = request(&home, &["--group", "auditors", "--for", "1d", "--dry-run"]);
    assert_eq!((code, written(&home)), (0, None));
    assert!(
        said.starts_with("Would add to temporary-access/team.yaml:2\n") && !said.contains("git"),
        "{said}"
    );
}

#[test]
fn what_would_be_wrong_is_not_written() {
    let home = with_temporary(TEMPORARY);
    for (options, rule) in [
        (["--user", "bert@example.com", "--for", "30d"], "end-too-far"),
        (
            ["--user", "bert@example.com", "--until", "2020-01-01"],
            "end-passed",
        ),
        (["--user", "b e r t", "--for", "1d"], "wrong-name"),
    ] {
        let (said, told, code) = request(&home, &options);
        assert_eq!((said.as_str(), code), ("", 2), "{told}");
        assert!(told.contains(&format!("error[{rule}]")), "{told}");
        assert!(
            told.contains("nothing was written") && told.contains("team.yaml:"),
            "{told}"
        );
        assert_eq!(written(&home).unwrap(), TEMPORARY);
    }
    let (_, told, code) = request(&home, &["--user", "b", "--for", "1d", "--grant", "report.read"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(told.replace(&told_day(&told), "END"));
}

/// The end that is quoted from the entry.
fn told_day(told: &str) -> String {
    let (_, rest) = told.split_once("expiration_date: ").unwrap_or(("", "nowhere "));
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn files_that_are_wrong_already_are_told() {
    let home = with_temporary("temporary-access: [\n");
    let (_, told, code) = request(&home, &["--user", "bert", "--for", "1d"]);
    assert_eq!(code, 2);
    assert!(
        told.contains("wrong as they are") && told.contains("error[syntax]"),
        "{told}"
    );
    assert_eq!(written(&home).unwrap(), "temporary-access: [\n");
}

#[test]
fn what_is_held_already_needs_no_entry() {
    let home = with_temporary("temporary-access: []\n");
    assert_eq!(request(&home, &["--user", "bert", "--for", "3d"]).2, 0);
    let once = written(&home);
    let (said, _, code) = request(&home, &["--user", "bert", "--for", "2d"]);
    assert_eq!((code, written(&home)), (0, once));
    assert!(
        said.starts_with("Nothing to do: bert has this already.\n  reports.read until "),
        "{said}"
    );
    assert!(
        said.trim_end().ends_with("temporary-access/team.yaml:2"),
        "{said}"
    );
    let (said, _, _) = request(&home, &["--user", "bert", "--for", "4d"]);
    assert!(
        said.contains("That extends what user bert has of reports.read until "),
        "{said}"
    );
    assert_eq!(written(&home).unwrap().matches("- user: bert").count(), 2);
}

#[test]
fn arguments_that_make_no_request() {
    let home = team();
    for options in [
        &["--user", "bert"][..],
        &["--for", "1d"],
        &["--user", "bert", "--role", "x", "--for", "1d"],
        &["--user", "bert", "--for", "1d", "--until", "2026-11-30"],
        &["--user", "bert", "--until", "2d"],
        &["--user", "bert", "--for", "soon"],
    ] {
        assert_eq!(request(&home, options).2, 2, "{options:?}");
    }
}
