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
    assert!(err.contains("daypass try --sandbox recorded.json -- "), "{err}");
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

/// Both runs have an embedded AWS of their own.
#[test]
fn what_was_done_to_instances_is_enough_to_do_it_again() {
    let home = Home::new();
    let script = "
        set -e
        web=$(aws ec2 describe-instances --filters Name=tag:Name,Values=web --output text \\
            --query 'Reservations[].Instances[].InstanceId')
        aws ec2 stop-instances --instance-ids $web --output text
        aws ec2 create-tags --resources $web --tags Key=stopped,Value=yes
        new=$(aws ec2 run-instances --image-id ami-0123456789abcdef0 --output text --query 'Instances[].InstanceId')
        aws ec2 terminate-instances --instance-ids $new --query 'TerminatingInstances[].CurrentState.Name'
    ";
    let (recorded, tried) = record_and_try(&home, &["sh", "-c", script]);
    assert_eq!(recorded, tried, "the instances are the same ones");
    let statements = statements(&policy(&home));
    let on = |action: &str| {
        let with = statements
            .iter()
            .find(|(actions, _)| actions.iter().any(|one| one == action));
        with.unwrap_or_else(|| panic!("{action}: {statements:?}"))
            .1
            .clone()
    };
    let web = on("ec2:StopInstances").remove(0);
    assert!(
        web.starts_with("arn:aws:ec2:us-east-1:111122223333:instance/i-0"),
        "{web}"
    );
    assert_eq!(on("ec2:CreateTags"), [web]);
    // What the command itself launches has another id each time.
    assert_eq!(
        on("ec2:TerminateInstances"),
        ["arn:aws:ec2:us-east-1:111122223333:instance/*"]
    );
}

#[test]
fn what_was_done_with_roles_is_enough_to_do_it_again() {
    let home = Home::new();
    home.file(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "ec2.amazonaws.com"}}]}"#,
    );
    let script = "
        set -e
        aws iam create-role --role-name app --assume-role-policy-document file://trust.json --query Role.Arn
        aws iam attach-role-policy --role-name app --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess
        aws iam list-attached-role-policies --role-name app --query 'AttachedPolicies[].PolicyName'
        aws iam create-instance-profile --instance-profile-name app --query InstanceProfile.Arn
        aws iam add-role-to-instance-profile --instance-profile-name app --role-name app
        aws iam list-users --query 'Users[].UserName'
        aws iam get-user --user-name developer --query User.UserId
        aws sts assume-role --role-arn arn:aws:iam::111122223333:role/admin --role-session-name app --query AssumedRoleUser.Arn
        aws sts get-caller-identity --query Account
    ";
    let (recorded, tried) = record_and_try(&home, &["sh", "-c", script]);
    assert_eq!(recorded, tried, "ids of what was there are the same ones");
    let policy = policy(&home);
    let actions: Vec<String> = statements(&policy)
        .into_iter()
        .flat_map(|(actions, _)| actions)
        .collect();
    for needed in ["iam:PassRole", "iam:AttachRolePolicy", "sts:AssumeRole"] {
        assert!(
            actions.iter().any(|action| action == needed),
            "{needed}: {actions:?}"
        );
    }
    assert!(!policy.to_string().contains(":role/*"), "{policy:#}");
}

#[test]
fn what_was_done_to_objects_is_enough_to_do_it_again() {
    let home = Home::new();
    let script = "
        set -e
        mkdir -p site && echo hello > site/index.html && echo body > site/style.css
        aws s3 sync site s3://logs/site --no-progress
        aws s3 ls s3://logs/site/ | wc -l
        aws s3 cp s3://reports/2026/q1.csv s3://logs/q1.csv --no-progress
        aws s3 mv s3://logs/q1.csv s3://logs/old/q1.csv --no-progress
        aws s3 rm s3://logs/site --recursive
        curl -sf \"$(aws s3 presign s3://reports/2026/q2.csv)\" | head -1
        aws s3api get-object-tagging --bucket reports --key 2026/q1.csv --output text
    ";
    record_and_try(&home, &["sh", "-c", script]);
    let statements = statements(&policy(&home));
    let everywhere = statements
        .iter()
        .any(|(_, resources)| resources.iter().any(|one| one.contains('*')));
    assert!(!everywhere, "{statements:?}");
}

