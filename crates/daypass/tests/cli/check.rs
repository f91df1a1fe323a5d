//! `check`: tried for real with the role's credentials, predicted from its policies, and never a change.

use crate::support::{World, texts};
use serde_json::Value;

const FILE: &str = "\
role: DeveloperRole
allowed:
  - s3:ListAllMyBuckets
  - ec2:DescribeInstances
  - s3:GetObject on arn:aws:s3:::reports/2026/q1.csv
  - s3:GetBucketPolicy on arn:aws:s3:::reports
  - s3:DeleteBucket on arn:aws:s3:::reports
denied:
  - iam:ListUsers
  - iam:CreateUser
";

fn run(world: &World, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = world.daypass().args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

fn with_role(policy: &str) -> World {
    let world = World::new();
    let (code, _, err) = run(&world, &["role", "create", "DeveloperRole", "--attach", policy]);
    assert_eq!(code, Some(0), "{err}");
    world.home.file("developers.yaml", FILE);
    world
}

/// What the calls since `before` changed: nothing but the beginning of a session is allowed.
fn assert_only_looked(world: &World, before: usize) {
    for call in world.sandbox.log().iter().skip(before) {
        let looks = ["Get", "List", "Describe", "AssumeRole"];
        assert!(
            looks.iter().any(|look| call.operation.starts_with(look)),
            "{}",
            call.operation
        );
    }
}

#[test]
fn a_developer_may_what_they_must_and_not_what_they_must_not() {
    let world = with_role("PowerUserAccess");
    let before = world.sandbox.log().len();
    let (code, out, err) = run(&world, &["check", "developers.yaml"]);
    assert_eq!(code, Some(0), "{out}{err}");
    insta::assert_snapshot!("as_expected", out);
    assert_only_looked(&world, before);
    let tried = world.calls("DescribeInstances");
    assert!(tried.iter().any(|call| call.status == 412), "a dry run");
}

#[test]
fn what_differs_is_told_with_its_reason() {
    let world = with_role("ReadOnlyAccess");
    let (code, out, err) = run(&world, &["check", "developers.yaml"]);
    assert_eq!(code, Some(4), "{out}{err}");
    insta::assert_snapshot!("differs", out);

    let (code, out, _) = run(&world, &["check", "developers.yaml", "--format", "json"]);
    assert_eq!(code, Some(4));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["differs"], 2);
    assert_eq!(report["checks"][5]["action"], "iam:ListUsers");
    assert_eq!(report["checks"][5]["tried"]["result"], "allowed");
    assert_eq!(report["checks"][5]["verdict"], "differs");

    let (code, out, _) = run(&world, &["check", "developers.yaml", "--format", "junit"]);
    assert_eq!(code, Some(4));
    insta::assert_snapshot!("junit", out);
}

#[test]
fn flags_do_for_a_file_and_for_whoever_one_is() {
    let world = World::new();
    let (code, out, err) = run(
        &world,
        &[
            "check",
            "--allowed",
            "iam:listusers",
            "--allowed",
            "ec2:TerminateInstances",
        ],
    );
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        out.contains("user/admin") && out.contains("name one resource to try it on"),
        "{out}"
    );
    let (code, out, _) = run(&world, &["check", "--denied", "sts:GetCallerIdentity"]);
    assert_eq!(code, Some(4), "{out}");
}

// A dry run says what would be, and leaves the instance running.
#[test]
fn instances_are_only_asked_about() {
    let world = World::new();
    let listed = world
        .daypass()
        .args(["check", "--predict", "--allowed", "ec2:DescribeInstances"])
        .output();
    assert!(listed.unwrap().status.success());
    let (code, out, err) = run(
        &world,
        &[
            "check",
            "--allowed",
            "ec2:TerminateInstances on arn:aws:ec2:us-east-1:111122223333:instance/i-0000000000000dead",
            "--format",
            "json",
        ],
    );
    let report: Value = serde_json::from_str(&out).unwrap();
    let tried = &report["checks"][0]["tried"]["result"];
    assert!(tried == "unclear" || tried == "allowed", "{out}{err}");
    assert_eq!(
        (code, &report["checks"][0]["predicted"]["result"]),
        (Some(0), &Value::from("allowed"))
    );
}

// Who may read no policies sees what the calls show, and is told why nothing is predicted.
#[test]
fn policies_that_cannot_be_read_are_told() {
    let world = World::new();
    world.home.file(
        "narrow.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}"#,
    );
    let (code, _, err) = run(&world, &["role", "create", "Narrow", "--policy", "narrow.json"]);
    assert_eq!(code, Some(0), "{err}");
    let inside = [
        "try",
        "narrow.json",
        "--via",
        "session",
        "--role",
        "arn:aws:iam::111122223333:role/admin",
        "--",
    ];
    let daypass = crate::support::binary();
    let daypass = daypass.to_str().unwrap();
    let check = [
        "check",
        "--allowed",
        "s3:ListAllMyBuckets",
        "--denied",
        "iam:CreateUser",
        "--format",
        "json",
    ];
    let arguments = [&inside[..], &[daypass], &check[..]].concat();
    let (_, out, err) = run(&world, &arguments);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!(report["checks"][0]["verdict"], "holds", "{report:#}");
    assert_eq!(report["checks"][0]["predicted"]["result"], "unknown");
    assert_eq!(report["checks"][1]["verdict"], "open");
    assert!(
        report["unread"][0].as_str().unwrap().contains("is refused"),
        "{report:#}"
    );
}

#[test]
fn mistakes_are_shown_at_their_places_and_nothing_is_called() {
    let world = World::new();
    world.home.file(
        "wrong.yaml",
        "alowed: [s3:GetObject]\ndenied:\n  - s3:ListBuckets\n  - s3:*\n",
    );
    let (code, _, err) = run(&world, &["check", "wrong.yaml"]);
    assert_eq!((code, world.sandbox.log().len()), (Some(2), 0));
    insta::assert_snapshot!("mistakes", err);
    for (arguments, said) in [
        (&["check"][..], "required"),
        (&["check", "--allowed", "s3"], "is no action"),
        (&["check", "none.yaml"], "there is no file none.yaml"),
    ] {
        let (code, _, err) = run(&world, arguments);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(said), "{err}");
    }
    let (code, _, err) = run(
        &world,
        &["check", "--role", "Nobody", "--allowed", "iam:ListUsers"],
    );
    assert_eq!(code, Some(1));
    assert!(err.contains("there is no role Nobody"), "{err}");
}
