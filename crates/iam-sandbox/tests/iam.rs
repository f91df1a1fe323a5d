//! IAM's rules: names, limits, conflicts, versions, pages, and AWS's words for each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Answer, Cloud, allow, query, trust};

fn iam(cloud: &Cloud, operation: &str, params: &[(&str, &str)]) -> Answer {
    cloud.iam(&cloud.admin(), operation, params)
}

/// A document of about this many characters.
fn padded(size: usize) -> String {
    let document = allow("s3:GetObject", "arn:aws:s3:::b/");
    document.replace("b/", &format!("b/{}", "x".repeat(size - document.len())))
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let cloud = Cloud::new();
    cloud.role("Reader", &trust(ACCOUNT), None);
    let again = iam(
        &cloud,
        "CreateRole",
        &[
            ("RoleName", "reader"),
            ("AssumeRolePolicyDocument", &trust(ACCOUNT)),
        ],
    );
    assert_eq!(
        again.refused(409, "EntityAlreadyExists"),
        "Role with name reader already exists."
    );
    let again = iam(&cloud, "CreateUser", &[("UserName", "ADMIN")]);
    assert_eq!(
        again.refused(409, "EntityAlreadyExists"),
        "User with name ADMIN already exists."
    );
    iam(&cloud, "CreateGroup", &[("GroupName", "g")]).ok();
    iam(&cloud, "CreateGroup", &[("GroupName", "G")]).refused(409, "EntityAlreadyExists");
    let policy = [("PolicyName", "p"), ("PolicyDocument", &*allow("s3:*", "*"))];
    iam(&cloud, "CreatePolicy", &policy).ok();
    assert_eq!(
        iam(&cloud, "CreatePolicy", &policy).refused(409, "EntityAlreadyExists"),
        "A policy called p already exists. Duplicate names are not allowed."
    );
}

#[test]
fn names_and_paths_have_a_grammar() {
    let cloud = Cloud::new();
    let create = |name: &str, path: &str| iam(&cloud, "CreateUser", &[("UserName", name), ("Path", path)]);
    create("a+=,.@_-9", "/a/b/").ok();
    create("bad name", "/").refused(400, "ValidationError");
    create(&"a".repeat(65), "/").refused(400, "ValidationError");
    for path in ["a", "/a", "a/", "//a b/", ""] {
        create("fine", path).refused(400, "ValidationError");
    }
    let missing = iam(&cloud, "CreateUser", &[]).refused(400, "ValidationError");
    assert_eq!(
        missing,
        "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null"
    );
}

/// "IAM and AWS STS quotas", IAM User Guide: 2,048 for a user, 5,120 for a group, 10,240 for a role, all inline
/// policies together, white space not counted.
#[test]
fn inline_policies_have_a_total_size() {
    let cloud = Cloud::new();
    iam(&cloud, "CreateUser", &[("UserName", "u")]).ok();
    iam(&cloud, "CreateGroup", &[("GroupName", "g")]).ok();
    cloud.role("r", &trust(ACCOUNT), None);
    for (kind, param, name, limit) in [
        ("User", "UserName", "u", 2048),
        ("Group", "GroupName", "g", 5120),
        ("Role", "RoleName", "r", 10_240),
    ] {
        let operation = format!("Put{kind}Policy");
        let put = |policy: &str, text: &str| {
            iam(
                &cloud,
                &operation,
                &[(param, name), ("PolicyName", policy), ("PolicyDocument", text)],
            )
        };
        put("half", &padded(limit / 2)).ok();
        put("rest", &padded(limit / 2).replace(',', ",\n   ")).ok();
        let message = put("one-more", &padded(200)).refused(409, "LimitExceeded");
        assert_eq!(
            message,
            format!(
                "Maximum policy size of {limit} bytes exceeded for {} {name}",
                kind.to_lowercase()
            )
        );
        put("rest", &padded(limit / 2 + 1)).refused(409, "LimitExceeded");
        put("rest", &padded(200)).ok();
    }
}