/// The AWS CLI, version 1, goes to queue.amazonaws.com whatever AWS_ENDPOINT_URL says (awscli,
/// `customizations/overridesslcommonname.py`). Here a proxy that is not there keeps it from that.
#[test]
fn a_call_that_goes_past_the_embedded_aws_is_told() {
    for command in [&["record", "--sandbox"][..], &["try", "--sandbox", "policy.json"]] {
        let home = Home::new();
        let output = with_aws(&home)
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env("AWS_MAX_ATTEMPTS", "1")
            .args(command)
            .args(["--", "aws", "sqs", "list-queues"])
            .output()
            .unwrap();
        let err = texts(&output).1;
        assert!(
            err.contains("SQS ListQueues went to queue.amazonaws.com and not to the embedded AWS"),
            "{err}"
        );
        assert!(err.contains("--endpoint-url"), "{err}");
    }
    // With the address it comes, and is told that there is no such service.
    let home = Home::new();
    let output = with_aws(&home)
        .args(["record", "--sandbox", "--", "sh", "-c"])
        .arg("aws sqs list-queues --endpoint-url $AWS_ENDPOINT_URL")
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(err.contains("The sandbox has no service sqs"), "{err}");
    assert!(!err.contains("went to"), "{err}");
}

#[test]
fn of_calls_that_need_no_permission_it_is_not_said_that_there_were_none() {
    let home = Home::new();
    let output = with_aws(&home)
        .args(["record", "--sandbox", "--", "aws", "sts", "get-caller-identity"])
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(err.contains("GetCallerIdentity"), "{err}");
    assert!(
        err.contains("nothing was recorded: none of these calls was allowed by a permission"),
        "{err}"
    );
    assert!(!err.contains("made no"), "{err}");
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
        .arg(
            "aws dynamodb list-tables; aws ec2 describe-vpcs; \
             aws s3api head-bucket --bucket reports; aws s3api head-object --bucket no-such-one --key x",
        )
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(
        err.contains("not in the policy, since the embedded AWS does not have it: DynamoDB ListTables, EC2 DescribeVpcs\n"),
        "{err}"
    );
    assert!(
        err.contains("they failed before permissions were looked at: S3 HeadObject\n"),
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
        err.contains("SDKs do not report on which resources calls are, but for buckets"),
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

/// What an SDK reports of calls to AWS itself: the bucket is in the address, the region beside it.
const REPORTS: &str = r#"
import json, os, socket

def report(kind, **more):
    event = {"Version": 1, "ClientId": "", "Type": kind, "Timestamp": 1, **more}
    to = ("127.0.0.1", int(os.environ["AWS_CSM_PORT"]))
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(json.dumps(event).encode(), to)

for service, api, host, region, status in [
    ("S3", "GetObject", "reports.s3.eu-west-1.amazonaws.com", "eu-west-1", 200),
    ("S3", "GetObject", "secrets.s3.eu-west-1.amazonaws.com", "eu-west-1", 403),
    ("SQS", "SendMessage", "sqs.eu-west-3.amazonaws.com", "eu-west-3", 200),
]:
    report("ApiCallAttempt", Service=service, Api=api, Fqdn=host, Region=region, HttpStatusCode=status)
    denied = {"FinalAwsException": "AccessDenied"} if status == 403 else {}
    report("ApiCall", Service=service, Api=api, Region=region, FinalHttpStatusCode=status, **denied)
"#;

#[test]
fn in_an_account_region_and_bucket_are_those_that_calls_went_to() {
    let world = World::new();
    world.home.file("reports.py", REPORTS);
    let output = world
        .daypass()
        .args(["record", "--out", "recorded.json", "--"])
        .arg(virtual_environment().join("bin/python"))
        .arg("reports.py")
        .output()
        .unwrap();
    let err = texts(&output).1;
    assert!(output.status.success(), "{err}");
    let one = |text: &str| vec![text.to_owned()];
    assert_eq!(
        statements(&policy(&world.home)),
        [
            (one("s3:GetObject"), one("arn:aws:s3:::reports/*")),
            (
                one("sqs:SendMessage"),
                one("arn:aws:sqs:eu-west-3:111122223333:*")
            ),
        ]
    );
    assert!(
        err.contains("not in the policy, since it was denied: S3 GetObject"),
        "{err}"
    );
}

#[test]
fn a_policy_that_could_not_be_written_is_not_recorded_at_all() {
    let home = Home::new();
    let output = home
        .daypass()
        .args([
            "record",
            "--sandbox",
            "--out",
            "nowhere/recorded.json",
            "--",
            "touch",
            "ran",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(texts(&output).1.contains("--out: there is no directory nowhere"));
    assert!(!home.path().join("ran").exists());
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
    let err = texts(&output).1;
    assert!(
        err.contains("nothing was recorded: the command made no call to the embedded AWS"),
        "{err}"
    );
    assert!(!home.path().join("recorded.json").exists());
    let output = home
        .daypass()
        .args(["record", "--sandbox", "--", "no-such-program"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
}
