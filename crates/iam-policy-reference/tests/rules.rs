//! The reference by itself, against examples of AWS's documentation: agreement with the engine would prove little
//! if both were wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use iam_policy::Decision::{self, Allow, ExplicitDeny, ImplicitDeny};
use iam_policy::{Document, Level, PolicySet, Request, Source};
use iam_policy_reference::decide;

const CARLOS: &str = "arn:aws:iam::111122223333:user/carlossalazar";

fn source(statements: &str) -> Source {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    Source::new("p", Document::parse(&text).expect(&text))
}

fn identity(statements: &str) -> PolicySet {
    PolicySet {
        identity: vec![source(statements)],
        ..PolicySet::default()
    }
}

fn ask(set: &PolicySet, principal: &str, action: &str, resource: &str) -> Decision {
    decide(set, &Request::new(principal.parse().unwrap(), action, resource))
}

/// "Policy evaluation for requests within a single account", "Example identity-based and resource-based policy
/// evaluation".
#[test]
fn carlos_and_his_bucket() {
    let mut set = identity(
        r#"{"Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], "Resource": "arn:aws:s3:::*"},
           {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]},
           {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::*log*"}"#,
    );
    set.resource = Some(source(&format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{CARLOS}"}}, "Action": "s3:*",
            "Resource": ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]}}"#
    )));
    let put = |resource: &str| ask(&set, CARLOS, "s3:PutObject", resource);
    assert_eq!(put("arn:aws:s3:::carlossalazar-logs/file"), ExplicitDeny);
    assert_eq!(put("arn:aws:s3:::carlossalazar/file"), Allow);
    assert_eq!(put("arn:aws:s3:::another/file"), ImplicitDeny);
}

/// "Cross-account policy evaluation logic", "Example cross-account policy evaluation".
#[test]
fn carlos_and_the_production_bucket_of_another_account() {
    let mut set =
        identity(r#"{"Effect": "Allow", "Action": "s3:*Object*", "Resource": "arn:aws:s3:::Production/*"}"#);
    let mut request = Request::new(
        CARLOS.parse().unwrap(),
        "s3:PutObject",
        "arn:aws:s3:::Production/a",
    );
    request.resource_account = Some("444455556666".parse().unwrap());
    assert_eq!(decide(&set, &request), ImplicitDeny);
    set.resource = Some(source(&format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{CARLOS}"}}, "Action": ["s3:GetObject*", "s3:PutObject*"],
            "Resource": "arn:aws:s3:::Production/*"}}"#
    )));
    assert_eq!(decide(&set, &request), Allow);
    set.identity.clear();
    assert_eq!(decide(&set, &request), ImplicitDeny);
}

/// "IAM JSON policy elements: Condition operators", the example of ARN operators beside string operators.
#[test]
fn the_parts_of_an_arn_are_checked_separately() {
    let with = |operator: &str| {
        let set = identity(&format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"{operator}":
                {{"aws:SourceArn": "arn:aws:someservice:*:111122223333:finance/*"}}}}}}"#
        ));
        let value = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
        decide(
            &set,
            &Request::new(CARLOS.parse().unwrap(), "s3:GetObject", "*").with_context("aws:SourceArn", value),
        )
    };
    assert_eq!(with("StringLike"), Allow);
    assert_eq!(with("ArnLike"), ImplicitDeny);
    assert_eq!(with("ArnEquals"), ImplicitDeny);
    assert_eq!(with("ArnNotLike"), Allow);
}

/// "Multivalued context key examples": the table of ForAllValues:StringNotLike.
#[test]
fn sets_of_tag_keys() {
    let set = PolicySet {
        identity: vec![source(
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*"},
               {"Effect": "Deny", "Action": "iam:Tag*", "Resource": "*",
                "Condition": {"ForAllValues:StringNotLike": {"aws:TagKeys": "key1*"}}}"#,
        )],
        ..PolicySet::default()
    };
    let with = |keys: Option<&[&str]>| {
        let mut request = Request::new(CARLOS.parse().unwrap(), "iam:TagUser", "*");
        if let Some(keys) = keys {
            request.context.insert("aws:TagKeys", keys.to_vec());
        }
        decide(&set, &request)
    };
    assert_eq!(with(Some(&["key1:legal"])), Allow);
    assert_eq!(with(Some(&["key1:hr", "key1:personnel"])), Allow);
    assert_eq!(with(Some(&["key2:audit"])), ExplicitDeny);
    assert_eq!(with(None), ExplicitDeny);
}

/// "IAM policy elements: Variables and tags": by version, with special characters, with defaults.
#[test]
fn variables_are_text_of_the_request() {
    let object = "arn:aws:s3:::bucket/${aws:username}";
    for (version, resource, expected) in [
        ("2012-10-17", "arn:aws:s3:::bucket/c*", Allow),
        ("2012-10-17", "arn:aws:s3:::bucket/cx", ImplicitDeny),
        ("2012-10-17", object, ImplicitDeny),
        ("2008-10-17", object, Allow),
    ] {
        let text = format!(
            r#"{{"Version": "{version}", "Statement": {{"Effect": "Allow", "Action": "*", "Resource": "{object}"}}}}"#
        );
        let set = PolicySet {
            identity: vec![Source::new("p", Document::parse(&text).unwrap())],
            ..PolicySet::default()
        };
        let request = Request::new(CARLOS.parse().unwrap(), "s3:GetObject", resource)
            .with_context("aws:username", "c*");
        assert_eq!(decide(&set, &request), expected, "{version} {resource}");
    }
    let anonymous = identity(
        r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::bucket/${aws:userid, 'anonymous'}/${*}"}"#,
    );
    let get = |key: &str| ask(&anonymous, CARLOS, "s3:GetObject", key);
    assert_eq!(get("arn:aws:s3:::bucket/anonymous/*"), Allow);
    assert_eq!(get("arn:aws:s3:::bucket/anonymous/x"), ImplicitDeny);
}

/// AWS Organizations User Guide, "SCP evaluation": an Allow at every level.
#[test]
fn every_level_must_allow() {
    const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let level = |statement: &str| Level {
        name: "level".to_owned(),
        policies: vec![source(statement)],
    };
    let ec2 = r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}"#;
    let with = |levels: Vec<Level>, principal: &str| {
        let mut set = identity(ALL);
        set.scp = Some(levels);
        ask(&set, principal, "s3:GetObject", "arn:aws:s3:::bucket/key")
    };
    let root = "arn:aws:iam::111122223333:root";
    let linked = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s";
    assert_eq!(with(vec![level(ALL), level(ALL)], CARLOS), Allow);
    assert_eq!(with(vec![level(ALL), level(ec2)], CARLOS), ImplicitDeny);
    assert_eq!(with(vec![level(ALL), level(ec2)], root), ImplicitDeny);
    assert_eq!(with(vec![level(ALL), level(ec2)], linked), Allow);
}
