//! `daypass simulate` with a question of flags: policies of files, a matrix, and AWS's own answer beside it.

use crate::support::{Home, World, texts};
use serde_json::Value;
use std::process::Output;

const BOB: [&str; 2] = ["--principal", "arn:aws:iam::111122223333:user/bob"];

const REPORTS: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Office",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::reports/${aws:username}/*",
      "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    },
    {"Sid": "NeverArchive", "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::archive/*"}
  ]
}
"#;

fn home() -> Home {
    let home = Home::new();
    home.file("reports.json", REPORTS);
    home.file(
        "boundary.yaml",
        "Version: 2012-10-17\nStatement:\n  - Effect: Allow\n    Action: s3:List*\n    Resource: \"*\"\n",
    );
    home
}

fn simulate(home: &Home, arguments: &[&str]) -> Output {
    home.daypass()
        .arg("simulate")
        .args(BOB)
        .args(arguments)
        .output()
        .unwrap()
}

fn shown(output: &Output) -> String {
    let (out, err) = texts(output);
    let code = output.status.code().unwrap();
    match err.as_str() {
        "" => format!("{out}exit code {code}"),
        err => format!("{out}--- stderr\n{err}exit code {code}"),
    }
}

fn said(arguments: &[&str]) -> String {
    shown(&simulate(&home(), arguments))
}

#[test]
fn what_follows_from_the_principal_is_filled_in() {
    let question = [
        "--identity",
        "reports.json",
        "--action",
        "s3:GetObject",
        "--resource",
    ];
    let office = |resource| {
        let context = ["--context", "aws:SourceIp=192.0.2.7"];
        simulate(&home(), &[&question[..], &[resource], &context[..]].concat())
    };
    assert_eq!(office("arn:aws:s3:::reports/bob/q3.csv").status.code(), Some(0));
    insta::assert_snapshot!(shown(&office("arn:aws:s3:::reports/ann/q3.csv")));
}

#[test]
fn the_one_element_that_failed_is_quoted_from_its_file() {
    let resource = "arn:aws:s3:::reports/bob/q3.csv";
    insta::assert_snapshot!(said(&[
        "--identity",
        "reports.json",
        "--boundary",
        "boundary.yaml",
        "--action",
        "s3:GetObject",
        "--resource",
        resource,
        "--context",
        "aws:SourceIp=10.1.2.3",
    ]));
}

#[test]
fn several_actions_and_resources_are_a_matrix() {
    insta::assert_snapshot!(said(&[
        "--identity",
        "reports.json",
        "--identity",
        "AmazonS3ReadOnlyAccess",
        "--action",
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListAllMyBuckets",
        "--resource",
        "arn:aws:s3:::reports/bob/q3.csv",
        "arn:aws:s3:::archive/q3.csv",
    ]));
}

#[test]
fn a_matrix_that_is_too_wide_is_a_list() {
    let resources: Vec<String> = (0..9)
        .map(|nth| format!("arn:aws:s3:::reports/bob/{nth}"))
        .collect();
    let mut arguments = vec![
        "--identity",
        "AmazonS3ReadOnlyAccess",
        "--action",
        "s3:GetObject",
        "--resource",
    ];
    arguments.extend(resources.iter().map(String::as_str));
    insta::assert_snapshot!(said(&arguments));
}

#[test]
fn levels_of_an_organization_must_all_allow() {
    let home = home();
    home.file(
        "no-s3.json",
        r#"{"Statement": {"Sid": "NoS3", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#,
    );
    let question = [
        "--identity",
        "AdministratorAccess",
        "--action",
        "s3:ListAllMyBuckets",
    ];
    let ask = |organization: &[&str]| simulate(&home, &[&question[..], organization].concat());
    assert_eq!(ask(&["--scp", "FullAWSAccess"]).status.code(), Some(0));
    let denied = ask(&[
        "--scp",
        "root=FullAWSAccess",
        "--scp",
        "account=FullAWSAccess",
        "--scp",
        "account=no-s3.json",
    ]);
    insta::assert_snapshot!(shown(&denied));
}

