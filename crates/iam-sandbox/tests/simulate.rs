//! The policy simulator and the context keys of policies.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Answer, Cloud, allow, statement};

const OBJECT: &str = "arn:aws:s3:::reports/q1.csv";

fn user() -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/ann")
}

fn custom(cloud: &Cloud, params: &[(&str, &str)]) -> Answer {
    cloud.as_admin("SimulateCustomPolicy", params)
}

/// The decisions, in order.
fn decisions(answer: &Answer) -> Vec<String> {
    answer.texts("EvalDecision")
}

/// "SimulateCustomPolicy", IAM API Reference. The positions are those of the example of "simulate-principal-policy",
/// AWS CLI Command Reference: right behind the statement's braces.
#[test]
fn custom_policies() {
    let cloud = Cloud::new();
    let policy = "{\n  \"Version\":\"2012-10-17\",\n  \"Statement\":{\n    \"Effect\":\"Allow\",\n    \"Action\":\"s3:GetObject\",\n    \"Resource\":\"arn:aws:s3:::reports/*\"\n  }\n}";
    let deny = allow("s3:DeleteObject", "*").replace("Allow", "Deny");
    let asked = custom(
        &cloud,
        &[
            ("PolicyInputList.member.1", policy),
            ("PolicyInputList.member.2", &deny),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ActionNames.member.2", "s3:PutObject"),
            ("ActionNames.member.3", "s3:DeleteObject"),
            ("ResourceArns.member.1", OBJECT),
        ],
    )
    .ok();
    assert_eq!(decisions(&asked), ["allowed", "implicitDeny", "explicitDeny"]);
    assert_eq!(
        asked.texts("EvalResourceDecision"),
        ["allowed", "implicitDeny", "explicitDeny"]
    );
    assert_eq!(
        asked.texts("SourcePolicyId")[..3],
        ["PolicyInputList.1", "PolicyInputList.1", "PolicyInputList.2"]
    );
    assert!(
        asked
            .body
            .contains("<StartPosition><Line>3</Line><Column>16</Column></StartPosition>")
    );
    assert!(
        asked
            .body
            .contains("<EndPosition><Line>7</Line><Column>4</Column></EndPosition>")
    );

    // Without resources it is about all of them.
    let everywhere = custom(
        &cloud,
        &[
            ("PolicyInputList.member.1", policy),
            ("ActionNames.member.1", "s3:GetObject"),
        ],
    )
    .ok();
    assert_eq!(decisions(&everywhere), ["implicitDeny"]);
    assert_eq!(everywhere.texts("EvalResourceName"), ["*"]);
    assert!(!everywhere.body.contains("ResourceSpecificResults"));
    for (action, document) in [("GetObject", policy), ("s3:", policy), ("s3:GetObject", "{")] {
        custom(
            &cloud,
            &[
                ("PolicyInputList.member.1", document),
                ("ActionNames.member.1", action),
            ],
        )
        .refused(400, "InvalidInput");
    }
    cloud
        .iam(
            &cloud.developer(),
            "SimulateCustomPolicy",
            &[
                ("PolicyInputList.member.1", policy),
                ("ActionNames.member.1", "s3:GetObject"),
            ],
        )
        .refused(403, "AccessDenied");
}

