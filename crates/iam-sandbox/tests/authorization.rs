//! Who may do what: identity, group, boundary, session, trust and bucket policies, and AWS's words when not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Cloud, Key, allow, statement, trust};
use iam_policy::Decision;
use jiff::SignedDuration;

const LIST: &str = "/reports?list-type=2";

fn lists(cloud: &Cloud, key: &Key) -> common::Answer {
    cloud.s3(key, "GET", LIST, "")
}

fn deny(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"Deny","Action":"{action}","Resource":"*"}}]}}"#
    )
}

#[test]
fn decision_9_nothing_is_allowed_that_no_policy_allows() {
    let cloud = Cloud::new();
    let key = cloud.developer();
    let who = format!("User: arn:aws:iam::{ACCOUNT}:user/developer is not authorized to perform:");
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(
        lists(&cloud, &key).refused(403, "AccessDenied"),
        format!(
            "{who} s3:ListBucket on resource: \"arn:aws:s3:::reports\" because no identity-based policy allows the s3:ListBucket action"
        )
    );
    assert_eq!(
        cloud.s3(&key, "GET", "/", "").refused(403, "AccessDenied"),
        format!(
            "{who} s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action"
        )
    );
    assert_eq!(
        cloud
            .iam(
                &key,
                "CreateRole",
                &[
                    ("RoleName", "r"),
                    ("Path", "/a/"),
                    ("AssumeRolePolicyDocument", "{}")
                ]
            )
            .refused(403, "AccessDenied"),
        format!(
            "{who} iam:CreateRole on resource: arn:aws:iam::{ACCOUNT}:role/a/r because no identity-based policy allows the iam:CreateRole action"
        )
    );
    assert_eq!(
        cloud
            .ask(&key, "ec2", "DescribeInstances", &[("DryRun", "true")])
            .refused(403, "UnauthorizedOperation"),
        format!(
            "You are not authorized to perform this operation. {who} ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action"
        )
    );
    let record = cloud.sandbox.log().pop().unwrap();
    assert_eq!(record.principal, format!("arn:aws:iam::{ACCOUNT}:user/developer"));
    assert_eq!(
        (record.action.as_str(), record.decision),
        ("ec2:DescribeInstances", Some(Decision::ImplicitDeny))
    );
    assert!(record.explanation.is_some());
}

#[test]
fn identity_policies_of_users_and_their_groups() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let inline = cloud.user("inline", Some(&allow("s3:ListBucket", "arn:aws:s3:::reports")));
    lists(&cloud, &inline).ok();
    cloud
        .s3(&inline, "GET", "/archive?list-type=2", "")
        .refused(403, "AccessDenied");

    let denied = cloud.user("denied", Some(&deny("s3:List*")));
    let message = lists(&cloud, &denied).refused(403, "AccessDenied");
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );

    let member = cloud.user("member", None);
    cloud.iam(&admin, "CreateGroup", &[("GroupName", "readers")]).ok();
    cloud
        .iam(
            &admin,
            "AttachGroupPolicy",
            &[
                ("GroupName", "readers"),
                ("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"),
            ],
        )
        .ok();
    lists(&cloud, &member).refused(403, "AccessDenied");
    cloud
        .iam(
            &admin,
            "AddUserToGroup",
            &[("GroupName", "readers"), ("UserName", "member")],
        )
        .ok();
    lists(&cloud, &member).ok();
    cloud
        .s3(&member, "PUT", "/reports/x", "x")
        .refused(403, "AccessDenied");
    cloud
        .iam(
            &admin,
            "RemoveUserFromGroup",
            &[("GroupName", "readers"), ("UserName", "member")],
        )
        .ok();
    lists(&cloud, &member).refused(403, "AccessDenied");
}

#[test]
fn buckets_are_listed_by_whom_either_form_of_grant_allows_it() {
    let cloud = Cloud::new();
    for (name, resource, status) in [
        ("any", "*", 200),
        ("all", "arn:aws:s3:::*", 200),
        ("one", "arn:aws:s3:::reports", 403),
    ] {
        let key = cloud.user(name, Some(&allow("s3:ListAllMyBuckets", resource)));
        assert_eq!(cloud.s3(&key, "GET", "/", "").status, status, "{resource}");
    }
}

