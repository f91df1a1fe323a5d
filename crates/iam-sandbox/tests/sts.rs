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
    let long = allow("s3:GetObject", &format!("arn:aws:s3:::{}", "x".repeat(2048)));
    assert_eq!(
        ask(&[("Policy", &long)]).refused(400, "PackedPolicyTooLarge"),
        "Packed policy consumes 106% of allotted space, please use smaller policy."
    );
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

/// What a chain passes on needs its permission in the next role's trust policy, as what a request brings does
/// ("Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles", IAM User Guide).
#[test]
fn what_a_chain_passes_on_must_be_trusted() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let trusting = |actions: &[&str]| {
        let actions = actions.join("\",\"");
        trust(ACCOUNT).replace("\"sts:AssumeRole\"", &format!("[\"{actions}\"]"))
    };
    let all = trusting(&["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    let own = allow("sts:*", "*");
    let first = cloud.role("first", &all, Some(&own));
    let plain = cloud.role("plain", &trust(ACCOUNT), None);
    let tagging = cloud.role("tagging", &trusting(&["sts:AssumeRole", "sts:TagSession"]), None);
    let naming = cloud.role(
        "naming",
        &trusting(&["sts:AssumeRole", "sts:SetSourceIdentity"]),
        None,
    );
    let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")];
    let transitive = [tag[0], tag[1], ("TransitiveTagKeys.member.1", "team")];
    let both = [tag[0], tag[1], transitive[2], ("SourceIdentity", "ann")];
    let open = cloud.role("open", &all, Some(&own));
    let session = |params: &[(&str, &str)]| cloud.assume(&admin, &first, params).ok().credentials();
    let denied = |session: &common::Key, role: &str, action: &str| {
        let message = cloud.assume(session, role, &[]).refused(403, "AccessDenied");
        assert!(
            message.contains(&format!("is not authorized to perform: {action} on")),
            "{message}"
        );
    };

    // A tag that is not transitive ends with its session.
    cloud.assume(&session(&tag), &plain, &[]).ok();

    let tagged = session(&transitive);
    denied(&tagged, &plain, "sts:TagSession");
    denied(&tagged, &naming, "sts:TagSession");
    cloud.assume(&tagged, &tagging, &[]).ok();
    // The third session of the chain inherits as the second did.
    let second = cloud.assume(&tagged, &open, &[]).ok().credentials();
    denied(&second, &plain, "sts:TagSession");

    let named = session(&both[3..]);
    denied(&named, &plain, "sts:SetSourceIdentity");
    denied(&named, &tagging, "sts:SetSourceIdentity");
    cloud.assume(&named, &naming, &[]).ok();
    let second = cloud.assume(&named, &open, &[]).ok().credentials();
    denied(&second, &plain, "sts:SetSourceIdentity");

    let with_both = session(&both);
    denied(&with_both, &tagging, "sts:SetSourceIdentity");
    denied(&with_both, &naming, "sts:TagSession");
    cloud.assume(&with_both, &open, &[]).ok();
}

/// The trust policy leaves it to the account, so the calling role's own policy must allow it too.
#[test]
fn the_calling_role_must_be_allowed_to_pass_tags_on() {
    let cloud = Cloud::new();
    let trusting = trust(ACCOUNT).replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\",\"sts:TagSession\"]");
    let first = cloud.role("first", &trusting, Some(&allow("sts:AssumeRole", "*")));
    let second = cloud.role("second", &trusting, None);
    let tags = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("TransitiveTagKeys.member.1", "team"),
    ];
    let session = cloud.assume(&cloud.admin(), &first, &tags).ok().credentials();
    let message = cloud.assume(&session, &second, &[]).refused(403, "AccessDenied");
    assert!(message.contains("sts:TagSession"), "{message}");
}

