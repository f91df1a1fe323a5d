//! Whatever is sent, there is an answer, and no call with odd parameters is the sandbox's own fault.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use bytes::Bytes;
use common::{Cloud, answer, query, signed};
use iam_sandbox::Outcome;
use proptest::prelude::*;

const OPERATIONS: [(&str, &str); 26] = [
    ("iam", "CreateUser"),
    ("iam", "CreateRole"),
    ("iam", "UpdateRole"),
    ("iam", "CreateGroup"),
    ("iam", "CreatePolicy"),
    ("iam", "CreatePolicyVersion"),
    ("iam", "GetPolicyVersion"),
    ("iam", "ListPolicies"),
    ("iam", "ListUsers"),
    ("iam", "ListRoles"),
    ("iam", "PutRolePolicy"),
    ("iam", "PutUserPolicy"),
    ("iam", "AttachRolePolicy"),
    ("iam", "DetachUserPolicy"),
    ("iam", "PutRolePermissionsBoundary"),
    ("iam", "TagRole"),
    ("iam", "UntagUser"),
    ("iam", "UpdateAccessKey"),
    ("iam", "UpdateUser"),
    ("iam", "AddUserToGroup"),
    ("iam", "GetAccountAuthorizationDetails"),
    ("iam", "ListEntitiesForPolicy"),
    ("sts", "AssumeRole"),
    ("sts", "GetSessionToken"),
    ("sts", "GetFederationToken"),
    ("ec2", "DescribeInstances"),
];

const PARAMS: [&str; 24] = [
    "UserName",
    "RoleName",
    "GroupName",
    "PolicyName",
    "PolicyArn",
    "VersionId",
    "Path",
    "PathPrefix",
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "PermissionsBoundary",
    "MaxItems",
    "Marker",
    "MaxSessionDuration",
    "Tags.member.1.Key",
    "Tags.member.1.Value",
    "TagKeys.member.1",
    "RoleArn",
    "RoleSessionName",
    "DurationSeconds",
    "Policy",
    "Name",
    "AccessKeyId",
    "InstanceId.1",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("admin".to_owned()),
        Just("arn:aws:iam::aws:policy/AdministratorAccess".to_owned()),
        Just("arn:aws:iam::111122223333:role/admin".to_owned()),
        Just("arn:aws:iam::111122223333:policy/none".to_owned()),
        Just(common::allow("s3:*", "*")),
        Just(common::trust("111122223333")),
        Just("900".to_owned()),
        Just("v1".to_owned()),
        Just("/".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "[ -~]{0,40}",
        any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn signed_calls_with_odd_parameters(
        operation in prop::sample::select(&OPERATIONS[..]),
        params in prop::collection::vec((prop::sample::select(&PARAMS[..]), value()), 0..8),
    ) {
        let cloud = Cloud::new();
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let request = query(operation.0, operation.1, &params);
        let answer = cloud.send(signed(request, &cloud.admin(), &cloud.signing(operation.0)));
        prop_assert!(answer.status < 500, "{} {:?} {}", operation.1, params, answer.body);
        prop_assert!(answer.status == 200 || !answer.code().is_empty());
        prop_assert!(!answer.code().starts_with("Signature"), "{}", answer.body);
        prop_assert!(answer.body.starts_with("<?xml"));
    }

    #[test]
    fn unsigned_nonsense(
        method in prop_oneof![Just("GET"), Just("PUT"), Just("POST"), Just("DELETE"), Just("HEAD"), Just("PATCH")],
        path in "/[!-~]{0,60}",
        authorization in prop_oneof![
            "[ -~]{0,80}",
            "AWS4-HMAC-SHA256 Credential=[A-Z0-9]{0,8}/[0-9]{0,8}/[a-z-]{0,9}/(s3|iam|sts|ec2|x)/aws4_request, SignedHeaders=[a-z;-]{0,20}, Signature=[0-9a-f]{0,9}",
        ],
        date in "[0-9TZ]{0,20}",
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let cloud = Cloud::new();
        let request = http::Request::builder()
            .method(method)
            .uri(path.replace(['#', '"', '<', '>', '\\', '^', '`', '{', '|', '}'], "-"))
            .header("host", "localhost")
            .header("authorization", authorization)
            .header("x-amz-date", date)
            .body(Bytes::from(body));
        let Ok(request) = request else { return Ok(()) };
        let reply = cloud.sandbox.handle(request, cloud.now.get());
        prop_assert!(matches!(reply.outcome, Outcome::Response(_)));
        prop_assert!(answer(reply).status >= 400);
    }
}