#[test]
fn a_boundary_limits_and_grants_nothing() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let boundary = cloud
        .iam(
            &admin,
            "CreatePolicy",
            &[("PolicyName", "only-s3"), ("PolicyDocument", &allow("s3:*", "*"))],
        )
        .ok()
        .text("Arn")
        .unwrap();
    let key = cloud.user("ann", Some(&allow("*", "*")));
    cloud.iam(&key, "ListUsers", &[]).ok();
    cloud
        .iam(
            &admin,
            "PutUserPermissionsBoundary",
            &[("UserName", "ann"), ("PermissionsBoundary", &boundary)],
        )
        .ok();
    lists(&cloud, &key).ok();
    let message = cloud.iam(&key, "ListUsers", &[]).refused(403, "AccessDenied");
    assert!(
        message.ends_with("because no permissions boundary allows the iam:ListUsers action"),
        "{message}"
    );
    cloud
        .iam(
            &admin,
            "DeleteUserPolicy",
            &[("UserName", "ann"), ("PolicyName", "inline")],
        )
        .ok();
    let message = lists(&cloud, &key).refused(403, "AccessDenied");
    assert!(message.contains("no identity-based policy"), "{message}");
    // Even the administrator cannot remove a policy that is someone's boundary.
    cloud
        .iam(&admin, "DeletePolicy", &[("PolicyArn", &boundary)])
        .refused(409, "DeleteConflict");
    cloud
        .iam(&admin, "DeleteUserPermissionsBoundary", &[("UserName", "ann")])
        .ok();
    cloud
        .iam(&admin, "DeletePolicy", &[("PolicyArn", &boundary)])
        .ok();
}

#[test]
fn session_policies_limit() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    let only = allow("s3:ListBucket", "arn:aws:s3:::reports");
    let session = cloud.assume(&admin, &role, &[("Policy", &only)]).ok();
    assert!(session.text("PackedPolicySize").is_some());
    let session = session.credentials();
    lists(&cloud, &session).ok();
    let message = cloud.s3(&session, "GET", "/", "").refused(403, "AccessDenied");
    assert!(
        message.ends_with("because no session policy allows the s3:ListAllMyBuckets action"),
        "{message}"
    );

    let by_arn = cloud
        .assume(
            &admin,
            &role,
            &[(
                "PolicyArns.member.1.arn",
                "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            )],
        )
        .ok()
        .credentials();
    lists(&cloud, &by_arn).ok();
    cloud
        .s3(&by_arn, "PUT", "/reports/x", "x")
        .refused(403, "AccessDenied");
    cloud.iam(&by_arn, "ListUsers", &[]).refused(403, "AccessDenied");
}

#[test]
fn an_allow_that_has_ended_is_none_and_a_deny_that_began_is_one() {
    let cloud = Cloud::new();
    let dated = statement(
        r#""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-11-22T13:00:00Z"}}"#,
    );
    let ended = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-11-22T13:00:00Z"}}}]}"#.to_string();
    let one = cloud.user("one", Some(&dated));
    let two = cloud.user("two", Some(&ended));
    cloud.sandbox.clock().move_by(SignedDuration::from_secs(3599));
    lists(&cloud, &one).ok();
    lists(&cloud, &two).ok();
    cloud.sandbox.clock().move_by(SignedDuration::from_secs(1));
    let message = lists(&cloud, &one).refused(403, "AccessDenied");
    assert!(message.contains("because no identity-based policy"), "{message}");
    let message = lists(&cloud, &two).refused(403, "AccessDenied");
    assert!(message.contains("explicit deny"), "{message}");
    cloud.ask(&two, "sts", "GetCallerIdentity", &[]).ok();
}

/// "Policy evaluation logic", IAM User Guide, and "AWS JSON policy elements: Principal".
#[test]
fn trust_policies() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let developer = cloud.developer();
    let may_assume = cloud.user("may", Some(&allow("sts:AssumeRole", "*")));
    let root = cloud.role(
        "for-account",
        &trust(&format!("arn:aws:iam::{ACCOUNT}:root")),
        None,
    );
    let user = cloud.role(
        "for-developer",
        &trust(&format!("arn:aws:iam::{ACCOUNT}:user/developer")),
        None,
    );
    let other = cloud.role("for-others", &trust("444455556666"), None);

    // The account is trusted: the caller needs a permission of its own.
    cloud.assume(&admin, &root, &[]).ok();
    cloud.assume(&may_assume, &root, &[]).ok();
    let message = cloud.assume(&developer, &root, &[]).refused(403, "AccessDenied");
    assert!(message.starts_with(&format!(
        "User: arn:aws:iam::{ACCOUNT}:user/developer is not authorized to perform: sts:AssumeRole on resource: {root}"
    )));
    // The user is trusted by name: nothing else is needed in one account.
    cloud.assume(&developer, &user, &[]).ok();
    // Not trusted: an administrator's permission does not help.
    let message = cloud.assume(&admin, &other, &[]).refused(403, "AccessDenied");
    assert_eq!(
        message,
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/admin is not authorized to perform: sts:AssumeRole on resource: {other} \
             because no role trust policy allows the sts:AssumeRole action"
        )
    );
    cloud.assume(&admin, &user, &[]).refused(403, "AccessDenied");
    // A role that is not there says no more than that.
    let missing = format!("arn:aws:iam::{ACCOUNT}:role/missing");
    cloud.assume(&admin, &missing, &[]).refused(403, "AccessDenied");
    let wrong_path = format!("arn:aws:iam::{ACCOUNT}:role/path/for-account");
    cloud
        .assume(&admin, &wrong_path, &[])
        .refused(403, "AccessDenied");
    let root_key = cloud.sandbox.create_root_key(cloud.now.get()).into();
    let message = cloud.assume(&root_key, &root, &[]).refused(403, "AccessDenied");
    assert_eq!(message, "Roles may not be assumed by root accounts.");
}