/// Where several permissions are required, none alone will do, wherever it stands in their order
/// ("Pass session tags in AWS STS: Permissions required to add session tags", IAM User Guide).
#[test]
fn every_required_permission_counts() {
    let cloud = Cloud::new();
    let params = [
        ("Name", "ann"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
    ];
    for (user, action, missing) in [
        ("none", "s3:*", Some("sts:GetFederationToken")),
        ("first", "sts:GetFederationToken", Some("sts:TagSession")),
        ("last", "sts:TagSession", Some("sts:GetFederationToken")),
        ("both", "sts:*", None),
    ] {
        let key = cloud.user(user, Some(&allow(action, "*")));
        let answer = cloud.ask(&key, "sts", "GetFederationToken", &params);
        match missing {
            None => drop(answer.ok()),
            Some(missing) => {
                let message = answer.refused(403, "AccessDenied");
                assert!(
                    message.contains(&format!("not authorized to perform: {missing} on")),
                    "{user}: {message}"
                );
            }
        }
    }
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

/// "GetAccessKeyInfo", AWS STS API Reference: of any account, and of temporary keys too.
#[test]
fn whose_an_access_key_is() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let info = |id: &str| cloud.ask(&admin, "sts", "GetAccessKeyInfo", &[("AccessKeyId", id)]);
    assert_eq!(info(&admin.id).ok().text("Account").unwrap(), ACCOUNT);
    let session = cloud.assume(&admin, &admin_role(), &[]).ok().credentials();
    assert_eq!(info(&session.id).ok().text("Account").unwrap(), ACCOUNT);
    let other = "444455556666".parse().unwrap();
    let stranger = cloud.sandbox.add_account(&other, cloud.now.get());
    assert_eq!(info(&stranger.id).ok().text("Account").unwrap(), "444455556666");
    // Deleted ones too.
    let gone = cloud.user("gone", None);
    let params = [("UserName", "gone"), ("AccessKeyId", gone.id.as_str())];
    cloud.iam(&admin, "DeleteAccessKey", &params).ok();
    assert_eq!(info(&gone.id).ok().text("Account").unwrap(), ACCOUNT);
    info("AKIAIOSFODNN7EXAMPLE").refused(400, "ValidationError");
    let session = cloud
        .ask(&admin, "sts", "GetSessionToken", &[])
        .ok()
        .credentials();
    cloud
        .ask(&session, "sts", "GetAccessKeyInfo", &[("AccessKeyId", &admin.id)])
        .refused(403, "AccessDenied");
    info("short").refused(400, "ValidationError");
    let nobody = cloud.developer();
    cloud
        .ask(&nobody, "sts", "GetAccessKeyInfo", &[("AccessKeyId", &admin.id)])
        .refused(403, "AccessDenied");
}

/// "DecodeAuthorizationMessage", AWS STS API Reference: whoever was denied cannot read why, others may.
#[test]
fn a_denial_is_decoded() {
    let cloud = Cloud::new();
    let developer = cloud.developer();
    let instance = cloud
        .ask(&cloud.admin(), "ec2", "DescribeInstances", &[])
        .ok()
        .text("instanceId")
        .unwrap();
    let denial = cloud
        .ask(&developer, "ec2", "StopInstances", &[("InstanceId.1", &instance)])
        .refused(403, "UnauthorizedOperation");
    let (_, message) = denial
        .split_once("Encoded authorization failure message: ")
        .unwrap();
    let decode = |key: &common::Key, message: &str| {
        cloud.ask(
            key,
            "sts",
            "DecodeAuthorizationMessage",
            &[("EncodedMessage", message)],
        )
    };
    decode(&developer, message).refused(403, "AccessDenied");
    let decoded = decode(&cloud.admin(), message)
        .ok()
        .text("DecodedMessage")
        .unwrap();
    let decoded: serde_json::Value = serde_json::from_str(&decoded).unwrap();
    assert_eq!(decoded["allowed"], false);
    assert_eq!(decoded["explicitDeny"], false);
    assert_eq!(decoded["context"]["action"], "ec2:StopInstances");
    assert_eq!(
        decoded["context"]["principal"]["arn"],
        format!("arn:aws:iam::{ACCOUNT}:user/developer")
    );
    for wrong in ["nonsense", &message[1..], &message[..message.len() - 4]] {
        decode(&cloud.admin(), wrong).refused(400, "InvalidAuthorizationMessageException");
    }
}

/// "GetSessionToken", AWS STS API Reference: an hour at most for the root user.
#[test]
fn session_tokens_of_the_root_user() {
    let cloud = Cloud::new();
    let root = cloud.sandbox.create_root_key(cloud.now.get()).into();
    let session = cloud
        .ask(&root, "sts", "GetSessionToken", &[("DurationSeconds", "43200")])
        .ok();
    assert_eq!(session.text("Expiration").unwrap(), "2026-11-22T13:00:00Z");
    let me = cloud
        .ask(&session.credentials(), "sts", "GetCallerIdentity", &[])
        .ok();
    assert_eq!(me.text("Arn").unwrap(), format!("arn:aws:iam::{ACCOUNT}:root"));
    cloud.s3(&session.credentials(), "GET", "/reports", "").ok();
    cloud
        .iam(&session.credentials(), "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");
}

/// "AssumeRole" and "GetFederationToken", AWS STS API Reference: PackedPolicySize and its limit.
#[test]
fn policies_and_tags_are_packed_into_a_limit() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let all = trust(ACCOUNT).replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\",\"sts:TagSession\"]");
    let role = cloud.role("tagged", &all, None);
    let assume = |params: &[(&str, &str)]| cloud.assume(&admin, &role, params);
    assert_eq!(assume(&[]).ok().text("PackedPolicySize"), None);
    let value = "v".repeat(256);
    let names: Vec<(String, String, String)> = (1..=8)
        .map(|n| {
            let member = format!("Tags.member.{n}");
            (
                format!("{member}.Key"),
                format!("key-{n}"),
                format!("{member}.Value"),
            )
        })
        .collect();
    let tags = |count: usize| -> Vec<(&str, &str)> {
        names[..count]
            .iter()
            .flat_map(|(key, name, of)| [(key.as_str(), name.as_str()), (of.as_str(), value.as_str())])
            .collect()
    };
    assert_eq!(assume(&tags(4)).ok().text("PackedPolicySize").unwrap(), "51");
    assert_eq!(
        assume(&tags(8)).refused(400, "PackedPolicyTooLarge"),
        "Packed policy consumes 102% of allotted space, please use smaller policy."
    );
    let mut federation = vec![("Name", "bob")];
    federation.extend(tags(4));
    let federated = cloud.ask(&admin, "sts", "GetFederationToken", &federation).ok();
    assert_eq!(federated.text("PackedPolicySize").unwrap(), "51");
    federation.extend(tags(8));
    cloud
        .ask(&admin, "sts", "GetFederationToken", &federation)
        .refused(400, "PackedPolicyTooLarge");
}
