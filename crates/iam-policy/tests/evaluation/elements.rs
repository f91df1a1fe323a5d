//! The elements of a statement: IAM User Guide, "IAM JSON policy elements: Action", "NotAction", "Resource",
//! "NotResource", "Variables and tags", "Version".

use iam_policy::Decision::{self, Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

fn allow(rest: &str) -> String {
    format!(r#"{{"Effect": "Allow", {rest}}}"#)
}

#[test]
fn actions_have_no_case_and_take_wildcards() {
    let asks = |pattern: &str, action: &str| {
        Asked::new()
            .identity(&allow(&format!(r#""Action": "{pattern}", "Resource": "*""#)))
            .ask(USER, action, "*")
    };
    assert_eq!(asks("IAM:listaccesskeys", "iam:ListAccessKeys"), Allow);
    assert_eq!(asks("iam:*AccessKey*", "iam:ListAccessKeys"), Allow);
    assert_eq!(asks("s3:Get?bject", "s3:GetObject"), Allow);
    assert_eq!(asks("s3:Get", "s3:GetObject"), ImplicitDeny);
    assert_eq!(asks("*", "anything:AtAll"), Allow);
}

#[test]
fn not_action_is_everything_else() {
    let asked = Asked::new().identity(&allow(r#""NotAction": ["iam:*", "sts:*"], "Resource": "*""#));
    assert_eq!(asked.ask(USER, "s3:GetObject", "*"), Allow);
    assert_eq!(asked.ask(USER, "iam:CreateUser", "*"), ImplicitDeny);
}

#[test]
fn resources_are_case_sensitive_patterns() {
    let asks = |pattern: &str, resource: &str| -> Decision {
        Asked::new()
            .identity(&allow(&format!(r#""Action": "*", "Resource": "{pattern}""#)))
            .ask(USER, "s3:X", resource)
    };
    assert_eq!(asks("arn:aws:s3:::b/*", "arn:aws:s3:::b/x/y"), Allow);
    assert_eq!(asks("arn:aws:s3:::b/*", "arn:aws:s3:::b"), ImplicitDeny);
    assert_eq!(asks("arn:aws:s3:::b*", "arn:aws:s3:::B"), ImplicitDeny);
    assert_eq!(asks("arn:aws:s3:::b?", "arn:aws:s3:::bb"), Allow);
    assert_eq!(
        asks("arn:aws:s3:::*", "*"),
        ImplicitDeny,
        "an action without resources wants \"*\""
    );
    assert_eq!(asks("*", "*"), Allow);
}

#[test]
fn not_resource_is_everything_else() {
    let deny =
        r#"{"Effect": "Deny", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]}"#;
    let asked = Asked::new().identity(ALLOW_S3).identity(deny);
    assert_eq!(asked.ask(USER, "s3:GetObject", "arn:aws:s3:::a/x"), Allow);
    assert_eq!(asked.ask(USER, "s3:GetObject", "arn:aws:s3:::b/x"), ExplicitDeny);
}

#[test]
fn variables_in_resources() {
    let home = allow(r#""Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*""#);
    let mine = "arn:aws:s3:::home/bob/x";
    let asked = Asked::new().identity(&home).context("aws:username", "bob");
    assert_eq!(asked.ask(USER, "s3:GetObject", mine), Allow);
    assert_eq!(
        asked.ask(USER, "s3:GetObject", "arn:aws:s3:::home/alice/x"),
        ImplicitDeny
    );
    assert_eq!(
        Asked::new().identity(&home).ask(USER, "s3:GetObject", mine),
        ImplicitDeny,
        "an unset variable"
    );
    let old = Asked::new().old_identity(&home).context("aws:username", "bob");
    assert_eq!(
        old.ask(USER, "s3:GetObject", mine),
        ImplicitDeny,
        "literal in the old version"
    );
    assert_eq!(
        old.ask(USER, "s3:GetObject", "arn:aws:s3:::home/${aws:username}/x"),
        Allow
    );
    let except =
        r#"{"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::home/${aws:username}/*"}"#;
    let asked = Asked::new().identity(ALLOW_S3).identity(except);
    assert_eq!(asked.ask(USER, "s3:GetObject", mine), ExplicitDeny);
    assert_eq!(
        asked
            .context("aws:username", "bob")
            .ask(USER, "s3:GetObject", mine),
        Allow
    );
}

#[test]
fn all_conditions_must_hold() {
    let statement = allow(
        r#""Action": "s3:*", "Resource": "*", "Condition": {
            "Bool": {"aws:SecureTransport": "true"},
            "StringEquals": {"aws:PrincipalTag/Team": ["a", "b"], "aws:SourceVpce": "vpce-1"}}"#,
    );
    let asked = Asked::new()
        .identity(&statement)
        .context("AWS:SecureTransport", true);
    assert_eq!(asked.get(USER), ImplicitDeny);
    let asked = asked
        .context("aws:principaltag/TEAM", "b")
        .context("aws:sourcevpce", "vpce-1");
    assert_eq!(asked.get(USER), Allow);
    assert_eq!(
        asked.context("aws:SecureTransport", false).get(USER),
        ImplicitDeny
    );
}

/// The inline Deny of a temporary role: at its end no session of it can do anything.
#[test]
fn a_deny_from_a_date_on() {
    let deny = r#"{"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"DateGreaterThanEquals": {"aws:CurrentTime": "2026-01-01T12:00:00Z"}}}"#;
    let asked = Asked::new().identity(ALLOW_ALL).identity(deny);
    let at = |time: &str| asked.clone().context("aws:CurrentTime", time).get(SESSION);
    assert_eq!(at("2026-01-01T11:59:59Z"), Allow);
    assert_eq!(at("2026-01-01T12:00:00Z"), ExplicitDeny);
}