#[test]
fn trust_in_a_role_and_in_one_of_its_sessions() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    cloud.role("caller", &trust(ACCOUNT), None);
    let caller = format!("arn:aws:iam::{ACCOUNT}:role/caller");
    let by_role = cloud.role("by-role", &trust(&caller), None);
    let by_session = cloud.role(
        "by-session",
        &trust(&format!("arn:aws:sts::{ACCOUNT}:assumed-role/caller/one")),
        None,
    );
    let session = |name: &str| {
        cloud
            .ask(
                &admin,
                "sts",
                "AssumeRole",
                &[("RoleArn", &caller), ("RoleSessionName", name)],
            )
            .ok()
            .credentials()
    };
    let (one, two) = (session("one"), session("two"));
    cloud.assume(&one, &by_role, &[]).ok();
    cloud.assume(&two, &by_role, &[]).ok();
    cloud.assume(&one, &by_session, &[]).ok();
    cloud.assume(&two, &by_session, &[]).refused(403, "AccessDenied");
}

#[test]
fn external_id_and_tags_in_trust() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let with_id = statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"blue"}}}}"#
    ));
    let role = cloud.role("external", &with_id, None);
    cloud.assume(&admin, &role, &[]).refused(403, "AccessDenied");
    cloud
        .assume(&admin, &role, &[("ExternalId", "red")])
        .refused(403, "AccessDenied");
    cloud.assume(&admin, &role, &[("ExternalId", "blue")]).ok();
    // Tags need sts:TagSession in the trust policy as well.
    let tags = [
        ("ExternalId", "blue"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
    ];
    cloud.assume(&admin, &role, &tags).refused(403, "AccessDenied");

    let tagging = statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":["sts:AssumeRole","sts:TagSession"]"#
    ));
    let own = statement(
        r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"a"}}"#,
    );
    let tagged = cloud.role("tagged", &tagging, Some(&own));
    for (team, status) in [("a", 200), ("b", 403)] {
        let tags = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", team)];
        let session = cloud.assume(&admin, &tagged, &tags).ok().credentials();
        assert_eq!(lists(&cloud, &session).status, status, "{team}");
    }
}

#[test]
fn a_role_that_is_gone_takes_its_permissions_along() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let role = cloud.role("short", &trust(ACCOUNT), Some(&allow("s3:*", "*")));
    let session = cloud.assume(&admin, &role, &[]).ok().credentials();
    lists(&cloud, &session).ok();
    cloud
        .iam(
            &admin,
            "DeleteRolePolicy",
            &[("RoleName", "short"), ("PolicyName", "inline")],
        )
        .ok();
    lists(&cloud, &session).refused(403, "AccessDenied");
    cloud.iam(&admin, "DeleteRole", &[("RoleName", "short")]).ok();
    // Another role of the same name is not the one that the session was made from.
    cloud.role("short", &trust(ACCOUNT), Some(&allow("s3:*", "*")));
    lists(&cloud, &session).refused(403, "AccessDenied");
}

