//! `daypass record`: what a program did becomes a policy, and `daypass try` with that policy and the same program succeeds.

use crate::real_programs::{virtual_environment, with_aws};
use crate::support::{Home, World, texts};
use serde_json::Value;

/// Calls of boto3 that read, write, copy and delete, and one that finds nothing.
const SCRIPT: &str = r#"
import boto3
from botocore.exceptions import ClientError

s3 = boto3.client("s3")
names = [entry["Key"] for entry in s3.list_objects_v2(Bucket="reports")["Contents"]]
body = s3.get_object(Bucket="reports", Key=names[0])["Body"].read()
s3.put_object(Bucket="logs", Key="copy/one.csv", Body=body)
s3.copy_object(Bucket="logs", Key="copy/two.csv", CopySource={"Bucket": "reports", "Key": names[1]})
s3.delete_objects(Bucket="logs", Delete={"Objects": [{"Key": "copy/one.csv"}, {"Key": "copy/two.csv"}]})
try:
    s3.head_object(Bucket="logs", Key="copy/one.csv")
    print("still there")
except ClientError as error:
    print(error.response["Error"]["Code"])
print(len(boto3.client("ec2").describe_instances()["Reservations"]))
print([role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"] if role["RoleName"] == "admin"])
"#;

fn policy(home: &Home) -> Value {
    serde_json::from_slice(&std::fs::read(home.path().join("recorded.json")).unwrap()).unwrap()
}

/// Actions and resources of each statement.
fn statements(policy: &Value) -> Vec<(Vec<String>, Vec<String>)> {
    let texts = |value: &Value| match value {
        Value::String(one) => vec![one.clone()],
        many => many
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect(),
    };
    let statements = policy["Statement"].as_array().unwrap().iter();
    statements
        .map(|s| (texts(&s["Action"]), texts(&s["Resource"])))
        .collect()
}

/// Records a command against the embedded AWS, and then tries it with the policy.
fn record_and_try(home: &Home, command: &[&str]) -> (String, String) {
    let output = with_aws(home)
        .args(["record", "--sandbox", "--out", "recorded.json", "--"])
        .args(command)
        .output()
        .unwrap();
    let (recorded, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    assert!(err.contains("daypass try recorded.json -- "), "{err}");
    let output = home
        .daypass()
        .args(["lint", "--level", "warning", "recorded.json"])
        .output()
        .unwrap();
    assert_eq!(
        texts(&output).0,
        "1 document: nothing found\n",
        "{}\n{:#}",
        texts(&output).1,
        policy(home)
    );
    let output = with_aws(home)
        .args(["try", "--sandbox", "recorded.json", "--"])
        .args(command)
        .output()
        .unwrap();
    let (tried, err) = texts(&output);
    assert!(output.status.success(), "{err}\n{:#}", policy(home));
    assert!(!err.contains("denied"), "{err}");
    (recorded, tried)
}

#[test]
fn what_the_aws_cli_did_is_enough_to_do_it_again() {
    let home = Home::new();
    let (recorded, tried) = record_and_try(&home, &["aws", "s3", "cp", "s3://reports/2026/q1.csv", "-"]);
    assert_eq!(recorded, tried);
    assert_eq!(
        statements(&policy(&home)),
        [(
            vec!["s3:GetObject".to_owned()],
            vec!["arn:aws:s3:::reports/2026/q1.csv".to_owned()]
        )]
    );
    // Less than that is not enough, so it is the smallest.
    home.file(
        "recorded.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::reports/2026/q2.csv"}]}"#,
    );
    let output = with_aws(&home)
        .args(["try", "--sandbox", "recorded.json", "--", "aws", "s3", "cp"])
        .args(["s3://reports/2026/q1.csv", "-"])
        .output()
        .unwrap();
    assert!(!output.status.success());
}