#[test]
fn context_decides_and_what_is_missing_is_told() {
    let cloud = Cloud::new();
    let policy = statement(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"60"},"StringLike":{"aws:PrincipalTag/team":["a","b"]}}"#,
    );
    let ask = |more: &[(&str, &str)]| {
        let mut params = vec![
            ("PolicyInputList.member.1", policy.as_str()),
            ("ActionNames.member.1", "s3:GetObject"),
        ];
        params.extend_from_slice(more);
        custom(&cloud, &params)
    };
    let missing = ask(&[]).ok();
    assert_eq!(decisions(&missing), ["implicitDeny"]);
    assert_eq!(
        missing.text("MissingContextValues").unwrap(),
        "<member>aws:MultiFactorAuthAge</member><member>aws:PrincipalTag/team</member>"
    );
    let entry = |age: &'static str| {
        [
            ("ContextEntries.member.1.ContextKeyName", "aws:multifactorauthage"),
            ("ContextEntries.member.1.ContextKeyType", "numeric"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", age),
            ("ContextEntries.member.2.ContextKeyName", "aws:PrincipalTag/team"),
            ("ContextEntries.member.2.ContextKeyType", "stringList"),
            ("ContextEntries.member.2.ContextKeyValues.member.1", "b"),
        ]
    };
    let young = ask(&entry("59")).ok();
    assert_eq!(decisions(&young), ["allowed"]);
    assert_eq!(young.text("MissingContextValues").unwrap(), "");
    assert_eq!(decisions(&ask(&entry("61")).ok()), ["implicitDeny"]);
    ask(&entry("old")).refused(400, "InvalidInput");
    // With resources the missing keys stand with each.
    let specific = ask(&[("ResourceArns.member.1", OBJECT)]).ok();
    let lists = specific.texts("MissingContextValues");
    assert_eq!(lists[0], "");
    assert!(lists[1].contains("aws:PrincipalTag/team"));
}

#[test]
fn boundaries_resource_policies_and_service_control_policies() {
    let cloud = Cloud::new();
    let ask = |more: &[(&str, &str)]| {
        let mut params = vec![
            ("ActionNames.member.1", "s3:GetObject"),
            ("ResourceArns.member.1", OBJECT),
        ];
        params.extend_from_slice(more);
        custom(&cloud, &params)
    };
    let all = allow("*", "*");
    let ec2 = allow("ec2:*", "*");
    let bounded = ask(&[
        ("PolicyInputList.member.1", &all),
        ("PermissionsBoundaryPolicyInputList.member.1", &ec2),
    ])
    .ok();
    assert_eq!(decisions(&bounded), ["implicitDeny"]);
    assert_eq!(bounded.texts("AllowedByPermissionsBoundary"), ["false", "false"]);
    let guarded = ask(&[
        ("PolicyInputList.member.1", &all),
        (
            "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1",
            &ec2,
        ),
    ])
    .ok();
    assert_eq!(decisions(&guarded), ["implicitDeny"]);
    assert_eq!(guarded.texts("AllowedByOrganizations"), ["false"]);

    let bucket = statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"s3:GetObject","Resource":"{OBJECT}""#,
        user()
    ));
    let granted = [
        ("PolicyInputList.member.1", ec2.as_str()),
        ("ResourcePolicy", &bucket),
        ("CallerArn", &user()),
    ];
    let by_resource = ask(&granted).ok();
    assert_eq!(decisions(&by_resource), ["allowed"]);
    assert_eq!(by_resource.texts("SourcePolicyType")[0], "resource");
    // Across accounts both sides must allow.
    let mut foreign = granted.to_vec();
    foreign.push(("ResourceOwner", "arn:aws:iam::444455556666:root"));
    assert_eq!(decisions(&ask(&foreign).ok()), ["implicitDeny"]);
    foreign[0].1 = &all;
    assert_eq!(decisions(&ask(&foreign).ok()), ["allowed"]);
    foreign.pop();
    foreign.push(("ResourceOwner", "nobody"));
    ask(&foreign).refused(400, "InvalidInput");
    ask(&[("PolicyInputList.member.1", &all), ("ResourcePolicy", &bucket)]).refused(400, "InvalidInput");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    ask(&[("PolicyInputList.member.1", &all), ("CallerArn", &role)]).refused(400, "InvalidInput");
}

