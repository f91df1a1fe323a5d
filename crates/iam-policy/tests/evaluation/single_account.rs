//! IAM User Guide, "Policy evaluation for requests within a single account".

use iam_policy::Decision::{Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

#[test]
fn by_default_everything_is_denied() {
    assert_eq!(Asked::new().get(USER), ImplicitDeny);
    assert_eq!(Asked::new().identity(ALLOW_EC2).get(USER), ImplicitDeny);
    assert_eq!(Asked::new().identity(ALLOW_S3).get(USER), Allow);
    assert_eq!(
        Asked::new().identity(ALLOW_EC2).identity(ALLOW_S3).get(SESSION),
        Allow
    );
}

#[test]
fn an_explicit_deny_overrides_every_allow() {
    let everything = Asked::new().identity(ALLOW_ALL).resource(&grant_to("\"*\""));
    assert_eq!(everything.get(USER), Allow);
    assert_eq!(everything.clone().identity(DENY_S3).get(USER), ExplicitDeny);
    assert_eq!(
        everything
            .clone()
            .boundary(&format!("{ALLOW_ALL}, {DENY_S3}"))
            .get(USER),
        ExplicitDeny
    );
    assert_eq!(
        everything
            .clone()
            .session(&format!("{ALLOW_ALL}, {DENY_S3}"))
            .get(SESSION),
        ExplicitDeny
    );
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#;
    assert_eq!(
        everything
            .clone()
            .resource(&format!("{}, {deny}", grant_to("\"*\"")))
            .get(USER),
        ExplicitDeny
    );
}

/// "If either the identity-based policy or the resource-based policy within the same account allows the
/// request and the other doesn't, the request is still allowed."
#[test]
fn identity_or_resource_policy_suffices() {
    assert_eq!(Asked::new().resource(&grant_to(&aws(USER))).get(USER), Allow);
    assert_eq!(Asked::new().resource(&grant_to(&aws(ROLE))).get(SESSION), Allow);
    assert_eq!(
        Asked::new().resource(&grant_to(&aws(SESSION))).get(SESSION),
        Allow
    );
    assert_eq!(Asked::new().resource(&grant_to("\"*\"")).get(USER), Allow);
    let somebody_else = Asked::new().resource(&grant_to(&aws("arn:aws:iam::111122223333:user/alice")));
    assert_eq!(somebody_else.get(USER), ImplicitDeny);
    assert_eq!(somebody_else.identity(ALLOW_S3).get(USER), Allow);
}

/// "AWS JSON policy elements: Principal", "AWS account principals": the account only delegates.
#[test]
fn an_account_in_a_resource_policy_only_delegates() {
    for account in [ACCOUNT, ROOT] {
        let delegating = Asked::new().resource(&grant_to(&aws(account)));
        assert_eq!(delegating.get(USER), ImplicitDeny);
        assert_eq!(delegating.get(SESSION), ImplicitDeny);
        assert_eq!(delegating.identity(ALLOW_S3).get(USER), Allow);
    }
}

/// "Permissions boundaries for IAM entities", "Evaluating effective permissions with boundaries".
#[test]
fn a_boundary_limits_identity_policies() {
    let bounded = Asked::new().identity(ALLOW_ALL).boundary(ALLOW_EC2);
    assert_eq!(bounded.get(USER), ImplicitDeny);
    assert_eq!(bounded.ask(USER, "ec2:RunInstances", "*"), Allow);
    assert_eq!(Asked::new().boundary(ALLOW_ALL).get(USER), ImplicitDeny);
    let mut empty = Asked::new().identity(ALLOW_ALL);
    empty.set.boundary = Some(Vec::new());
    assert_eq!(empty.get(USER), ImplicitDeny);
}

/// "Resource-based policies that grant permissions to an IAM user ARN (that is not a federated user session)
/// are not limited by an implicit deny in an identity-based policy or permissions boundary", nor are grants
/// to a role session's ARN by boundary or session policy; a role's ARN is.
#[test]
fn boundary_and_session_policy_against_the_resource_policy() {
    let bounded = |principal: &str| {
        Asked::new()
            .resource(&grant_to(&aws(principal)))
            .boundary(ALLOW_EC2)
    };
    assert_eq!(bounded(USER).get(USER), Allow);
    assert_eq!(bounded(SESSION).get(SESSION), Allow);
    assert_eq!(bounded(ROLE).get(SESSION), ImplicitDeny);
    assert_eq!(bounded(ROLE).boundary(ALLOW_S3).get(SESSION), Allow);
    let limited = |principal: &str| {
        Asked::new()
            .resource(&grant_to(&aws(principal)))
            .session(ALLOW_EC2)
    };
    assert_eq!(limited(SESSION).get(SESSION), Allow);
    assert_eq!(limited(ROLE).get(SESSION), ImplicitDeny);
    assert_eq!(limited(ROLE).session(ALLOW_S3).get(SESSION), Allow);
    assert_eq!(limited(ROOT).identity(ALLOW_S3).get(SESSION), ImplicitDeny);
}

/// "Permissions boundaries and session policies do not limit permissions granted using the aws:PrincipalArn
/// condition key with a wildcard(*) in the Principal element, unless the identity-based policies contain an
/// explicit deny."
#[test]
fn everyone_with_a_condition_on_the_role_is_not_limited() {
    let grant = format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{ROLE}"}}}}}}"#
    );
    let asked = Asked::new()
        .resource(&grant)
        .boundary(ALLOW_EC2)
        .session(ALLOW_EC2);
    assert_eq!(asked.get(SESSION), ImplicitDeny, "without the key in the context");
    let asked = asked.context("aws:PrincipalArn", ROLE);
    assert_eq!(asked.get(SESSION), Allow);
    assert_eq!(asked.identity(DENY_S3).get(SESSION), ExplicitDeny);
}