#[test]
fn answers_are_data_too() {
    let output = simulate(
        &home(),
        &[
            "--identity",
            "reports.json",
            "--action",
            "s3:GetObject",
            "s3:PutObject",
            "--resource",
            "arn:aws:s3:::archive/x",
            "--format",
            "json",
        ],
    );
    let lines = texts(&output).0;
    let answers: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(output.status.code(), Some(4));
    insta::assert_json_snapshot!(answers[1]);
}

#[test]
fn what_is_wrong_is_told_before_anything_is_asked() {
    let object = ["--action", "s3:GetObject"];
    for (name, arguments) in [
        (
            "no_file",
            [&["--identity", "report.json"][..], &object[..]].concat(),
        ),
        (
            "no_managed_policy",
            [&["--identity", "ReadOnlyAcess"][..], &object[..]].concat(),
        ),
        ("no_policy", object.to_vec()),
        (
            "no_action",
            vec!["--identity", "reports.json", "--action", "s3:Gett*"],
        ),
        (
            "a_typo",
            vec!["--identity", "reports.json", "--action", "s3:GetObjct"],
        ),
        (
            "twice",
            [
                &["--identity", "reports.json", "--identity", "reports.json"][..],
                &object[..],
            ]
            .concat(),
        ),
        (
            "with_a_scenario",
            [
                &["--scenario", "x.yaml", "--identity", "reports.json"][..],
                &object[..],
            ]
            .concat(),
        ),
        (
            "no_session_policies_live",
            [
                &["--live", "--sandbox", "--session", "reports.json"][..],
                &object[..],
            ]
            .concat(),
        ),
    ] {
        insta::assert_snapshot!(name, said(&arguments));
    }
}

#[test]
fn aws_is_asked_too() {
    let world = World::new();
    world.home.file("reports.json", REPORTS);
    let ask = |arguments: &[&str]| {
        let mut command = world.daypass();
        command.arg("simulate").args(arguments);
        shown(&command.output().unwrap())
    };
    let same = ask(&[
        "--identity",
        "reports.json",
        "--scp",
        "FullAWSAccess",
        "--principal",
        "arn:aws:iam::111122223333:user/bob",
        "--action",
        "s3:GetObject",
        "--resource",
        "arn:aws:s3:::reports/bob/x",
        "--context",
        "aws:SourceIp=192.0.2.1",
        "--live",
    ]);
    insta::assert_snapshot!("live_the_same", same);
    assert_eq!(world.calls("SimulateCustomPolicy").len(), 1);
    let own = ask(&[
        "--principal",
        "arn:aws:iam::111122223333:role/admin",
        "--action",
        "s3:GetObject",
        "iam:CreateUser",
        "--resource",
        "arn:aws:s3:::reports/x",
        "--live",
    ]);
    insta::assert_snapshot!("live_of_the_account", own);
    assert_eq!(world.calls("SimulatePrincipalPolicy").len(), 1);
}

/// A resource policy gives access by itself within one account ("Policy evaluation for requests within a single
/// account", IAM User Guide), but AWS's simulator has its own idea of who the caller is: the difference is told.
#[test]
fn where_aws_differs_it_is_told() {
    let world = World::new();
    // A condition on a key that the simulator of another AWS fills in differently from what was asked.
    world.home.file(
        "tls.json",
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Null": {"aws:ResourceAccount": "false"}}}}"#,
    );
    let mut command = world.daypass();
    let output = command
        .arg("simulate")
        .args(BOB)
        .args([
            "--identity",
            "tls.json",
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::a/b",
            "--live",
        ])
        .output()
        .unwrap();
    insta::assert_snapshot!(shown(&output));
}

