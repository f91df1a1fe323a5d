//! The real AWS CLI and boto3 as children: allowed and denied as the document says, and told so.

use crate::support::{Home, PATIENCE, texts};
use assert_cmd::Command;
use std::path::PathBuf;

/// The Python virtual environment with `awscli` and `boto3`.
pub(crate) fn virtual_environment() -> PathBuf {
    match std::env::var_os("DAYPASS_TEST_VENV") {
        Some(path) => PathBuf::from(path),
        None => {
            panic!("these tests need the real AWS CLI and boto3: run `cargo xtask test`, which sets them up")
        }
    }
}

pub(crate) fn with_aws(home: &Home) -> Command {
    let programs = virtual_environment().join("bin");
    let path = format!(
        "{}:{}",
        programs.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut command = home.daypass();
    command.env("PATH", path).timeout(PATIENCE);
    command
}

fn aws(arguments: &[&str]) -> (Option<i32>, String, String) {
    let home = Home::new();
    let policy = home.policy();
    let output = with_aws(&home)
        .args(["try", "--sandbox"])
        .arg(policy)
        .args(["--", "aws"])
        .args(arguments)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    (output.status.code(), out, err)
}

#[test]
fn the_aws_cli_may_what_the_document_allows() {
    let (code, out, err) = aws(&[
        "s3api",
        "list-objects-v2",
        "--bucket",
        "reports",
        "--output",
        "json",
    ]);
    assert_eq!(code, Some(0), "{err}");
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(listed["Contents"][0]["Key"], "2026/q1.csv");
    assert!(err.contains("1  S3       ListObjectsV2  allowed"), "{err}");
}

#[test]
fn the_aws_cli_may_not_what_it_denies() {
    let (code, out, err) = aws(&["s3api", "list-objects-v2", "--bucket", "archive"]);
    assert_ne!(code, Some(0));
    assert_eq!(out, "");
    assert!(
        err.contains("(AccessDenied)") && err.contains("1  S3       ListObjectsV2  denied"),
        "{err}"
    );
    assert!(
        err.contains("explicit deny: statement 2 of") && err.contains("policy.json"),
        "{err}"
    );
    assert!(
        !err.contains("this statement would allow it"),
        "an Allow cannot lift a Deny: {err}"
    );
}

#[test]
fn of_a_head_request_no_more_is_told_than_is_known() {
    let (code, _, err) = aws(&["s3", "cp", "s3://archive/2020.tar", "-"]);
    assert_ne!(code, Some(0));
    assert!(err.contains("denied s3:GetObject"), "{err}");
    assert!(
        err.contains("AWS did not say why, nor on which resource"),
        "{err}"
    );
    assert!(!err.contains("would allow it") && !err.contains("on *"), "{err}");
}

#[test]
fn what_would_allow_it_is_told_and_does_allow_it() {
    let (_, _, err) = aws(&["ec2", "describe-instances"]);
    assert!(err.contains("denied ec2:DescribeInstances"), "{err}");
    let (_, suggestion) = err.split_once("this statement would allow it:").unwrap();
    let (statement, _) = suggestion.split_once("\n    }").unwrap();
    let statement = format!("{statement}\n}}");
    serde_json::from_str::<serde_json::Value>(&statement).unwrap();

    let home = Home::new();
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let policy = home.file("suggested.json", document);
    let output = with_aws(&home)
        .args(["try", "--sandbox"])
        .arg(policy)
        .args(["--", "aws", "ec2", "describe-instances"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
}

#[test]
fn boto3_may_and_may_not_the_same() {
    let home = Home::new();
    let policy = home.policy();
    let script = home.file(
        "calls.py",
        r#"
import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
for bucket in ["reports", "archive"]:
    try:
        found = s3.list_objects_v2(Bucket=bucket)
        print(bucket, [entry["Key"] for entry in found["Contents"]])
    except ClientError as error:
        print(bucket, error.response["Error"]["Code"])
print(boto3.client("sts").get_caller_identity()["Arn"].split("/")[0])
try:
    print(s3.head_object(Bucket="reports", Key="2026/q1.csv"))
except ClientError as error:
    print("head", error.response["Error"]["Code"])
"#,
    );
    let output = with_aws(&home)
        .args(["try", "--sandbox"])
        .arg(policy)
        .args(["--", "python"])
        .arg(script)
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert_eq!(
        out,
        "reports ['2026/q1.csv', '2026/q2.csv']\narchive AccessDenied\n\
         arn:aws:sts::111122223333:assumed-role\nhead 403\n"
    );
    // A HEAD request's answer names no action: the catalog does.
    assert!(err.contains("denied s3:GetObject"), "{err}");
    assert!(err.contains("1  STS      GetCallerIdentity  allowed"), "{err}");
}

#[test]
fn sandbox_exec_serves_the_aws_cli() {
    let home = Home::new();
    let output = with_aws(&home)
        .args(["sandbox", "exec", "--", "aws", "s3", "ls"])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    for bucket in ["archive", "logs", "reports"] {
        assert!(out.contains(bucket), "{out}");
    }
}

#[test]
fn a_session_narrows_the_admin_role() {
    let home = Home::new();
    let policy = home.policy();
    let output = with_aws(&home)
        .args([
            "try",
            "--sandbox",
            "--via",
            "session",
            "--role",
            crate::support::ADMIN_ROLE,
        ])
        .arg(policy)
        .args([
            "--",
            "sh",
            "-c",
            "aws s3api list-objects-v2 --bucket reports && aws s3api list-objects-v2 --bucket archive",
        ])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(out.contains("2026/q1.csv"), "{err}");
    assert!(!output.status.success() && err.contains("explicit deny"), "{err}");
}