#[test]
fn other_limits() {
    let cloud = Cloud::new();
    let policy = [("PolicyName", "big"), ("PolicyDocument", &*padded(6145))];
    assert_eq!(
        iam(&cloud, "CreatePolicy", &policy).refused(409, "LimitExceeded"),
        "Cannot exceed quota for PolicySize: 6144"
    );
    let long = trust(ACCOUNT).replace(
        "sts:AssumeRole",
        &format!("sts:AssumeRole\",\"sts:{}", "x".repeat(2048)),
    );
    let long = long.replace("\"Action\":", "\"Action\":[").replace("x\"", "x\"]");
    let role = [("RoleName", "r"), ("AssumeRolePolicyDocument", long.as_str())];
    assert_eq!(
        iam(&cloud, "CreateRole", &role).refused(409, "LimitExceeded"),
        "Cannot exceed quota for ACLSizePerRole: 2048"
    );

    cloud.user("u", None);
    iam(&cloud, "CreateAccessKey", &[("UserName", "u")]).ok();
    assert_eq!(
        iam(&cloud, "CreateAccessKey", &[("UserName", "u")]).refused(409, "LimitExceeded"),
        "Cannot exceed quota for AccessKeysPerUser: 2"
    );
    for number in 0..=10 {
        let name = format!("p{number}");
        let arn = iam(
            &cloud,
            "CreatePolicy",
            &[("PolicyName", &name), ("PolicyDocument", &allow("s3:*", "*"))],
        )
        .ok()
        .text("Arn")
        .unwrap();
        let attach = || {
            iam(
                &cloud,
                "AttachUserPolicy",
                &[("UserName", "u"), ("PolicyArn", &arn)],
            )
        };
        if number < 10 {
            attach().ok();
            attach().ok();
        } else {
            assert_eq!(
                attach().refused(409, "LimitExceeded"),
                "Cannot exceed quota for PoliciesPerUser: 10"
            );
        }
    }
}

#[test]
fn versions_of_a_policy() {
    let cloud = Cloud::new();
    let arn = iam(
        &cloud,
        "CreatePolicy",
        &[("PolicyName", "p"), ("PolicyDocument", &allow("s3:*", "*"))],
    )
    .ok()
    .text("Arn")
    .unwrap();
    let create = |default: &str| {
        iam(
            &cloud,
            "CreatePolicyVersion",
            &[
                ("PolicyArn", &arn),
                ("PolicyDocument", &allow("ec2:*", "*")),
                ("SetAsDefault", default),
            ],
        )
    };
    for number in 2..=5 {
        assert_eq!(
            create("false").ok().text("VersionId").unwrap(),
            format!("v{number}")
        );
    }
    create("true").refused(409, "LimitExceeded");
    let of = |operation: &str, version: &str| {
        iam(&cloud, operation, &[("PolicyArn", &arn), ("VersionId", version)])
    };
    assert_eq!(
        of("DeletePolicyVersion", "v1").refused(409, "DeleteConflict"),
        "Cannot delete the default version of a policy."
    );
    of("DeletePolicyVersion", "v9").refused(404, "NoSuchEntity");
    of("DeletePolicyVersion", "2").refused(400, "ValidationError");
    of("DeletePolicyVersion", "v2").ok();
    assert_eq!(create("true").ok().text("VersionId").unwrap(), "v6");
    assert_eq!(
        iam(&cloud, "GetPolicy", &[("PolicyArn", &arn)])
            .ok()
            .text("DefaultVersionId")
            .unwrap(),
        "v6"
    );
    of("SetDefaultPolicyVersion", "v3").ok();
    assert_eq!(
        iam(&cloud, "ListPolicyVersions", &[("PolicyArn", &arn)])
            .ok()
            .texts("VersionId"),
        ["v6", "v5", "v4", "v3", "v1"]
    );
    iam(&cloud, "DeletePolicy", &[("PolicyArn", &arn)]).refused(409, "DeleteConflict");
    for version in ["v1", "v4", "v5", "v6"] {
        of("DeletePolicyVersion", version).ok();
    }
    iam(&cloud, "DeletePolicy", &[("PolicyArn", &arn)]).ok();
    iam(&cloud, "GetPolicy", &[("PolicyArn", &arn)]).refused(404, "NoSuchEntity");
    let aws = "arn:aws:iam::aws:policy/AdministratorAccess";
    iam(&cloud, "DeletePolicy", &[("PolicyArn", aws)]).refused(403, "AccessDenied");
    let document = iam(
        &cloud,
        "GetPolicyVersion",
        &[("PolicyArn", aws), ("VersionId", "v1")],
    )
    .ok()
    .text("Document")
    .unwrap();
    assert!(document.contains("%22Action%22"), "{document}");
}

