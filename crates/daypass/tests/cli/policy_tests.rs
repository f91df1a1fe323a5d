//! `daypass test`: policy test files, each reporter, coverage, watching, and cases tried on an AWS.

use crate::support::{Home, World, binary, texts, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::Read as _;
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

const REPORTS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]
    },
    {
      "Sid": "Private",
      "Effect": "Deny",
      "Action": "s3:*",
      "Resource": "arn:aws:s3:::reports/private/*"
    }
  ]
}
"#;

const HOLDS: &str = "\
policies:
  identity: reports.json
defaults:
  principal: arn:aws:iam::111122223333:role/app
cases:
  - allow: s3:ListBucket
    on: arn:aws:s3:::reports
  - name: logs are out of reach
    deny: s3:ListBucket
    on: arn:aws:s3:::logs
";

const FAILS: &str = "\
policies:
  identity: ../reports.json
  boundary: ReadOnlyAccess
defaults:
  principal: arn:aws:iam::111122223333:role/app
cases:
  - name: 'every report, \"private\" <ones> too'
    allow: s3:GetObject
    on: arn:aws:s3:::reports/*
  - name: nothing is listed
    deny: s3:List*
    on: arn:aws:s3:::reports
  - name: private is denied
    deny: s3:GetObject
    on: arn:aws:s3:::reports/private/a
    reason: {policy: boundary}
  - deny: s3:PutObject
";

fn home() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.path().join("sub")).unwrap();
    home.file("reports.json", REPORTS);
    home.file("a.test.yaml", HOLDS);
    home.file("sub/b_test.yml", FAILS);
    home.file("sub/notes.yaml", "nothing: to run\n");
    home
}

fn test(home: &Home, arguments: &[&str]) -> Output {
    home.daypass().arg("test").args(arguments).output().unwrap()
}

fn shown(output: &Output) -> String {
    let (out, err) = texts(output);
    let code = output.status.code().unwrap();
    match err.as_str() {
        "" => format!("{out}exit code {code}"),
        err => format!("{out}--- stderr\n{err}exit code {code}"),
    }
}

/// How long something took is different each time.
fn without_times(xml: &str) -> String {
    let mut parts = xml.split("time=\"");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (seconds, rest) = part.split_once('"').unwrap();
        assert!(seconds.parse::<f64>().is_ok(), "{seconds}");
        out.push_str("time=\"0\"");
        out.push_str(rest);
    }
    out
}

/// Its cases hold, and prove nothing.
const VAIN: &str = "\
policies:
  identity: reports.json
defaults:
  principal: arn:aws:iam::111122223333:role/app
cases:
  - deny: s3:GetObject
    on: arn:aws:s3:::logs
  - deny: s3:ListBucket
    on: arn:aws:s3:::logs
    context: {aws:SourceIpp: 192.0.2.7}
";

#[test]
fn every_reporter_tells_of_cases_that_prove_nothing() {
    let home = home();
    home.file("vain.test.yaml", VAIN);
    let said = |arguments: &[&str]| {
        without_times(&shown(&test(
            &home,
            &[&["vain.test.yaml"][..], arguments].concat(),
        )))
    };
    insta::assert_snapshot!(said(&[]));
    for format in ["junit", "tap", "github", "json"] {
        let said = said(&["--format", format]);
        for told in [
            "s3:GetObject is never on arn:aws:s3:::logs",
            "no global condition key `aws:SourceIpp`",
        ] {
            assert!(said.contains(told), "{format}: {said}");
        }
        assert!(said.contains("exit code 0"), "{format}: {said}");
    }
    insta::assert_snapshot!("a_reader_of_junit_is_told", said(&["--format", "junit"]));
    insta::assert_snapshot!("a_reader_of_tap_is_told", said(&["--format", "tap"]));
    assert_eq!(
        test(&home, &["vain.test.yaml", "--deny-warnings"]).status.code(),
        Some(1)
    );
    assert_eq!(
        test(&home, &["a.test.yaml", "--deny-warnings"]).status.code(),
        Some(0)
    );
    assert_eq!(
        test(&home, &["sub", "vain.test.yaml", "--deny-warnings"])
            .status
            .code(),
        Some(4)
    );
}

/// An Allow that a boundary holds back decides nothing, and is told apart from one that no case is about.
#[test]
fn coverage_knows_what_a_boundary_holds_back() {
    let home = home();
    home.file(
        "limits.json",
        r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}"#,
    );
    home.file(
        "bounded.test.yaml",
        "policies: {identity: reports.json, boundary: limits.json}\n\
         defaults: {principal: 'arn:aws:iam::111122223333:role/app'}\n\
         cases:\n  - deny: s3:GetObject\n    on: arn:aws:s3:::reports/2026/q1.csv\n    reason: {policy: boundary}\n",
    );
    insta::assert_snapshot!(shown(&test(&home, &["bounded.test.yaml", "--coverage"])));
    let output = test(&home, &["bounded.test.yaml", "--coverage", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let documents = report["coverage"].as_array().unwrap();
    let reports = documents
        .iter()
        .find(|document| document["policy"] == "reports.json")
        .unwrap();
    let overruled: Vec<&Value> = reports["unexercised"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| &statement["overruled"])
        .collect();
    assert_eq!(overruled, [&Value::Bool(true), &Value::Bool(false)]);
}

#[test]
fn failures_in_full_and_a_summary() {
    insta::assert_snapshot!(shown(&test(&home(), &[])));
}

#[test]
fn nothing_but_a_summary_when_all_is_well() {
    insta::assert_snapshot!(shown(&test(&home(), &["a.test.yaml"])));
}

#[test]
fn cases_that_hold_are_listed_on_request() {
    insta::assert_snapshot!(shown(&test(&home(), &["a.test.yaml", "-v", "--coverage"])));
}

#[test]
fn junit() {
    insta::assert_snapshot!(without_times(&shown(&test(&home(), &["--format", "junit"]))));
}

#[test]
fn tap() {
    insta::assert_snapshot!(shown(&test(&home(), &["--format", "tap"])));
}

#[test]
fn github() {
    insta::assert_snapshot!(shown(&test(&home(), &["--format", "github"])));
}

#[test]
fn json() {
    let output = test(&home(), &["--format", "json", "--coverage"]);
    assert_eq!(output.status.code(), Some(4));
    let answer: Value = serde_json::from_str(&texts(&output).0).unwrap();
    insta::assert_json_snapshot!(answer);
}

#[test]
fn a_file_that_is_wrong_does_not_stop_the_others() {
    let home = home();
    home.file(
        "c.test.yaml",
        HOLDS
            .replace("ListBucket", "LstBucket")
            .replace("identity: r", "identity: R"),
    );
    std::fs::remove_file(home.path().join("sub/b_test.yml")).unwrap();
    insta::assert_snapshot!("wrong_file", shown(&test(&home, &[])));
    insta::assert_snapshot!("wrong_file_tap", shown(&test(&home, &["--format", "tap"])));
    insta::assert_snapshot!(
        "wrong_file_junit",
        without_times(&shown(&test(&home, &["--format", "junit"])))
    );
    insta::assert_snapshot!("wrong_file_github", shown(&test(&home, &["--format", "github"])));
}

/// Links that lead nowhere and round stand for files that may not be read: permissions do not bind root.
#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let home = Home::new();
    home.file("reports.json", REPORTS);
    home.file("good.test.yaml", HOLDS);
    home.file("latin.test.yaml", [b'"', 0xe4, b'"']);
    home.loop_at("round.test.yaml");
    std::os::unix::fs::symlink("nowhere.yaml", home.path().join("link.test.yaml")).unwrap();
    insta::assert_snapshot!("unread_file", shown(&test(&home, &["."])));
    insta::assert_snapshot!("unread_file_tap", shown(&test(&home, &["--format", "tap"])));
    insta::assert_snapshot!("unread_file_github", shown(&test(&home, &["--format", "github"])));
    let output = test(
        &home,
        &["--format", "json", "missing.test.yaml", "good.test.yaml"],
    );
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_str(&texts(&output).0).unwrap();
    assert_eq!(
        (&answer["passed"], &answer["broken_files"]),
        (&Value::from(2), &Value::from(1))
    );
    let finding = &answer["files"][0]["findings"][0];
    assert_eq!(finding["file"], "missing.test.yaml");
    assert_eq!(finding["message"], "there is no such file");
    // It is no question of the last case, which fails, either.
    home.file("good.test.yaml", HOLDS.replace("deny", "allow"));
    assert_eq!(test(&home, &[]).status.code(), Some(2));
}

#[test]
fn a_directory_that_cannot_be_read_does_not_stop_the_others() {
    let home = Home::new();
    home.file("reports.json", REPORTS);
    home.file("good.test.yaml", HOLDS);
    home.bottomless("deep");
    let output = test(&home, &[]);
    let (out, err) = texts(&output);
    assert_eq!(
        (out.as_str(), output.status.code()),
        ("2 cases in 2 files: 2 passed, 1 file could not be run\n", Some(2)),
        "{err}"
    );
    assert!(
        err.contains("the directory cannot be read: File name too long"),
        "{err}"
    );
}

#[test]
fn coverage_of_nothing_that_runs_says_so() {
    let home = Home::new();
    home.file("a.test.yaml", HOLDS);
    let (out, _) = texts(&test(&home, &["--coverage"]));
    assert_eq!(
        out,
        "statements that decided in some case\n  none: no file could be run, so nothing was tested\n\n\
         0 cases in 1 file: 1 file could not be run\n"
    );
    home.file(
        "a.test.yaml",
        HOLDS
            .replace("reports.json", "ReadOnlyAccess")
            .replace("deny", "allow"),
    );
    let (out, _) = texts(&test(&home, &["--coverage"]));
    assert!(out.contains("none but AWS's own policies are tested"), "{out}");
}

#[test]
fn what_there_is_not() {
    let home = home();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    insta::assert_snapshot!("nothing_to_test", shown(&test(&home, &["empty"])));
    insta::assert_snapshot!("no_such_file", shown(&test(&home, &["d.test.yaml"])));
}

#[test]
fn a_teams_policies_are_found_above() {
    let home = home();
    for directory in ["aws-policies", "sub/deep"] {
        std::fs::create_dir(home.path().join(directory)).unwrap();
    }
    let policies = "aws-policies:\n  reports.read:\n    custom_statements:\n      - {effect: Allow, actions: 's3:GetObject', resources: 'arn:aws:s3:::reports/*'}\n";
    home.file("aws-policies/payments.yaml", policies);
    let file = "policies: {identity: {team: payments, policy: reports.read}}\ndefaults: {principal: 'arn:aws:iam::111122223333:user/a'}\ncases:\n  - {allow: 's3:GetObject', on: 'arn:aws:s3:::reports/*'}\n  - {allow: 's3:PutObject', on: 'arn:aws:s3:::reports/a'}\n";
    home.file("sub/deep/x.test.yaml", file);
    insta::assert_snapshot!(shown(&test(&home, &["sub/deep"])));
    let below = home
        .daypass()
        .current_dir(home.path().join("sub/deep"))
        .arg("test")
        .output()
        .unwrap();
    assert_eq!(below.status.code(), Some(4), "{}", shown(&below));
}

#[test]
fn the_schema_is_printed() {
    let home = Home::new();
    let output = home.daypass().args(["schema", "test"]).output().unwrap();
    let schema: Value = serde_json::from_str(&texts(&output).0).unwrap();
    assert_eq!(schema["title"], "a test file");
    assert!(schema["properties"]["cases"]["items"]["properties"]["allow"].is_object());
}

#[test]
fn the_examples_hold() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let output = test(&Home::new(), &[examples, "--coverage"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

#[test]
fn a_thousand_cases_are_soon_done() {
    let home = home();
    let mut text = HOLDS.to_owned();
    for number in 0..1_000 {
        let case = format!("  - allow: s3:GetObject\n    on: arn:aws:s3:::reports/2026/{number}.csv\n");
        text.push_str(&case);
    }
    home.file("a.test.yaml", &text);
    let output = test(&home, &["a.test.yaml"]);
    assert_eq!(texts(&output).0, "1002 cases in 1 file: 1002 passed\n");
}

#[test]
fn cases_are_tried_with_a_real_lease() {
    let world = World::new();
    world.home.file("reports.json", REPORTS);
    let cases = "\
policies:
  identity: reports.json
defaults:
  principal: arn:aws:iam::111122223333:role/app
cases:
  - allow: s3:ListBucket
    on: arn:aws:s3:::reports
  - name: other reads
    deny: [s3:ListBucket, s3:GetBucketPolicy, s3:DeleteBucket]
    on: arn:aws:s3:::logs
  - deny: [iam:ListUsers, ec2:DescribeInstances, s3:ListAllMyBuckets]
  - allow: s3:GetObject
    on: arn:aws:s3:::reports/2026/*
  - deny: s3:ListBucket
    on: arn:aws:s3:::logs
    context: {aws:SourceIp: 10.1.2.3}
";
    world.home.file("live.test.yaml", cases);
    let output = world
        .daypass()
        .args(["test", "live.test.yaml", "--live"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    insta::assert_snapshot!("live", out);
    assert_eq!(output.status.code(), Some(0), "{err}");
    assert!(world.leases().is_empty(), "{:?}", world.leases());
    for (operation, calls) in [
        ("ListObjectsV2", 2),
        ("GetBucketPolicy", 1),
        ("DescribeInstances", 1),
        ("DeleteBucket", 0),
    ] {
        assert_eq!(world.calls(operation).len(), calls, "{operation}");
    }
    let created: Vec<String> = world
        .calls("CreateRole")
        .iter()
        .map(|call| call.operation.clone())
        .collect();
    assert_eq!(created.len(), 1, "one role for all of a file's cases");
}

/// "If you don't have the s3:ListBucket permission, Amazon S3 returns an HTTP status code 403" of an object that does not
/// exist ("GetObject", Amazon S3 API Reference): that shows nothing.
#[test]
fn an_object_that_is_not_there_shows_nothing() {
    let world = World::new();
    world.home.file(
        "reports.json",
        REPORTS.replace(r#""s3:ListBucket""#, r#""s3:GetObjectAcl""#),
    );
    let cases = HOLDS.replace(
        "- allow: s3:ListBucket\n    on: arn:aws:s3:::reports",
        "- allow: s3:GetObject\n    on: arn:aws:s3:::reports/nothing",
    );
    world.home.file("live.test.yaml", cases);
    let output = world
        .daypass()
        .args(["test", "live.test.yaml", "--live"])
        .output()
        .unwrap();
    insta::assert_snapshot!("live_not_there", texts(&output).0);
    assert_eq!(output.status.code(), Some(0));
}

/// The bucket's own policy gives what the tested document does not: offline nobody knows of it.
#[test]
fn what_the_account_does_otherwise_is_told() {
    let seed = r#"{"accounts": {"111122223333": {"buckets": {"reports": {}, "logs": {"policy": {"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::logs"}}}}}}}"#;
    let world = World::seeded(seed);
    world.home.file("reports.json", REPORTS);
    world.home.file("live.test.yaml", HOLDS);
    let output = world
        .daypass()
        .args(["test", "live.test.yaml", "--live"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    insta::assert_snapshot!("live_otherwise", texts(&output).0);
    assert!(world.leases().is_empty());
    let output = world
        .daypass()
        .args(["test", "live.test.yaml", "--live", "--format", "tap"])
        .output()
        .unwrap();
    insta::assert_snapshot!("live_otherwise_tap", texts(&output).0);
}

#[test]
fn saved_files_are_run_again() {
    let home = home();
    let mut child = std::process::Command::new(binary())
        .env_clear()
        .envs(home.variables())
        .current_dir(home.path())
        .args(["test", "a.test.yaml", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = Arc::new(Mutex::new(String::new()));
    let mut out = child.stdout.take().unwrap();
    let heard = Arc::clone(&said);
    let listener = std::thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = out.read(&mut chunk) {
            heard
                .lock()
                .unwrap()
                .push_str(&String::from_utf8_lossy(&chunk[..length]));
        }
    });
    let has = |text: &str| said.lock().unwrap().contains(text);
    until("the first run", || has("2 cases in 1 file: 2 passed"));
    // The policy, not the test file.
    home.file("reports.json", REPORTS.replace("s3:ListBucket", "s3:ListBuckets"));
    until("a run of the changed policy", || has("1 passed, 1 failed"));
    home.file("a.test.yaml", HOLDS.replace("allow", "deny"));
    until("a run of the changed file", || {
        said.lock().unwrap().matches("2 passed").count() == 2
    });
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    listener.join().unwrap();
}
