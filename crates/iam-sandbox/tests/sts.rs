//! Temporary credentials: how long they last, what they may call, what is passed on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Cloud, allow, trust};

fn admin_role() -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/admin")
}

#[test]
fn who_one_is() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let me = cloud.ask(&admin, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(
        me.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:user/admin")
    );
    assert!(me.text("UserId").unwrap().starts_with("AIDA"));
    let session = cloud.assume(&admin, &admin_role(), &[]).ok();
    let id = session.text("AssumedRoleId").unwrap();
    let me = cloud
        .ask(&session.credentials(), "sts", "GetCallerIdentity", &[])
        .ok();
    assert_eq!(
        me.text("Arn").unwrap(),
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/admin/session")
    );
    assert_eq!(me.text("UserId").unwrap(), id);
    // Not even an explicit deny forbids it.
    let nobody = cloud.user("nobody", Some(&allow("*", "*").replace("Allow", "Deny")));
    cloud.ask(&nobody, "sts", "GetCallerIdentity", &[]).ok();
}

#[test]
fn durations_of_assume_role() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    cloud
        .iam(
            &admin,
            "CreateRole",
            &[
                ("RoleName", "long"),
                ("AssumeRolePolicyDocument", &trust(ACCOUNT)),
                ("MaxSessionDuration", "7200"),
            ],
        )
        .ok();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/long");
    let ask = |seconds| cloud.assume(&admin, &role, &[("DurationSeconds", seconds)]);
    assert_eq!(
        ask("7200").ok().text("Expiration").unwrap(),
        "2026-11-22T14:00:00Z"
    );
    assert_eq!(
        cloud.assume(&admin, &role, &[]).ok().text("Expiration").unwrap(),
        "2026-11-22T13:00:00Z"
    );
    for wrong in ["899", "43201", "7201"] {
        ask(wrong).refused(400, "ValidationError");
    }
    ask("soon").refused(400, "MalformedInput");
    let chained = cloud.assume(&admin, &admin_role(), &[]).ok().credentials();
    cloud.assume(&chained, &role, &[("DurationSeconds", "3600")]).ok();
    cloud
        .assume(&chained, &role, &[("DurationSeconds", "3601")])
        .refused(400, "ValidationError");
    for bad in ["x", "a b", &"a".repeat(65)] {
        let params = [("RoleArn", role.as_str()), ("RoleSessionName", bad)];
        cloud
            .ask(&admin, "sts", "AssumeRole", &params)
            .refused(400, "ValidationError");
    }
}

#[test]
fn session_policies_have_a_form_and_a_size() {
    let cloud = Cloud::new();
    let ask = |params: &[(&str, &str)]| cloud.assume(&cloud.admin(), &admin_role(), params);
    ask(&[("Policy", "{")]).refused(400, "MalformedPolicyDocument");
    ask(&[("Policy", &"x".repeat(2049))]).refused(400, "ValidationError");
    ask(&[("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/Nothing")])
        .refused(400, "MalformedPolicyDocument");
}

/// "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles", IAM User Guide.
#[test]
fn tags_and_source_identity_in_a_chain() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let all = trust(ACCOUNT).replace(
        "\"sts:AssumeRole\"",
        "[\"sts:AssumeRole\",\"sts:TagSession\",\"sts:SetSourceIdentity\"]",
    );
    let own = allow("sts:*", "*");
    let one = cloud.role("one", &all, Some(&own));
    let by_tag = allow("s3:ListBucket", "*")
        .replace("\"Resource\"", "\"Condition\":{\"StringEquals\":{\"aws:PrincipalTag/team\":\"a\",\"aws:SourceIdentity\":\"ann\"}},\"Resource\"");
    let two = cloud.role("two", &all, Some(&by_tag));
    let tags = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "ann"),
    ];
    let first = cloud.assume(&admin, &one, &tags).ok();
    assert_eq!(first.text("SourceIdentity").unwrap(), "ann");
    let first = first.credentials();
    let second = cloud.assume(&first, &two, &[]).ok().credentials();
    cloud.s3(&second, "GET", "/reports?list-type=2", "").ok();
    cloud
        .assume(&first, &two, &tags[..2])
        .refused(400, "InvalidParameterValue");
    cloud
        .assume(&first, &two, &[("SourceIdentity", "bob")])
        .refused(403, "AccessDenied");
    let only = cloud.assume(&admin, &one, &tags[..2]).ok().credentials();
    let third = cloud.assume(&only, &two, &[]).ok().credentials();
    cloud
        .s3(&third, "GET", "/reports?list-type=2", "")
        .refused(403, "AccessDenied");
}

/// "Compare AWS STS credentials", IAM User Guide.
#[test]
fn session_tokens_and_federation_tokens() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let own = cloud.ask(&admin, "sts", "GetSessionToken", &[]).ok();
    assert_eq!(own.text("Expiration").unwrap(), "2026-11-23T00:00:00Z");
    let own = own.credentials();
    let me = cloud.ask(&own, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(
        me.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:user/admin")
    );
    cloud.s3(&own, "GET", "/", "").ok();
    cloud
        .iam(&own, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");
    cloud.assume(&own, &admin_role(), &[]).ok();
    cloud
        .ask(&own, "sts", "GetSessionToken", &[])
        .refused(403, "AccessDenied");
    cloud
        .ask(&own, "sts", "GetFederationToken", &[("Name", "ann")])
        .refused(403, "AccessDenied");

    let nothing = cloud
        .ask(&admin, "sts", "GetFederationToken", &[("Name", "ann")])
        .ok();
    assert_eq!(
        nothing.texts("Arn"),
        [format!("arn:aws:sts::{ACCOUNT}:federated-user/ann")]
    );
    let nothing = nothing.credentials();
    cloud.ask(&nothing, "sts", "GetCallerIdentity", &[]).ok();
    cloud.s3(&nothing, "GET", "/", "").refused(403, "AccessDenied");
    let policy = allow("s3:ListAllMyBuckets", "*");
    let some = cloud
        .ask(
            &admin,
            "sts",
            "GetFederationToken",
            &[("Name", "ann"), ("Policy", &policy)],
        )
        .ok()
        .credentials();
    cloud.s3(&some, "GET", "/", "").ok();
    cloud
        .s3(&some, "GET", "/reports?list-type=2", "")
        .refused(403, "AccessDenied");
    cloud
        .assume(&some, &admin_role(), &[])
        .refused(403, "AccessDenied");
    cloud
        .iam(&some, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");
    let developer = cloud.developer();
    cloud
        .ask(&developer, "sts", "GetFederationToken", &[("Name", "ann")])
        .refused(403, "AccessDenied");
}