#[test]
fn what_is_in_use_cannot_be_deleted() {
    let cloud = Cloud::new();
    cloud.role("r", &trust(ACCOUNT), Some(&allow("s3:*", "*")));
    let role = [("RoleName", "r")];
    assert_eq!(
        iam(&cloud, "DeleteRole", &role).refused(409, "DeleteConflict"),
        "Cannot delete entity, must delete policies first."
    );
    iam(
        &cloud,
        "DeleteRolePolicy",
        &[("RoleName", "r"), ("PolicyName", "inline")],
    )
    .ok();
    let arn = iam(
        &cloud,
        "CreatePolicy",
        &[("PolicyName", "p"), ("PolicyDocument", &allow("s3:*", "*"))],
    )
    .ok()
    .text("Arn")
    .unwrap();
    let attachment = [("RoleName", "r"), ("PolicyArn", arn.as_str())];
    iam(&cloud, "AttachRolePolicy", &attachment).ok();
    assert_eq!(
        iam(&cloud, "DeleteRole", &role).refused(409, "DeleteConflict"),
        "Cannot delete entity, must detach all policies first."
    );
    let policy = [("PolicyArn", arn.as_str())];
    assert_eq!(
        iam(&cloud, "DeletePolicy", &policy).refused(409, "DeleteConflict"),
        "Cannot delete a policy attached to entities."
    );
    assert_eq!(
        iam(&cloud, "ListEntitiesForPolicy", &policy)
            .ok()
            .texts("RoleName"),
        ["r"]
    );
    iam(&cloud, "DetachRolePolicy", &attachment).ok();
    iam(&cloud, "DetachRolePolicy", &attachment).refused(404, "NoSuchEntity");
    iam(&cloud, "DeletePolicy", &policy).ok();
    iam(&cloud, "DeleteRole", &role).ok();
    assert_eq!(
        iam(&cloud, "DeleteRole", &role).refused(404, "NoSuchEntity"),
        "The role with name r cannot be found."
    );

    let key = cloud.user("u", None);
    iam(&cloud, "CreateGroup", &[("GroupName", "g")]).ok();
    iam(&cloud, "AddUserToGroup", &[("GroupName", "g"), ("UserName", "u")]).ok();
    let message = iam(&cloud, "DeleteUser", &[("UserName", "u")]).refused(409, "DeleteConflict");
    assert_eq!(message, "Cannot delete entity, must delete access keys first.");
    iam(
        &cloud,
        "DeleteAccessKey",
        &[("UserName", "u"), ("AccessKeyId", &key.id)],
    )
    .ok();
    iam(&cloud, "DeleteUser", &[("UserName", "u")]).refused(409, "DeleteConflict");
    iam(&cloud, "DeleteGroup", &[("GroupName", "g")]).refused(409, "DeleteConflict");
    iam(
        &cloud,
        "RemoveUserFromGroup",
        &[("GroupName", "g"), ("UserName", "u")],
    )
    .ok();
    iam(&cloud, "DeleteUser", &[("UserName", "u")]).ok();
    iam(&cloud, "DeleteGroup", &[("GroupName", "g")]).ok();
}

