//! Rules of single operations and services.

use iam_policy::Decision::{Allow, ExplicitDeny, ImplicitDeny};

use crate::asked::*;

/// AWS STS API Reference, GetCallerIdentity: no permissions are required, even against an explicit deny.
/// IAM User Guide, "Permissions for GetSessionToken": no permissions are required for a user.
#[test]
fn operations_that_need_no_permission() {
    let deny = Asked::new().identity(r#"{"Effect": "Deny", "Action": "sts:*", "Resource": "*"}"#);
    for principal in [USER, SESSION, ROOT] {
        assert_eq!(deny.ask(principal, "sts:GetCallerIdentity", "*"), Allow);
    }
    assert_eq!(
        Asked::new().ask("anonymous", "sts:GetCallerIdentity", "*"),
        ImplicitDeny
    );
    assert_eq!(deny.ask(USER, "sts:GetSessionToken", "*"), Allow);
    assert_eq!(deny.ask(SESSION, "sts:GetSessionToken", "*"), ExplicitDeny);
    assert_eq!(deny.ask(USER, "sts:GetFederationToken", "*"), ExplicitDeny);
}

/// AWS KMS Developer Guide, "Key policies in AWS KMS", "Default key policy".
#[test]
fn a_kms_key_is_governed_by_its_key_policy() {
    const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let key_policy = |principal: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {}, "Action": "kms:*", "Resource": "*"}}"#,
            aws(principal)
        )
    };
    let use_key = |asked: &Asked| asked.ask(USER, "kms:Decrypt", KEY);
    assert_eq!(use_key(&Asked::new().identity(ALLOW_ALL)), ImplicitDeny);
    assert_eq!(
        use_key(&Asked::new().identity(ALLOW_ALL).resource(&key_policy(ROLE))),
        ImplicitDeny
    );
    assert_eq!(
        use_key(&Asked::new().identity(ALLOW_ALL).resource(&key_policy(ROOT))),
        Allow
    );
    assert_eq!(use_key(&Asked::new().resource(&key_policy(ROOT))), ImplicitDeny);
    assert_eq!(use_key(&Asked::new().resource(&key_policy(USER))), Allow);
    // What is not about a key asks no key policy.
    assert_eq!(
        Asked::new().identity(ALLOW_ALL).ask(USER, "kms:ListKeys", "*"),
        Allow
    );
    // The root user has no permission of its own either.
    assert_eq!(
        Asked::new()
            .resource(&key_policy(ROLE))
            .ask(ROOT, "kms:Decrypt", KEY),
        ImplicitDeny
    );
    assert_eq!(
        Asked::new()
            .resource(&key_policy(ROOT))
            .ask(ROOT, "kms:Decrypt", KEY),
        Allow
    );
}

/// IAM User Guide, "Grammar of the IAM JSON policy language": documents that AWS would refuse grant nothing.
#[test]
fn misplaced_elements_grant_nothing_and_still_deny() {
    let with_principal = grant_to("\"*\"");
    assert_eq!(Asked::new().identity(&with_principal).get(USER), ImplicitDeny);
    assert_eq!(Asked::new().resource(ALLOW_S3).get(USER), ImplicitDeny);
    assert_eq!(
        Asked::new()
            .identity(r#"{"Effect": "Allow", "Action": "s3:*"}"#)
            .get(USER),
        ImplicitDeny
    );
    let deny = r#"{"Effect": "Deny", "Action": "s3:*"}"#;
    assert_eq!(
        Asked::new().identity(ALLOW_ALL).identity(deny).get(USER),
        ExplicitDeny
    );
    assert_eq!(
        Asked::new().identity(ALLOW_ALL).resource(DENY_S3).get(USER),
        ExplicitDeny
    );
}

/// IAM User Guide, "Compare AWS STS credentials": restrictions on the resulting temporary credentials.
#[test]
fn what_temporary_credentials_cannot_call() {
    const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/bob";
    let all = Asked::new().identity(ALLOW_ALL).session(ALLOW_ALL);
    for action in ["sts:GetSessionToken", "STS:getfederationtoken"] {
        assert_eq!(all.ask(SESSION, action, "*"), ImplicitDeny, "{action}");
    }
    assert_eq!(all.ask(SESSION, "iam:ListUsers", "*"), Allow);
    for action in ["sts:GetFederationToken", "sts:AssumeRole", "iam:ListUsers"] {
        assert_eq!(all.ask(FEDERATED, action, "*"), ImplicitDeny, "{action}");
    }
    assert_eq!(all.ask(FEDERATED, "sts:GetCallerIdentity", "*"), Allow);
    assert_eq!(all.ask(FEDERATED, "s3:ListAllMyBuckets", "*"), Allow);
    assert_eq!(all.ask(USER, "sts:GetFederationToken", "*"), Allow);
}

/// Amazon S3 API Reference, PutBucketPolicy: the owner's root user cannot be locked out by the bucket policy.
#[test]
fn the_root_user_can_always_mend_a_bucket_policy() {
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    let asked = Asked::new().resource(deny);
    for action in [
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:deletebucketpolicy",
    ] {
        assert_eq!(asked.ask(ROOT, action, BUCKET), Allow, "{action}");
        assert_eq!(asked.ask(USER, action, BUCKET), ExplicitDeny);
        let theirs = asked.clone().owned_by(OTHER);
        assert_eq!(theirs.ask(ROOT, action, BUCKET), ExplicitDeny);
        let scp = asked.clone().scp(&[&[ALLOW_ALL, DENY_S3]]);
        assert_eq!(scp.ask(ROOT, action, BUCKET), ExplicitDeny);
        let endpoint = asked.clone().endpoint(deny);
        assert_eq!(endpoint.ask(ROOT, action, BUCKET), ExplicitDeny);
    }
    assert_eq!(asked.ask(ROOT, "s3:ListBucket", BUCKET), ExplicitDeny);
}