/// "SimulatePrincipalPolicy", IAM API Reference.
#[test]
fn the_policies_of_principals() {
    let cloud = Cloud::new();
    let own = statement(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/${aws:username}/*""#,
    );
    cloud.user("ann", Some(&own));
    cloud.as_admin("CreateGroup", &[("GroupName", "readers")]).ok();
    let read_only = "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess";
    cloud
        .as_admin(
            "AttachGroupPolicy",
            &[("GroupName", "readers"), ("PolicyArn", read_only)],
        )
        .ok();
    cloud
        .as_admin("AddUserToGroup", &[("GroupName", "readers"), ("UserName", "ann")])
        .ok();
    let ask = |source: &str, action: &str, more: &[(&str, &str)]| {
        let mut params = vec![("PolicySourceArn", source), ("ActionNames.member.1", action)];
        params.extend_from_slice(more);
        cloud.as_admin("SimulatePrincipalPolicy", &params)
    };
    let mine = [("ResourceArns.member.1", "arn:aws:s3:::reports/ann/x")];
    let found = ask(&user(), "s3:GetObject", &mine).ok();
    assert_eq!(decisions(&found), ["allowed"]);
    assert_eq!(found.texts("SourcePolicyId")[0], "user_ann_inline");
    assert_eq!(found.texts("SourcePolicyType")[0], "user");
    let by_group = ask(&user(), "ec2:DescribeInstances", &[]).ok();
    assert_eq!(decisions(&by_group), ["allowed"]);
    assert_eq!(by_group.texts("SourcePolicyId"), ["AmazonEC2ReadOnlyAccess"]);
    assert_eq!(by_group.texts("SourcePolicyType"), ["aws-managed"]);
    let without = [
        ("PolicyExclusionList.member.1.PolicyType", "aws-managed"),
        ("PolicyExclusionList.member.1.PolicyArn", read_only),
    ];
    assert_eq!(
        decisions(&ask(&user(), "ec2:DescribeInstances", &without).ok()),
        ["implicitDeny"]
    );
    let more = allow("iam:*", "*");
    let given = [("PolicyInputList.member.1", more.as_str())];
    assert_eq!(
        decisions(&ask(&user(), "iam:ListUsers", &[]).ok()),
        ["implicitDeny"]
    );
    assert_eq!(
        decisions(&ask(&user(), "iam:ListUsers", &given).ok()),
        ["allowed"]
    );

    // The boundary counts; one that is given stands in its place.
    cloud
        .as_admin(
            "PutUserPermissionsBoundary",
            &[("UserName", "ann"), ("PermissionsBoundary", read_only)],
        )
        .ok();
    let bounded = ask(&user(), "s3:GetObject", &mine).ok();
    assert_eq!(decisions(&bounded), ["implicitDeny"]);
    assert_eq!(bounded.texts("AllowedByPermissionsBoundary")[0], "false");
    let all = allow("*", "*");
    let replaced = [
        mine[0],
        ("PermissionsBoundaryPolicyInputList.member.1", all.as_str()),
    ];
    assert_eq!(
        decisions(&ask(&user(), "s3:GetObject", &replaced).ok()),
        ["allowed"]
    );

    let role = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    assert_eq!(decisions(&ask(&role, "iam:DeleteUser", &[]).ok()), ["allowed"]);
    let group = format!("arn:aws:iam::{ACCOUNT}:group/readers");
    assert_eq!(
        decisions(&ask(&group, "ec2:DescribeInstances", &[]).ok()),
        ["allowed"]
    );
    ask(&user().replace("ann", "nobody"), "s3:GetObject", &[]).refused(404, "NoSuchEntity");
    ask("arn:aws:s3:::reports/no-entity", "s3:GetObject", &[]).refused(400, "InvalidInput");
}

#[test]
fn results_come_a_page_at_a_time() {
    let cloud = Cloud::new();
    let all = allow("*", "*");
    let params = [
        ("PolicyInputList.member.1", all.as_str()),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ActionNames.member.2", "s3:PutObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::a/x"),
        ("ResourceArns.member.2", "arn:aws:s3:::b/x"),
        ("MaxItems", "3"),
    ];
    let first = custom(&cloud, &params).ok();
    assert_eq!(
        first.texts("EvalActionName"),
        ["s3:GetObject", "s3:GetObject", "s3:PutObject"]
    );
    let mut next = params.to_vec();
    let marker = first.text("Marker").unwrap();
    next.push(("Marker", &marker));
    let second = custom(&cloud, &next).ok();
    assert_eq!(second.texts("EvalResourceName")[0], "arn:aws:s3:::b/x");
    assert_eq!(second.text("IsTruncated").unwrap(), "false");
}

/// "GetContextKeysForPrincipalPolicy", IAM API Reference.
#[test]
fn context_keys_of_policies() {
    let cloud = Cloud::new();
    let own = statement(
        r#""Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#,
    );
    let given = statement(
        r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
    );
    cloud.user("ann", Some(&own));
    let keys = |operation: &str, params: &[(&str, &str)]| cloud.as_admin(operation, params);
    let custom = keys(
        "GetContextKeysForCustomPolicy",
        &[
            ("PolicyInputList.member.1", &own),
            ("PolicyInputList.member.2", &given),
        ],
    )
    .ok();
    assert_eq!(
        custom.texts("member"),
        ["aws:username", "aws:SecureTransport", "aws:SourceIp"]
    );
    let held = keys(
        "GetContextKeysForPrincipalPolicy",
        &[("PolicySourceArn", &user()), ("PolicyInputList.member.1", &given)],
    )
    .ok();
    assert_eq!(held.texts("member"), custom.texts("member"));
    keys(
        "GetContextKeysForCustomPolicy",
        &[("PolicyInputList.member.1", "{")],
    )
    .refused(400, "InvalidInput");
    keys(
        "GetContextKeysForPrincipalPolicy",
        &[("PolicySourceArn", &user().replace("ann", "nobody"))],
    )
    .refused(404, "NoSuchEntity");
}

/// "If there are SCPs associated with the simulated user's account, their effect is captured in the
/// OrganizationsDecisionDetail element" ("SimulatePrincipalPolicy", IAM API Reference).
#[test]
fn the_organizations_policies_count() {
    let seed = r#"{"accounts": {"111122223333": null, "444455556666": {"users": {"bob": {"attached": "AdministratorAccess",
        "access_keys": [{"id": "AKIABOBBOBBOBBOBBOB1", "secret": "s"}]}}}},
        "organization": {"management": "111122223333",
            "policies": {"0": {"type": "scp", "document": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]}}},
            "root": {"accounts": {"444455556666": {"scps": ["0"]}, "111122223333": null}}}}"#;
    let now: jiff::Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let seed = iam_sandbox::Seed::parse(seed).unwrap();
    let cloud = Cloud {
        sandbox: iam_sandbox::Sandbox::from_seed(iam_sandbox::Settings::default(), &seed, now),
        now: std::cell::Cell::new(now),
    };
    let bob = common::Key {
        id: "AKIABOBBOBBOBBOBBOB1".to_owned(),
        secret: "s".to_owned(),
        token: None,
    };
    let ask = |more: &[(&str, &str)]| {
        let mut params = vec![
            ("PolicySourceArn", "arn:aws:iam::444455556666:user/bob"),
            ("ActionNames.member.1", "s3:DeleteBucket"),
            ("ActionNames.member.2", "s3:CreateBucket"),
        ];
        params.extend_from_slice(more);
        cloud.iam(&bob, "SimulatePrincipalPolicy", &params).ok()
    };
    let guarded = ask(&[]);
    assert_eq!(decisions(&guarded), ["explicitDeny", "allowed"]);
    assert_eq!(guarded.texts("AllowedByOrganizations"), ["false", "true"]);
    assert_eq!(guarded.texts("SourcePolicyId"), ["AdministratorAccess"]);
    let free = ask(&[("PolicyExclusionList.member.1.PolicyType", "scp")]);
    assert_eq!(decisions(&free), ["allowed", "allowed"]);
    assert!(free.texts("AllowedByOrganizations").is_empty());
}