#[test]
fn principals_of_trust_policies_must_exist() {
    let cloud = Cloud::new();
    let create = |trust: &str| {
        iam(
            &cloud,
            "CreateRole",
            &[("RoleName", "r"), ("AssumeRolePolicyDocument", trust)],
        )
    };
    for missing in ["user/nobody", "role/nobody", "user/path/admin", "group/x"] {
        let arn = format!("arn:aws:iam::{ACCOUNT}:{missing}");
        assert_eq!(
            create(&trust(&arn)).refused(400, "MalformedPolicyDocument"),
            format!("Invalid principal in policy: \"AWS\":\"{arn}\"")
        );
    }
    create(&trust("arn:aws:iam::123:user/x")).refused(400, "MalformedPolicyDocument");
    let service = trust("x").replace("\"AWS\":\"x\"", "\"Service\":\"ec2\"");
    assert_eq!(
        create(&service).refused(400, "MalformedPolicyDocument"),
        "Invalid principal in policy: \"SERVICE\":\"ec2\""
    );
    create(&service.replace("ec2", "ec2.amazonaws.com")).ok();
    for here in [
        "*",
        ACCOUNT,
        "444455556666",
        "arn:aws:iam::111122223333:user/admin",
        "arn:aws:sts::111122223333:assumed-role/admin/x",
    ] {
        iam(
            &cloud,
            "UpdateAssumeRolePolicy",
            &[("RoleName", "r"), ("PolicyDocument", &trust(here))],
        )
        .ok();
    }
}

#[test]
fn lists_come_in_pages() {
    let cloud = Cloud::new();
    for number in 0..7 {
        let path = if number % 2 == 0 { "/even/" } else { "/odd/" };
        iam(
            &cloud,
            "CreateUser",
            &[("UserName", &format!("u{number}")), ("Path", path)],
        )
        .ok();
    }
    let mut names = Vec::new();
    let mut marker: Option<String> = None;
    for _ in 0..10 {
        let mut params = vec![("MaxItems", "2")];
        if let Some(marker) = &marker {
            params.push(("Marker", marker));
        }
        let page = iam(&cloud, "ListUsers", &params).ok();
        names.extend(page.texts("UserName"));
        marker = page.text("Marker");
        assert_eq!(page.text("IsTruncated").unwrap(), marker.is_some().to_string());
        if marker.is_none() {
            break;
        }
    }
    assert_eq!(
        names,
        ["admin", "developer", "u0", "u1", "u2", "u3", "u4", "u5", "u6"]
    );
    let even = iam(&cloud, "ListUsers", &[("PathPrefix", "/even/")]).ok();
    assert_eq!(even.texts("UserName"), ["u0", "u2", "u4", "u6"]);
    iam(&cloud, "ListUsers", &[("MaxItems", "0")]).refused(400, "ValidationError");
    iam(&cloud, "ListUsers", &[("MaxItems", "1001")]).refused(400, "ValidationError");
}