#[test]
fn what_no_request_has_is_told() {
    let home = home();
    let ask = |more: &[&str]| {
        let question = ["--identity", "reports.json", "--action", "s3:GetObject"];
        shown(&simulate(&home, &[&question[..], more].concat()))
    };
    for (wrong, told) in [
        (
            &["--resource", "reports/x"][..],
            "--resource: `reports/x` is no ARN",
        ),
        (
            &["--resource", "*", "--context", "aws:SourceIp=10.0.0.0/8"],
            "`10.0.0.0/8` is no value of aws:SourceIp",
        ),
        (
            &["--resource", "*", "--context", "aws:PrincipalTag=x"],
            "which tag is it about?",
        ),
        (
            &["--resource", "*", "--at", "yesterday"],
            "write an instant with its zone, like 2026-11-30T18:00:00Z",
        ),
    ] {
        let said = ask(wrong);
        assert!(said.contains(told) && said.contains("exit code 2"), "{said}");
    }
    for (odd, told) in [
        (
            &["--resource", "arn:aws:s3:::reports"][..],
            "warning: s3:GetObject is never on arn:aws:s3:::reports; it is on arn:",
        ),
        (
            &["--context", "aws:SourceIpp=192.0.2.7"],
            "there is no global condition key `aws:SourceIpp`; did you mean aws:SourceIp?",
        ),
        (
            &["--resource", "arn:aws:s3:::a/b", "arn:aws:s3:::a"],
            "warning: none of the actions is ever on arn:aws:s3:::a\n",
        ),
    ] {
        let said = ask(odd);
        assert!(said.contains(told) && said.contains("exit code 4"), "{said}");
    }
    let fine = ask(&[
        "--resource",
        "arn:aws:s3:::reports/bob/x",
        "--context",
        "aws:SourceIp=192.0.2.7",
        "--at",
        "2026-11-30",
    ]);
    assert!(
        fine.contains("exit code 0") && !fine.contains("warning"),
        "{fine}"
    );
}

#[test]
fn all_conditions_that_fail_are_told() {
    let home = Home::new();
    home.file("two.json", r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject",
  "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "true"}}}}"#);
    let question = [
        "--identity",
        "two.json",
        "--action",
        "s3:GetObject",
        "--resource",
        "arn:aws:s3:::reports/x",
    ];
    let context = [
        "--context",
        "aws:SourceIp=10.1.2.3",
        "--context",
        "aws:SecureTransport=false",
    ];
    insta::assert_snapshot!(shown(&simulate(&home, &[&question[..], &context[..]].concat())));
    let json = [&question[..], &context[..], &["--format", "json"]].concat();
    let answer: Value = serde_json::from_slice(&simulate(&home, &json).stdout).unwrap();
    let failed = &answer["reasons"][1]["failed"];
    assert_eq!(failed["key"], "aws:SourceIp");
    assert_eq!(failed["also"][0]["key"], "aws:SecureTransport");
}

/// A file keeps its byte order mark, and every place is where an editor has it.
#[test]
fn a_byte_order_mark_moves_no_place() {
    let home = home();
    let policy = r#"{"Version": "2012-10-17", "Statement": {"Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#;
    home.file("plain.json", policy);
    home.file("marked.json", format!("\u{feff}{policy}"));
    let asked = |name: &str, format: &str| {
        let arguments = [
            "simulate",
            "--identity",
            name,
            "--principal",
            "arn:aws:iam::111122223333:user/ann",
        ];
        let output = home
            .daypass()
            .args(arguments)
            .args(["--action", "s3:GetObject", "--format", format])
            .output()
            .unwrap();
        texts(&output).0.replace(name, "FILE")
    };
    assert_eq!(asked("marked.json", "human"), asked("plain.json", "human"));
    let spans = |name: &str| -> serde_json::Value {
        let told: serde_json::Value = serde_json::from_str(&asked(name, "json")).unwrap();
        told["decided_by"][0]["span"].clone()
    };
    let (plain, marked) = (spans("plain.json"), spans("marked.json"));
    assert_eq!(
        (&marked["line"], &marked["column"]),
        (&plain["line"], &plain["column"])
    );
    assert_eq!(
        marked["start"].as_u64(),
        plain["start"].as_u64().map(|start| start + 3)
    );
}
