//! `daypass diff`: what a change of a document means.

use crate::support::{Home, texts};
use serde_json::Value;

const OLD: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
     "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]},
    {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
  ]
}"#;

const NEW: &str = "\
Version: 2012-10-17
Statement:
  - Sid: Read
    Effect: Allow
    Action: s3:*
    Resource: arn:aws:s3:::reports/*
  - Effect: Allow
    Action: ec2:*
    Resource: '*'
    Condition: {StringEquals: {\"aws:RequestedRegion\": eu-central-1}}
  - Effect: Deny
    Action: s3:Delete*
    Resource: '*'
";

/// What hangs on variables.
const OWN_HOMES: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:PrincipalTag/home}-old"}
  ]
}"#;

fn home() -> Home {
    let home = Home::new();
    home.file("old.json", OLD);
    home.file("new.yaml", NEW);
    home.file("homes.json", OWN_HOMES);
    home
}

/// The exit code and both streams.
fn said(home: &Home, arguments: &[&str]) -> String {
    let output = home.daypass().arg("diff").args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    format!(
        "{out}--- stderr\n{err}exit code {}",
        output.status.code().unwrap()
    )
}

#[test]
fn a_change_is_told_by_what_it_means() {
    insta::assert_snapshot!(said(&home(), &["old.json", "new.yaml"]));
}

#[test]
fn a_pull_request_gets_markdown() {
    insta::assert_snapshot!(said(&home(), &["old.json", "new.yaml", "--format", "markdown"]));
}

#[test]
fn what_cannot_be_decided_is_told() {
    let home = home();
    home.file(
        "open.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::home/${aws:username}"}}"#,
    );
    insta::assert_snapshot!(said(&home, &["--detailed-exitcode", "homes.json", "open.json"]));
}

#[test]
fn a_program_gets_everything() {
    let home = home();
    let output = home
        .daypass()
        .args(["diff", "old.json", "new.yaml", "--format", "json"])
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["same"], false);
    assert_eq!(told["decided"], true);
    let gained = &told["gained"][0];
    assert_eq!(gained["actions"]["any"][0], "s3:*");
    assert_eq!(gained["resources"]["any"][0], "arn:aws:s3:::reports/*");
    assert!(
        gained["known_actions"]
            .as_array()
            .unwrap()
            .contains(&Value::from("s3:PutObject"))
    );
    assert_eq!(told["gained"][1]["conditions"][0]["key"], "aws:RequestedRegion");
    assert_eq!(
        told["gained"][1]["example"]["context"]["aws:RequestedRegion"][0],
        "eu-central-1"
    );
    assert_eq!(told["lost"][1]["conditions"][0]["holds"], false);
    assert_eq!(told["denied"][0]["actions"]["any"][0], "s3:Delete*");
    assert_eq!(told["statements"][0]["change"], "changed");
}

#[test]
fn the_exit_code_tells_a_difference_of_meaning_alone() {
    let home = home();
    home.file("same.yaml", format!("# in other words\n{NEW}"));
    let code = |arguments: &[&str]| {
        home.daypass()
            .arg("diff")
            .args(arguments)
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(code(&["old.json", "new.yaml"]), Some(0));
    assert_eq!(code(&["--detailed-exitcode", "old.json", "new.yaml"]), Some(3));
    assert_eq!(code(&["--detailed-exitcode", "same.yaml", "new.yaml"]), Some(0));
    assert_eq!(code(&["-", "-"]), Some(2));
    assert_eq!(code(&["old.json", "nowhere.json"]), Some(2));
    home.file("broken.json", "{\"Statement\": [{\"Effect\": \"Alow\"}]}");
    assert_eq!(code(&["broken.json", "old.json"]), Some(2));
}

#[test]
fn stdin_and_aws_managed_policies_can_be_compared() {
    let home = home();
    let output = home
        .daypass()
        .args(["diff", "-", "AmazonS3ReadOnlyAccess"])
        .write_stdin(OLD)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert!(out.contains("+ s3:Get*, s3:List*"), "{out}");
    assert!(out.contains("- ec2:Describe*"), "{out}");
}

/// Service Authorization Reference: GetObject acts on objects, and a bucket's ARN is none's.
#[test]
fn what_aws_does_not_do_is_told_as_such() {
    let home = home();
    let policy = |action: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": {action}, "Resource": "arn:aws:s3:::b"}}}}"#
        )
    };
    home.file("list.json", policy(r#""s3:ListBucket""#));
    home.file("read.json", policy(r#"["s3:ListBucket", "s3:GetObject"]"#));
    home.file("fly.json", policy(r#"["s3:ListBucket", "s3:FlyAway"]"#));
    let told = said(&home, &["list.json", "read.json"]);
    assert!(
        told.contains("that is nothing at AWS: s3:GetObject acts on no such resource")
            && !told.contains("such as"),
        "{told}"
    );
    let told = said(&home, &["list.json", "fly.json"]);
    assert!(
        told.contains("that is no action that AWS has today") && told.contains("such as s3:FlyAway on"),
        "{told}"
    );
}

/// Every request has a moment (IAM User Guide, "AWS global condition context keys", `aws:CurrentTime`: "always included in
/// the request context").
#[test]
fn what_is_denied_at_every_moment_is_no_difference() {
    let home = home();
    let deny = |condition: &str| {
        format!(
            r#"{{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    let document = |statements: &[String]| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
            statements.join(", ")
        )
    };
    home.file("always.json", document(&[deny("")]));
    let new = [
        deny(
            r#""DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"},
               "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}"#,
        ),
        deny(
            r#""DateGreaterThanEquals": {"aws:CurrentTime": "2026-12-01T00:00:00Z"},
               "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}"#,
        ),
        deny(r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#),
    ];
    home.file("parts.json", document(&new));
    assert_eq!(
        said(&home, &["--detailed-exitcode", "always.json", "parts.json"]),
        "always.json and parts.json mean the same.\n\n\
         Statements: 2 added (statement 2, statement 3); 1 changed (statement 1)\n\
         --- stderr\nexit code 0"
    );
}

#[test]
fn a_statement_with_an_empty_sid_is_told_by_its_place() {
    let home = home();
    let read = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
    let empty = r#"{"Sid": "", "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}"#;
    let document = |statements: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    home.file("two.json", document(&format!("{read}, {empty}")));
    home.file("one.json", document(read));
    let told = said(&home, &["two.json", "one.json"]);
    assert!(told.contains("Statements: 1 removed (statement 2)"), "{told}");
    let told = said(&home, &["one.json", "two.json"]);
    assert!(told.contains("Statements: 1 added (statement 2)"), "{told}");
}