#[test]
fn everything_in_one_listing() {
    let cloud = Cloud::new();
    cloud.role("r", &trust(ACCOUNT), Some(&allow("s3:*", "*")));
    cloud.user("u", Some(&allow("ec2:*", "*")));
    iam(&cloud, "CreateGroup", &[("GroupName", "g")]).ok();
    iam(&cloud, "AddUserToGroup", &[("GroupName", "g"), ("UserName", "u")]).ok();
    iam(
        &cloud,
        "CreatePolicy",
        &[("PolicyName", "own"), ("PolicyDocument", &allow("s3:*", "*"))],
    )
    .ok();
    let all = iam(&cloud, "GetAccountAuthorizationDetails", &[]).ok();
    assert_eq!(all.texts("UserName"), ["admin", "developer", "u"]);
    assert_eq!(all.texts("RoleName"), ["admin", "r"]);
    assert_eq!(all.texts("GroupName"), ["g"]);
    assert_eq!(
        all.texts("DefaultVersionId").len(),
        2,
        "the own policy and AdministratorAccess"
    );
    let roles = iam(
        &cloud,
        "GetAccountAuthorizationDetails",
        &[("Filter.member.1", "Role")],
    )
    .ok();
    assert_eq!(
        (roles.texts("RoleName").len(), roles.texts("UserName").len()),
        (2, 0)
    );
    iam(
        &cloud,
        "GetAccountAuthorizationDetails",
        &[("Filter.member.1", "Robot")],
    )
    .refused(400, "ValidationError");
    let mut seen = 0;
    let mut marker = String::new();
    loop {
        let mut params = vec![("MaxItems", "3")];
        if !marker.is_empty() {
            params.push(("Marker", marker.as_str()));
        }
        let page = iam(&cloud, "GetAccountAuthorizationDetails", &params).ok();
        seen += page.texts("UserId").len()
            + page.texts("RoleId").len()
            + page.texts("GroupId").len()
            + page.texts("PolicyId").len();
        match page.text("Marker") {
            Some(next) => marker = next,
            None => break,
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn tags() {
    let cloud = Cloud::new();
    cloud.role("r", &trust(ACCOUNT), None);
    let tag = |pairs: &[(&str, &str)]| {
        let mut params = vec![("RoleName".to_owned(), "r".to_owned())];
        for (number, (key, value)) in pairs.iter().enumerate() {
            params.push((format!("Tags.member.{}.Key", number + 1), (*key).to_owned()));
            params.push((format!("Tags.member.{}.Value", number + 1), (*value).to_owned()));
        }
        let params: Vec<(&str, &str)> = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        iam(&cloud, "TagRole", &params)
    };
    tag(&[("team", "a"), ("Owner", "someone@example.com")]).ok();
    tag(&[("TEAM", "b")]).ok();
    let listed = iam(&cloud, "ListRoleTags", &[("RoleName", "r")]).ok();
    assert_eq!(listed.texts("Key"), ["Owner", "TEAM"]);
    assert_eq!(listed.texts("Value"), ["someone@example.com", "b"]);
    tag(&[("a", "1"), ("A", "2")]).refused(400, "InvalidInput");
    tag(&[("aws:x", "1")]).refused(400, "InvalidInput");
    tag(&[("a*b", "1")]).refused(400, "ValidationError");
    tag(&[(&"k".repeat(129), "1")]).refused(400, "ValidationError");
    let many: Vec<(String, String)> = (0..49).map(|n| (format!("k{n}"), "v".to_owned())).collect();
    let many: Vec<(&str, &str)> = many
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    tag(&many).refused(409, "LimitExceeded");
    iam(
        &cloud,
        "UntagRole",
        &[("RoleName", "r"), ("TagKeys.member.1", "team")],
    )
    .ok();
    assert_eq!(
        iam(&cloud, "GetRole", &[("RoleName", "r")]).ok().texts("Key"),
        ["Owner"]
    );
}

#[test]
fn a_user_keeps_its_key_under_another_name() {
    let cloud = Cloud::new();
    let key = cloud.user("before", Some(&allow("iam:GetUser", "*")));
    iam(
        &cloud,
        "UpdateUser",
        &[
            ("UserName", "before"),
            ("NewUserName", "after"),
            ("NewPath", "/new/"),
        ],
    )
    .ok();
    let user = cloud.iam(&key, "GetUser", &[]).ok();
    assert_eq!(
        user.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:user/new/after")
    );
    iam(&cloud, "GetUser", &[("UserName", "before")]).refused(404, "NoSuchEntity");
    iam(
        &cloud,
        "UpdateUser",
        &[("UserName", "after"), ("NewUserName", "Admin")],
    )
    .refused(409, "EntityAlreadyExists");
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let cloud = Cloud::new();
    let message = iam(&cloud, "MakeCoffee", &[]).refused(400, "InvalidAction");
    assert!(message.contains("MakeCoffee"), "{message}");
    let message = cloud
        .s3(&cloud.admin(), "GET", "/reports?inventory", "")
        .refused(501, "NotImplemented");
    assert!(message.contains("GET /{bucket}?inventory"), "{message}");
    // A PUT with a subresource must not be taken for the upload of an object.
    cloud
        .s3(&cloud.admin(), "PUT", "/reports/2026/q1.csv?acl", "<x/>")
        .refused(501, "NotImplemented");
}

/// "Common Errors", IAM API Reference: InvalidAction and MissingAction.
#[test]
fn versions_and_actions_that_no_api_has() {
    let cloud = Cloud::new();
    let send = |service: &'static str, form: &str| {
        let request = query(service, "", &[]).map(|_| bytes::Bytes::from(form.to_owned()));
        cloud.send(common::signed(request, &cloud.admin(), &cloud.signing(service)))
    };
    for (service, form, code, message) in [
        (
            "iam",
            "Action=MakeCoffee&Version=2010-05-08",
            "InvalidAction",
            "Could not find operation MakeCoffee for version 2010-05-08",
        ),
        (
            "sts",
            "Action=GetCallerIdentity&Version=2010-05-08",
            "InvalidAction",
            "Could not find operation GetCallerIdentity for version 2010-05-08",
        ),
        (
            "iam",
            "Action=ListUsers",
            "InvalidAction",
            "Could not find operation ListUsers for version NO_VERSION_SPECIFIED",
        ),
        (
            "ec2",
            "Action=DescribeRegions&Version=2099-01-01",
            "InvalidAction",
            "The action DescribeRegions is not valid for version 2099-01-01 of this web service.",
        ),
        (
            "iam",
            "Version=2010-05-08",
            "MissingAction",
            "The request is missing an action or operation parameter.",
        ),
    ] {
        assert_eq!(send(service, form).refused(400, code), message, "{form}");
    }
    // EC2 keeps its old versions.
    send("ec2", "Action=DescribeRegions&Version=2014-10-01").ok();
    // What AWS has and the sandbox has not is told apart.
    let message = send("iam", "Action=UploadSSHPublicKey&Version=2010-05-08").refused(400, "InvalidAction");
    assert!(
        message.contains("the sandbox's iam has no such operation"),
        "{message}"
    );
}

#[test]
fn a_role_remembers_when_it_was_used() {
    let cloud = Cloud::new();
    let role = cloud.role("r", &trust(ACCOUNT), None);
    let session = cloud.assume(&cloud.admin(), &role, &[]).ok().credentials();
    let used = || {
        iam(&cloud, "GetRole", &[("RoleName", "r")])
            .ok()
            .text("LastUsedDate")
    };
    assert_eq!(used(), None);
    cloud.wait(jiff::SignedDuration::from_secs(5));
    cloud.ask(&session, "sts", "GetCallerIdentity", &[]).ok();
    assert_eq!(used().as_deref(), Some("2026-11-22T12:00:05Z"));
}

/// "Grammar of the IAM JSON policy language", IAM User Guide: a document has one statement at least. S3's words for it are
/// its own, and tested with S3.
#[test]
fn a_document_without_statements_is_malformed_wherever_it_goes() {
    let cloud = Cloud::new();
    cloud.user("ann", None);
    let role = cloud.role("app", &trust(ACCOUNT), None);
    let group = [("GroupName", "team")];
    cloud.as_admin("CreateGroup", &group).ok();
    let empty = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let (name, document) = (("PolicyName", "p"), ("PolicyDocument", empty));
    for (operation, params) in [
        ("CreatePolicy", &[name, document][..]),
        ("PutUserPolicy", &[("UserName", "ann"), name, document]),
        ("PutGroupPolicy", &[group[0], name, document]),
        ("PutRolePolicy", &[("RoleName", "app"), name, document]),
        ("UpdateAssumeRolePolicy", &[("RoleName", "app"), document]),
        (
            "CreateRole",
            &[("RoleName", "new"), ("AssumeRolePolicyDocument", empty)],
        ),
    ] {
        let message = cloud
            .as_admin(operation, params)
            .refused(400, "MalformedPolicyDocument");
        assert_eq!(message, "Syntax errors in policy.", "{operation}");
    }
    let session = cloud.assume(&cloud.admin(), &role, &[("Policy", empty)]);
    session.refused(400, "MalformedPolicyDocument");
    let arn = cloud
        .as_admin(
            "CreatePolicy",
            &[
                ("PolicyName", "good"),
                ("PolicyDocument", &allow("s3:GetObject", "*")),
            ],
        )
        .ok()
        .text("Arn")
        .unwrap();
    cloud
        .as_admin("CreatePolicyVersion", &[("PolicyArn", &arn), document])
        .refused(400, "MalformedPolicyDocument");
}
