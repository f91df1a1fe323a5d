//! `daypass actions`, `policy` and `catalog`: what AWS defines, as a person and as a program reads it.

use crate::support::{Home, texts};
use serde_json::Value;

/// The exit code and both streams.
fn said(arguments: &[&str]) -> String {
    let output = Home::new().daypass().args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    let code = output.status.code().unwrap();
    match err.as_str() {
        "" => format!("{out}exit code {code}"),
        err => format!("{out}--- stderr\n{err}exit code {code}"),
    }
}

fn object(arguments: &[&str]) -> Value {
    let output = Home::new().daypass().args(arguments).output().unwrap();
    let (out, err) = texts(&output);
    assert_eq!(
        (output.status.code(), err.as_str()),
        (Some(0), ""),
        "{arguments:?}"
    );
    serde_json::from_str(&out).unwrap()
}

fn names<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one[field].as_str().unwrap())
        .collect()
}

#[test]
fn actions_are_listed() {
    insta::assert_snapshot!(said(&[
        "actions",
        "s3:*BucketPolicy*",
        "S3:getbucketpolicy",
        "sts:AssumeRole*"
    ]));
}

#[test]
fn one_action_is_shown_in_full() {
    insta::assert_snapshot!(said(&["actions", "lambda:createfunction"]));
    insta::assert_snapshot!(
        "an_action_without_resources",
        said(&["actions", "s3:ListAllMyBuckets"])
    );
}

#[test]
fn actions_are_filtered() {
    let listed = said(&[
        "actions",
        "--service",
        "S3",
        "--access-level",
        "permissions,tagging",
        "*Policy",
        "*Tagging",
    ]);
    assert!(
        listed.contains("s3:PutBucketPolicy ") && listed.contains("s3:PutObjectTagging "),
        "{listed}"
    );
    assert!(
        !listed.contains("GetBucketPolicy") && !listed.contains("iam:"),
        "{listed}"
    );
    let anywhere = said(&["actions", "TagRole"]);
    assert!(anywhere.starts_with("iam:TagRole  Tagging"), "{anywhere}");
    let none = said(&["actions", "s3:GetObject", "--access-level", "write"]);
    assert!(
        none.contains("none of these actions has such an access level") && none.ends_with("exit code 1"),
        "{none}"
    );
}

#[test]
fn names_that_there_are_not_are_told_with_the_nearest() {
    let asked = [
        &["actions", "s3:GetObjekt"][..],
        &["actions", "s4:GetObject"],
        &["actions", "GetObjekt"],
        &["actions", "s3"],
        &["actions", "s3:Zap*"],
        &["actions", "--service", "lamda", "Invoke*"],
        &["actions", "sqs:SendMessage", "sqs:SendMesage"],
        &["policy", "show", "ReadOnlyAcces"],
        &["policy", "show", "readonlyaccess"],
        &["policy", "show", "arn:aws:iam::aws:policy/ViewOnlyAccess"],
        &["policy", "show", "arn:aws:iam::111122223333:policy/Mine"],
        &["policy", "list", "nosuchthing"],
        &["policy", "list", "nope"],
        &["policy", "list", "S3*"],
    ];
    let all = asked.map(|arguments| format!("$ daypass {}\n{}", arguments.join(" "), said(arguments)));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn actions_as_data() {
    let all = object(&[
        "actions",
        "s3:GetObject",
        "lambda:CreateFunction",
        "--format",
        "json",
    ]);
    assert_eq!(
        names(&all["actions"], "action"),
        ["lambda:CreateFunction", "s3:GetObject"]
    );
    let create = &all["actions"][0];
    assert_eq!(create["access_level"], "Write");
    assert_eq!(create["service"], "AWS Lambda");
    assert_eq!(create["resource_types"][0]["name"], "function");
    assert_eq!(create["resource_types"][0]["required"], true);
    assert_eq!(
        create["resource_types"][0]["arn_formats"][0],
        "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"
    );
    assert!(
        create["dependent_actions"]
            .as_array()
            .unwrap()
            .contains(&"iam:PassRole".into())
    );
    let keys = create["condition_keys"].as_array().unwrap();
    let tag_keys = keys.iter().find(|key| key["name"] == "aws:TagKeys").unwrap();
    assert_eq!(tag_keys["type"], "ArrayOfString");
    let every = object(&["actions", "*", "--format", "json"]);
    assert!(every["actions"].as_array().unwrap().len() >= 22_000);
}

#[test]
fn a_managed_policy_is_printed_as_a_document() {
    insta::assert_snapshot!(said(&["policy", "show", "AmazonS3ReadOnlyAccess"]));
    let by_name = said(&["policy", "show", "ViewOnlyAccess"]);
    assert_eq!(
        said(&[
            "policy",
            "show",
            "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
        ]),
        by_name
    );
    let document: Value = serde_json::from_str(by_name.strip_suffix("exit code 0").unwrap()).unwrap();
    assert_eq!(document["Version"], "2012-10-17");
}

#[test]
fn managed_policies_are_listed() {
    insta::assert_snapshot!(said(&["policy", "list", "AmazonS3*"]));
    let all = object(&["policy", "list", "--format", "json"]);
    assert!(all["policies"].as_array().unwrap().len() >= 1_500);
    let some = object(&["policy", "list", "s3readonly", "--format", "json"]);
    assert_eq!(names(&some["policies"], "name"), ["AmazonS3ReadOnlyAccess"]);
    assert_eq!(
        some["policies"][0]["arn"],
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    );
}

#[test]
fn the_catalog_tells_its_sources() {
    insta::assert_snapshot!(said(&["catalog"]));
    insta::assert_snapshot!("sources_and_dates", said(&["catalog", "--version"]));
    let catalog = object(&["catalog", "--format", "json"]);
    assert_eq!(
        names(&catalog["catalog"], "what"),
        ["services", "dependent actions", "AWS managed policies"]
    );
    assert!(catalog["catalog"][0]["counts"]["actions"].as_u64().unwrap() >= 22_000);
    assert_eq!(
        catalog["catalog"][2]["as_of"].as_str().unwrap().len(),
        "2026-01-01".len()
    );
}