/// "Policies and permissions in AWS Identity and Access Management", "Session policies".
#[test]
fn a_session_policy_limits_identity_policies() {
    let session = Asked::new().identity(ALLOW_ALL).session(ALLOW_S3);
    assert_eq!(session.get(SESSION), Allow);
    assert_eq!(session.ask(SESSION, "ec2:RunInstances", "*"), ImplicitDeny);
    assert_eq!(Asked::new().session(ALLOW_S3).get(SESSION), ImplicitDeny);
    assert_eq!(session.boundary(ALLOW_EC2).get(SESSION), ImplicitDeny);
}

/// AWS STS API Reference, GetFederationToken: "Session policies"; the only exception is a resource policy
/// that names the federated user session.
#[test]
fn a_federated_user_has_what_session_and_user_both_allow() {
    const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/bob";
    assert_eq!(
        Asked::new().identity(ALLOW_ALL).session(ALLOW_S3).get(FEDERATED),
        Allow
    );
    assert_eq!(Asked::new().identity(ALLOW_ALL).get(FEDERATED), ImplicitDeny);
    assert_eq!(
        Asked::new().identity(ALLOW_EC2).session(ALLOW_S3).get(FEDERATED),
        ImplicitDeny
    );
    assert_eq!(
        Asked::new().resource(&grant_to(&aws(FEDERATED))).get(FEDERATED),
        Allow
    );
}

/// "How AWS enforcement code logic evaluates requests to allow or deny access", "IAM federated user sessions":
/// the ARN of the user who federated grants within boundary and session policy.
#[test]
fn a_grant_to_the_user_who_federated_is_limited() {
    const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/bob";
    let named = Asked::new().resource(&grant_to(&aws(USER)));
    assert_eq!(named.clone().session(ALLOW_S3).get(FEDERATED), Allow);
    assert_eq!(named.clone().session(ALLOW_EC2).get(FEDERATED), ImplicitDeny);
    assert_eq!(
        named.clone().session(ALLOW_S3).boundary(ALLOW_EC2).get(FEDERATED),
        ImplicitDeny
    );
    assert_eq!(named.get(FEDERATED), ImplicitDeny, "without a session policy");
    let deny = grant_to(&aws(USER)).replace("Allow", "Deny");
    assert_eq!(
        Asked::new()
            .identity(ALLOW_S3)
            .session(ALLOW_S3)
            .resource(&deny)
            .get(FEDERATED),
        ExplicitDeny
    );
}

/// "How AWS enforcement code logic evaluates requests to allow or deny access": the root user has full access.
#[test]
fn the_root_user_has_full_access_to_its_account() {
    assert_eq!(Asked::new().get(ROOT), Allow);
    assert_eq!(Asked::new().boundary(ALLOW_EC2).get(ROOT), Allow);
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    assert_eq!(Asked::new().resource(deny).get(ROOT), ExplicitDeny);
}

/// "AWS JSON policy elements: NotPrincipal": a Deny strikes every principal that has a boundary.
#[test]
fn not_principal_with_a_boundary() {
    let deny = format!(
        r#"{{"Effect": "Deny", "NotPrincipal": {{"AWS": ["{USER}", "{ROOT}"]}}, "Action": "s3:*", "Resource": "*"}}"#
    );
    let asked = Asked::new().identity(ALLOW_S3).resource(&deny);
    assert_eq!(asked.get(USER), Allow);
    assert_eq!(asked.get(SESSION), ExplicitDeny);
    assert_eq!(asked.boundary(ALLOW_ALL).get(USER), ExplicitDeny);
}
