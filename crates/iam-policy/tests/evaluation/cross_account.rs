//! IAM User Guide, "Cross-account policy evaluation logic".

use iam_policy::Decision::{Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

#[test]
fn both_sides_must_allow() {
    let theirs = || Asked::new().owned_by(OTHER);
    for named in [USER, ROOT, ACCOUNT, "*"] {
        let granted = theirs().resource(&grant_to(&aws(named)));
        assert_eq!(granted.get(USER), ImplicitDeny, "{named}");
        assert_eq!(granted.identity(ALLOW_S3).get(USER), Allow, "{named}");
    }
    assert_eq!(theirs().identity(ALLOW_ALL).get(USER), ImplicitDeny);
    assert_eq!(
        theirs()
            .identity(ALLOW_ALL)
            .resource(&grant_to(&aws(OTHER)))
            .get(USER),
        ImplicitDeny
    );
    assert_eq!(
        theirs()
            .identity(ALLOW_ALL)
            .resource(&grant_to(&aws(ROLE)))
            .get(SESSION),
        Allow
    );
}

#[test]
fn limits_of_the_principals_side_hold() {
    let granted = Asked::new()
        .owned_by(OTHER)
        .identity(ALLOW_ALL)
        .resource(&grant_to(&aws(SESSION)));
    assert_eq!(granted.get(SESSION), Allow);
    assert_eq!(granted.clone().boundary(ALLOW_EC2).get(SESSION), ImplicitDeny);
    assert_eq!(granted.clone().session(ALLOW_EC2).get(SESSION), ImplicitDeny);
    assert_eq!(granted.clone().scp(&[&[ALLOW_EC2]]).get(SESSION), ImplicitDeny);
    assert_eq!(granted.identity(DENY_S3).get(SESSION), ExplicitDeny);
}

#[test]
fn the_account_in_the_arn_counts_unless_told_otherwise() {
    let queue = "arn:aws:sqs:us-east-1:444455556666:queue";
    let asked = Asked::new().identity(ALLOW_ALL);
    assert_eq!(asked.ask(USER, "sqs:SendMessage", queue), ImplicitDeny);
    assert_eq!(
        asked
            .clone()
            .owned_by(ACCOUNT)
            .ask(USER, "sqs:SendMessage", queue),
        Allow
    );
    assert_eq!(asked.ask(USER, "sqs:ListQueues", "*"), Allow);
}

#[test]
fn root_of_another_account_needs_the_resources_policy() {
    let theirs = Asked::new().owned_by(OTHER);
    assert_eq!(theirs.get(ROOT), ImplicitDeny);
    assert_eq!(theirs.resource(&grant_to(&aws(ACCOUNT))).get(ROOT), Allow);
}

/// "AWS JSON policy elements: Principal": services and anonymous users have no identity policies.
#[test]
fn services_and_strangers_need_the_resources_policy_alone() {
    assert_eq!(Asked::new().identity(ALLOW_ALL).get("anonymous"), ImplicitDeny);
    assert_eq!(Asked::new().resource(&grant_to("\"*\"")).get("anonymous"), Allow);
    assert_eq!(
        Asked::new().resource(&grant_to(&aws(ACCOUNT))).get("anonymous"),
        ImplicitDeny
    );
    let service = r#"{"Service": "cloudtrail.amazonaws.com"}"#;
    assert_eq!(
        Asked::new()
            .resource(&grant_to(service))
            .get("cloudtrail.amazonaws.com"),
        Allow
    );
    assert_eq!(
        Asked::new()
            .resource(&grant_to(service))
            .get("logs.amazonaws.com"),
        ImplicitDeny
    );
}
