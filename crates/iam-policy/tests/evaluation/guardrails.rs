//! AWS Organizations User Guide, "SCP evaluation", "RCP evaluation", "Service control policies (SCPs)".

use iam_policy::Decision::{Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

const RCP_FULL: &str = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
const RCP_DENY: &str = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
    "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}}"#;

/// "for a permission to be allowed for a specific account, there must be an explicit Allow statement at
/// every level from the root through each OU in the direct path to the account".
#[test]
fn an_scp_must_allow_at_every_level() {
    let asked = Asked::new().identity(ALLOW_ALL);
    assert_eq!(
        asked
            .clone()
            .scp(&[&[ALLOW_ALL], &[ALLOW_ALL], &[ALLOW_ALL]])
            .get(USER),
        Allow
    );
    assert_eq!(
        asked
            .clone()
            .scp(&[&[ALLOW_ALL], &[ALLOW_EC2], &[ALLOW_ALL]])
            .get(USER),
        ImplicitDeny
    );
    assert_eq!(
        asked.clone().scp(&[&[ALLOW_ALL], &[], &[ALLOW_ALL]]).get(USER),
        ImplicitDeny
    );
    assert_eq!(
        asked
            .clone()
            .scp(&[&[ALLOW_EC2, ALLOW_S3], &[ALLOW_ALL]])
            .get(USER),
        Allow,
        "united within a level"
    );
    assert_eq!(
        asked
            .clone()
            .scp(&[&[ALLOW_ALL, DENY_S3], &[ALLOW_ALL]])
            .get(USER),
        ExplicitDeny
    );
    assert_eq!(
        Asked::new().scp(&[&[ALLOW_ALL]]).get(USER),
        ImplicitDeny,
        "an SCP grants nothing"
    );
}

/// "SCPs affect all users and roles in attached accounts, including the root user", not service-linked roles,
/// and nobody outside of the account.
#[test]
fn whom_scps_bind() {
    let deny = &[&[ALLOW_ALL, DENY_S3][..]][..];
    let asked = Asked::new().identity(ALLOW_ALL).scp(deny);
    assert_eq!(asked.get(ROOT), ExplicitDeny);
    assert_eq!(Asked::new().scp(&[&[ALLOW_EC2]]).get(ROOT), ImplicitDeny);
    let linked = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s";
    assert_eq!(asked.get(linked), Allow);
    let path =
        "arn:aws:iam::111122223333:role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport";
    assert_eq!(asked.clone().with_role(path).get(linked), Allow);
    assert_eq!(
        asked
            .with_role("arn:aws:iam::111122223333:role/AWSServiceRoleForSupport")
            .get(linked),
        ExplicitDeny
    );
    let open = Asked::new().resource(&grant_to("\"*\"")).scp(deny);
    assert_eq!(open.get("anonymous"), Allow);
    assert_eq!(open.get("cloudtrail.amazonaws.com"), Allow);
    assert_eq!(
        open.get(USER),
        ExplicitDeny,
        "a grant by the resource does not lift an SCP"
    );
}

#[test]
fn rcps_bind_whoever_comes_to_the_resource() {
    let open = Asked::new().resource(&grant_to("\"*\"")).identity(ALLOW_S3);
    assert_eq!(
        open.clone().rcp(&[&[RCP_FULL], &[RCP_FULL]]).get("anonymous"),
        Allow
    );
    assert_eq!(
        open.clone().rcp(&[&[RCP_FULL], &[]]).get("anonymous"),
        ImplicitDeny
    );
    let guarded = open.rcp(&[&[RCP_FULL, RCP_DENY]]);
    assert_eq!(guarded.get("anonymous"), ExplicitDeny);
    assert_eq!(
        guarded.clone().context("aws:PrincipalOrgID", "o-2").get(USER),
        ExplicitDeny
    );
    assert_eq!(
        guarded.clone().context("aws:PrincipalOrgID", "o-1").get(USER),
        Allow
    );
    assert_eq!(
        guarded
            .clone()
            .context("aws:PrincipalIsAWSService", "true")
            .get("logs.amazonaws.com"),
        Allow
    );
    assert_eq!(
        guarded.get("arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForSupport/s"),
        Allow
    );
}

/// AWS KMS Developer Guide, "Resource control policies in AWS KMS": kms:RetireGrant.
#[test]
fn rcps_do_not_touch_retiring_a_grant() {
    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1";
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}"#;
    let policy = r#"{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}"#;
    let asked = Asked::new().resource(policy).rcp(&[&[RCP_FULL, deny]]);
    assert_eq!(asked.ask(USER, "kms:RetireGrant", KEY), Allow);
    assert_eq!(asked.ask(USER, "kms:Decrypt", KEY), ExplicitDeny);
}

#[test]
fn no_levels_limit_nothing() {
    assert_eq!(
        Asked::new().identity(ALLOW_ALL).scp(&[]).rcp(&[]).get(USER),
        Allow
    );
}

/// Amazon VPC User Guide, "Control access to VPC endpoints using endpoint policies": a policy that "must contain
/// a Principal element" and "does not override or replace identity-based policies or resource-based policies".
#[test]
fn an_endpoint_policy_must_let_the_request_through() {
    let full = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let asked = Asked::new().identity(ALLOW_S3);
    assert_eq!(asked.clone().endpoint(full).get(USER), Allow);
    assert_eq!(
        Asked::new().endpoint(full).get(USER),
        ImplicitDeny,
        "it grants nothing"
    );
    assert_eq!(asked.clone().endpoint(&grant_to(&aws(USER))).get(USER), Allow);
    assert_eq!(
        asked.clone().endpoint(&grant_to(&aws(ROLE))).get(USER),
        ImplicitDeny
    );
    assert_eq!(asked.clone().endpoint(&grant_to(&aws(ACCOUNT))).get(USER), Allow);
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}"#;
    let denying = asked.endpoint(&format!("{full}, {deny}"));
    assert_eq!(denying.get(USER), ExplicitDeny);
    // Whoever comes through it: not even a grant by the resource passes it by.
    let open = Asked::new()
        .resource(&grant_to("\"*\""))
        .endpoint(&grant_to(&aws(ROLE)));
    assert_eq!(open.get(USER), ImplicitDeny);
    assert_eq!(open.get("anonymous"), ImplicitDeny);
    assert_eq!(open.get(ROOT), ImplicitDeny);
    assert_eq!(open.get(SESSION), Allow);
}