#[test]
fn what_boto3_did_is_enough_to_do_it_again() {
    let home = Home::new();
    home.file("calls.py", SCRIPT);
    let (recorded, tried) = record_and_try(&home, &["python", "calls.py"]);
    assert_eq!(recorded, tried, "a missing object is missing, not forbidden");
    let statements = statements(&policy(&home));
    let on = |action: &str| -> Vec<String> {
        let with = statements
            .iter()
            .filter(|(actions, _)| actions.iter().any(|one| one == action));
        with.flat_map(|(_, resources)| resources.clone()).collect()
    };
    assert_eq!(
        on("s3:GetObject"),
        [
            "arn:aws:s3:::logs/copy/one.csv",
            "arn:aws:s3:::reports/2026/q1.csv",
            "arn:aws:s3:::reports/2026/q2.csv"
        ]
    );
    assert_eq!(on("s3:PutObject"), on("s3:DeleteObject"), "{statements:?}");
    assert_eq!(on("ec2:DescribeInstances"), ["*"]);
    assert!(on("iam:ListRoles").len() == 1 && on("sts:GetCallerIdentity").is_empty());
}

#[test]
fn wildcards_are_there_on_request_only() {
    let home = Home::new();
    let output = with_aws(&home)
        .args(["record", "--sandbox", "--wildcards", "--"])
        .args([
            "aws",
            "s3api",
            "head-object",
            "--bucket",
            "reports",
            "--key",
            "2026/q1.csv",
        ])
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{err}");
    // The command's own output comes first.
    let document = out
        .split_once("\n{\n  \"Version\"")
        .map(|(_, rest)| format!("{{\n  \"Version\"{rest}"));
    let document: Value = serde_json::from_str(&document.unwrap_or_else(|| panic!("{out}"))).unwrap();
    assert_eq!(document["Statement"][0]["Resource"], "arn:aws:s3:::reports/*");
}

#[test]
fn what_the_embedded_aws_does_not_have_is_told() {
    let home = Home::new();
    let output = with_aws(&home)
        .args(["record", "--sandbox", "--out", "recorded.json", "--", "sh", "-c"])
        .arg("aws dynamodb list-tables; aws s3api head-bucket --bucket reports; aws s3api head-bucket --bucket no-such-one")
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(
        err.contains("not in the policy, since the embedded AWS does not have it: DynamoDB ListTables\n"),
        "{err}"
    );
    let statements = statements(&policy(&home));
    assert_eq!(statements[0].0, ["s3:ListBucket"]);
    assert!(statements[0].1.contains(&"arn:aws:s3:::reports".to_owned()));
}

#[test]
fn in_an_account_the_types_of_resource_are_named_and_told_so() {
    let world = World::new();
    let path = format!(
        "{}:{}",
        virtual_environment().join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let command = ["aws", "s3api", "list-objects-v2", "--bucket", "reports"];
    let output = world
        .daypass()
        .env("PATH", &path)
        .args(["record", "--out", "recorded.json", "--"])
        .args(command)
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(output.status.success(), "{err}");
    assert!(
        err.contains("SDKs do not report on which resources calls are"),
        "{err}"
    );
    assert_eq!(
        statements(&policy(&world.home)),
        [(
            vec!["s3:ListBucket".to_owned()],
            vec![
                "arn:aws:s3:::*".to_owned(),
                "arn:aws:s3:us-east-1:111122223333:accesspoint/*".to_owned()
            ]
        )]
    );
    let output = world
        .daypass()
        .env("PATH", &path)
        .args(["try", "recorded.json", "--"])
        .args(command)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
}

#[test]
fn a_command_without_calls_gives_no_policy_and_its_own_code() {
    let home = Home::new();
    let output = home
        .daypass()
        .args([
            "record",
            "--sandbox",
            "--out",
            "recorded.json",
            "--",
            "sh",
            "-c",
            "exit 7",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7));
    assert!(texts(&output).1.contains("nothing was recorded"));
    assert!(!home.path().join("recorded.json").exists());
    let output = home
        .daypass()
        .args(["record", "--sandbox", "--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
}