#[test]
fn bucket_policies() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let developer = cloud.developer();
    let policy = |effect: &str, principal: &str| {
        statement(&format!(
            r#""Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::reports""#
        ))
    };
    let put = |text: &str| cloud.s3(&admin, "PUT", "/reports?policy", text);
    put(&policy(
        "Allow",
        &format!("arn:aws:iam::{ACCOUNT}:user/developer"),
    ))
    .ok();
    lists(&cloud, &developer).ok();
    cloud
        .s3(&developer, "GET", "/reports/2026/q1.csv", "")
        .refused(403, "AccessDenied");
    // The account's root only hands the decision on.
    put(&policy("Allow", &format!("arn:aws:iam::{ACCOUNT}:root"))).ok();
    lists(&cloud, &developer).refused(403, "AccessDenied");
    put(&policy("Deny", "*")).ok();
    let message = lists(&cloud, &admin).refused(403, "AccessDenied");
    assert!(
        message.ends_with("with an explicit deny in a resource-based policy"),
        "{message}"
    );
    // Anonymous callers live by the bucket policy alone.
    let anonymous = || {
        http::Request::builder()
            .uri(LIST)
            .header("host", "localhost")
            .body(bytes::Bytes::new())
            .unwrap()
    };
    cloud.send(anonymous()).refused(403, "AccessDenied");
    put(&policy("Allow", "*")).ok();
    cloud.send(anonymous()).ok();
    cloud.s3(&admin, "DELETE", "/reports?policy", "").ok();
    cloud
        .s3(&admin, "GET", "/reports?policy", "")
        .refused(404, "NoSuchBucketPolicy");
    put("{").refused(400, "MalformedPolicy");
    put(&policy("Allow", &format!("arn:aws:iam::{ACCOUNT}:user/nobody"))).refused(400, "MalformedPolicy");
}

/// The context keys that policies ask about, each once true and once false.
#[test]
fn context_keys() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let cases = [
        ("StringEquals", "aws:username", "KEY", "nobody"),
        (
            "ArnEquals",
            "aws:PrincipalArn",
            "arn:aws:iam::111122223333:user/KEY",
            "arn:aws:iam::111122223333:user/x",
        ),
        ("StringEquals", "aws:PrincipalAccount", ACCOUNT, "444455556666"),
        ("StringEquals", "aws:PrincipalType", "User", "AssumedRole"),
        ("StringEquals", "aws:RequestedRegion", "us-east-1", "eu-west-1"),
        ("IpAddress", "aws:SourceIp", "127.0.0.0/8", "10.0.0.0/8"),
        ("Bool", "aws:SecureTransport", "true", "false"),
        (
            "DateLessThan",
            "aws:CurrentTime",
            "2026-11-22T12:00:01Z",
            "2026-11-22T12:00:00Z",
        ),
        ("NumericLessThan", "aws:EpochTime", "1795348801", "1795348800"),
        ("StringEquals", "s3:prefix", "2026/", "2025/"),
        ("NumericLessThanEquals", "s3:max-keys", "10", "9"),
        ("StringEquals", "s3:delimiter", "/", ","),
        ("StringEquals", "aws:ResourceAccount", ACCOUNT, "444455556666"),
        ("Null", "aws:TokenIssueTime", "true", "false"),
        ("Null", "aws:MultiFactorAuthPresent", "true", "false"),
    ];
    for (number, (operator, key, yes, no)) in cases.into_iter().enumerate() {
        let name = format!("user{number}");
        cloud.iam(&admin, "CreateUser", &[("UserName", &name)]).ok();
        let caller = cloud
            .iam(&admin, "CreateAccessKey", &[("UserName", &name)])
            .ok()
            .credentials();
        for (value, status) in [(yes, 200), (no, 403)] {
            let value = value.replace("KEY", &name);
            let policy = statement(&format!(
                r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{{"{operator}":{{"{key}":"{value}"}}}}"#
            ));
            cloud
                .iam(
                    &admin,
                    "PutUserPolicy",
                    &[
                        ("UserName", &name),
                        ("PolicyName", "p"),
                        ("PolicyDocument", &policy),
                    ],
                )
                .ok();
            let answer = cloud.s3(
                &caller,
                "GET",
                "/reports?list-type=2&prefix=2026%2F&max-keys=10&delimiter=%2F",
                "",
            );
            assert_eq!(answer.status, status, "{operator} {key} {value}: {}", answer.body);
        }
    }
}

#[test]
fn conditions_on_what_is_created() {
    let cloud = Cloud::new();
    let boundary = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":["iam:CreateRole","iam:TagRole"],"Resource":"arn:aws:iam::*:role/team/*",
          "Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{boundary}","aws:RequestTag/team":"a"}}}}}},
        {{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*",
          "Condition":{{"ArnEquals":{{"iam:PolicyARN":"{boundary}"}},"StringEquals":{{"aws:ResourceTag/team":"a"}}}}}}]}}"#
    );
    let key = cloud.user("maker", Some(&policy));
    let document = trust(ACCOUNT);
    let good = [
        ("RoleName", "made"),
        ("Path", "/team/"),
        ("AssumeRolePolicyDocument", document.as_str()),
        ("PermissionsBoundary", boundary),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
    ];
    for without in ["Path", "PermissionsBoundary", "Tags.member.1.Key"] {
        let params: Vec<_> = good
            .iter()
            .copied()
            .filter(|(name, _)| {
                *name != without && !(without.starts_with("Tags") && name.starts_with("Tags"))
            })
            .collect();
        cloud
            .iam(&key, "CreateRole", &params)
            .refused(403, "AccessDenied");
    }
    cloud.iam(&key, "CreateRole", &good).ok();
    let attach = |role: &str, policy: &str| {
        cloud.iam(
            &key,
            "AttachRolePolicy",
            &[("RoleName", role), ("PolicyArn", policy)],
        )
    };
    attach("made", "arn:aws:iam::aws:policy/AdministratorAccess").refused(403, "AccessDenied");
    attach("admin", boundary).refused(403, "AccessDenied");
    attach("made", boundary).ok();
}

/// "AWS JSON policy elements: Principal", IAM User Guide: what a trust policy names is pinned to its unique id.
#[test]
fn a_principal_made_anew_is_not_the_one_that_was_trusted() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let key = cloud.user("ann", None);
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/ann");
    let role = cloud.role("hers", &trust(&arn), None);
    cloud.assume(&key, &role, &[]).ok();
    let shown = || {
        cloud
            .iam(&admin, "GetRole", &[("RoleName", "hers")])
            .ok()
            .text("AssumeRolePolicyDocument")
            .unwrap()
    };
    // Under another name she is still the same.
    let rename = |from: &str, to: &str| {
        cloud
            .iam(&admin, "UpdateUser", &[("UserName", from), ("NewUserName", to)])
            .ok()
    };
    rename("ann", "anna");
    cloud.assume(&key, &role, &[]).ok();
    assert!(shown().contains("user%2Fanna%22"), "{}", shown());
    rename("anna", "ann");

    cloud
        .iam(
            &admin,
            "DeleteAccessKey",
            &[("UserName", "ann"), ("AccessKeyId", &key.id)],
        )
        .ok();
    cloud.iam(&admin, "DeleteUser", &[("UserName", "ann")]).ok();
    let another = cloud.user("ann", None);
    cloud.assume(&another, &role, &[]).refused(403, "AccessDenied");
    assert!(shown().contains("%22AIDA"), "{}", shown());
    cloud
        .iam(
            &admin,
            "UpdateAssumeRolePolicy",
            &[("RoleName", "hers"), ("PolicyDocument", &trust(&arn))],
        )
        .ok();
    cloud.assume(&another, &role, &[]).ok();
}

/// "Cross-account policy evaluation logic", IAM User Guide: both accounts must allow.
#[test]
fn across_accounts_both_sides_must_allow() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let there = "444455556666";
    let stranger: Key = cloud
        .sandbox
        .add_account(&there.parse().unwrap(), cloud.now.get())
        .into();
    let me = cloud.ask(&stranger, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(
        me.text("Arn").unwrap(),
        format!("arn:aws:iam::{there}:user/admin")
    );
    lists(&cloud, &stranger).refused(403, "AccessDenied");

    cloud.iam(&stranger, "CreateUser", &[("UserName", "bob")]).ok();
    let bob = cloud
        .iam(&stranger, "CreateAccessKey", &[("UserName", "bob")])
        .ok()
        .credentials();
    let arn = format!("arn:aws:iam::{there}:user/bob");
    let policy = statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::reports""#
    ));
    cloud.s3(&admin, "PUT", "/reports?policy", &policy).ok();
    let role = cloud.role("guest", &trust(&arn), None);
    // Named by the other account's policies, but not allowed by his own.
    lists(&cloud, &bob).refused(403, "AccessDenied");
    cloud.assume(&bob, &role, &[]).refused(403, "AccessDenied");
    let own = [
        ("UserName", "bob"),
        ("PolicyName", "p"),
        ("PolicyDocument", &*allow("*", "*")),
    ];
    cloud.iam(&stranger, "PutUserPolicy", &own).ok();
    lists(&cloud, &bob).ok();
    let guest = cloud.assume(&bob, &role, &[]).ok().credentials();
    let me = cloud.ask(&guest, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(me.text("Account").unwrap(), ACCOUNT);
    // An account's administrator is nobody elsewhere, and sees nothing of it.
    cloud.assume(&stranger, &role, &[]).refused(403, "AccessDenied");
    cloud
        .iam(&stranger, "GetRole", &[("RoleName", "guest")])
        .refused(404, "NoSuchEntity");
    assert!(cloud.s3(&stranger, "GET", "/", "").ok().texts("Name").is_empty());
}
