//! Instance profiles, service-linked roles, the account alias, groups that are renamed, and tags of everything.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use common::{ACCOUNT, Cloud, allow, statement, trust};

#[test]
fn the_life_of_an_instance_profile() {
    let cloud = Cloud::new();
    let create = |name: &str| {
        cloud.as_admin(
            "CreateInstanceProfile",
            &[
                ("InstanceProfileName", name),
                ("Path", "/web/"),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "a"),
            ],
        )
    };
    let made = create("Front").ok();
    assert_eq!(
        made.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:instance-profile/web/Front")
    );
    let id = made.text("InstanceProfileId").unwrap();
    assert!(id.starts_with("AIPA") && id.len() == 21, "{id}");
    assert_eq!(
        create("front").refused(409, "EntityAlreadyExists"),
        "Instance Profile front already exists."
    );
    cloud.role("one", &trust(ACCOUNT), None);
    cloud.role("two", &trust(ACCOUNT), None);
    let with = |operation: &str, role: &str| {
        cloud.as_admin(operation, &[("InstanceProfileName", "Front"), ("RoleName", role)])
    };
    with("AddRoleToInstanceProfile", "nobody").refused(404, "NoSuchEntity");
    with("RemoveRoleFromInstanceProfile", "one").refused(404, "NoSuchEntity");
    with("AddRoleToInstanceProfile", "one").ok();
    assert_eq!(
        with("AddRoleToInstanceProfile", "two").refused(409, "LimitExceeded"),
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    );
    let one = |operation: &str| cloud.as_admin(operation, &[("InstanceProfileName", "Front")]);
    let got = one("GetInstanceProfile").ok();
    assert_eq!(got.text("RoleName").unwrap(), "one");
    assert_eq!(got.text("Key").unwrap(), "team");
    let listed = cloud
        .as_admin("ListInstanceProfiles", &[("PathPrefix", "/web/")])
        .ok();
    assert_eq!(listed.texts("InstanceProfileName"), ["Front"]);
    let elsewhere = cloud
        .as_admin("ListInstanceProfiles", &[("PathPrefix", "/db/")])
        .ok();
    assert!(elsewhere.texts("InstanceProfileName").is_empty());
    let of = |role: &str| {
        cloud
            .as_admin("ListInstanceProfilesForRole", &[("RoleName", role)])
            .ok()
            .texts("InstanceProfileName")
    };
    assert_eq!(of("one"), ["Front"]);
    assert!(of("two").is_empty());
    let details = cloud
        .as_admin("GetAccountAuthorizationDetails", &[("Filter.member.1", "Role")])
        .ok();
    assert_eq!(details.texts("InstanceProfileName"), ["Front"]);

    let message = "Cannot delete entity, must remove roles from instance profile first.";
    assert_eq!(
        one("DeleteInstanceProfile").refused(409, "DeleteConflict"),
        message
    );
    let role = cloud.as_admin("DeleteRole", &[("RoleName", "one")]);
    assert_eq!(role.refused(409, "DeleteConflict"), message);
    with("RemoveRoleFromInstanceProfile", "one").ok();
    one("DeleteInstanceProfile").ok();
    assert_eq!(
        one("GetInstanceProfile").refused(404, "NoSuchEntity"),
        "Instance Profile Front cannot be found."
    );
}

/// "AddRoleToInstanceProfile", IAM API Reference: whoever calls it must be allowed to pass the role.
#[test]
fn a_role_is_passed_to_a_profile() {
    let cloud = Cloud::new();
    cloud
        .as_admin("CreateInstanceProfile", &[("InstanceProfileName", "front")])
        .ok();
    let role = cloud.role("strong", &trust(ACCOUNT), None);
    let ann = cloud.user("ann", Some(&allow("iam:AddRoleToInstanceProfile", "*")));
    let add = || {
        let params = [("InstanceProfileName", "front"), ("RoleName", "strong")];
        cloud.iam(&ann, "AddRoleToInstanceProfile", &params)
    };
    assert!(
        add()
            .refused(403, "AccessDenied")
            .contains(&format!("iam:PassRole on resource: {role}"))
    );
    let pass = statement(&format!(
        r#""Effect":"Allow","Action":"iam:PassRole","Resource":"{role}","Condition":{{"StringEquals":{{"iam:PassedToService":"ec2.amazonaws.com"}}}}"#
    ));
    cloud
        .as_admin(
            "PutUserPolicy",
            &[
                ("UserName", "ann"),
                ("PolicyName", "pass"),
                ("PolicyDocument", &pass),
            ],
        )
        .ok();
    add().ok();
}

/// "Create a service-linked role", IAM User Guide.
#[test]
fn service_linked_roles_belong_to_their_service() {
    let cloud = Cloud::new();
    let create = |service: &str, suffix: Option<&str>| {
        let mut params = vec![("AWSServiceName", service)];
        params.extend(suffix.map(|suffix| ("CustomSuffix", suffix)));
        cloud.as_admin("CreateServiceLinkedRole", &params)
    };
    let made = create("autoscaling.amazonaws.com", None).ok();
    let name = "AWSServiceRoleForAutoScaling";
    assert_eq!(
        made.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/{name}")
    );
    assert_eq!(
        create("autoscaling.amazonaws.com", None).refused(400, "InvalidInput"),
        format!("Service role name {name} has been taken in this account, please try a different suffix.")
    );
    let second = create("autoscaling.amazonaws.com", Some("second")).ok();
    assert_eq!(second.text("RoleName").unwrap(), format!("{name}_second"));
    assert_eq!(
        create("ecs.amazonaws.com", Some("x")).refused(400, "InvalidInput"),
        "Custom suffix is not allowed for ecs.amazonaws.com"
    );
    create("nothing.example.com", None).refused(400, "InvalidInput");
    let attached = cloud
        .as_admin("ListAttachedRolePolicies", &[("RoleName", name)])
        .ok();
    assert_eq!(attached.texts("PolicyName"), ["AutoScalingServiceRolePolicy"]);

    // A service's policy is for its own roles ("AttachRolePolicy", IAM API Reference: PolicyNotAttachable).
    cloud
        .as_admin(
            "AttachRolePolicy",
            &[
                ("RoleName", "admin"),
                (
                    "PolicyArn",
                    "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
                ),
            ],
        )
        .refused(400, "PolicyNotAttachable");
    let document = allow("s3:*", "*");
    let trust = trust(ACCOUNT);
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let attempts: [(&str, &[(&str, &str)]); 7] = [
        ("DeleteRole", &[]),
        ("AttachRolePolicy", &[("PolicyArn", admin)]),
        (
            "PutRolePolicy",
            &[("PolicyName", "p"), ("PolicyDocument", &document)],
        ),
        ("UpdateAssumeRolePolicy", &[("PolicyDocument", &trust)]),
        ("UpdateRole", &[("MaxSessionDuration", "7200")]),
        ("PutRolePermissionsBoundary", &[("PermissionsBoundary", admin)]),
        ("UpdateRoleDescription", &[("Description", "x")]),
    ];
    for (operation, more) in attempts {
        let mut params = vec![("RoleName", name)];
        params.extend_from_slice(more);
        let refused = cloud.as_admin(operation, &params);
        assert_eq!(
            refused.refused(400, "UnmodifiableEntity"),
            format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            ),
            "{operation}"
        );
    }
    let delete = || cloud.as_admin("DeleteServiceLinkedRole", &[("RoleName", name)]);
    let task = delete().ok().text("DeletionTaskId").unwrap();
    assert!(
        task.starts_with("task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/")
    );
    let status =
        |task: &str| cloud.as_admin("GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", task)]);
    assert_eq!(status(&task).ok().text("Status").unwrap(), "SUCCEEDED");
    delete().refused(404, "NoSuchEntity");
    status(&format!("{task}0")).refused(404, "NoSuchEntity");
    status("what").refused(400, "InvalidInput");
    cloud
        .as_admin("DeleteServiceLinkedRole", &[("RoleName", "admin")])
        .refused(404, "NoSuchEntity");
    cloud
        .as_admin(
            "CreateRole",
            &[
                ("RoleName", "own"),
                ("Path", "/aws-service-role/x/"),
                ("AssumeRolePolicyDocument", &trust),
            ],
        )
        .refused(400, "InvalidInput");
}

#[test]
fn who_may_create_a_service_linked_role() {
    let cloud = Cloud::new();
    let only = statement(
        r#""Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::*:role/aws-service-role/*","Condition":{"StringEquals":{"iam:AWSServiceName":"ecs.amazonaws.com"}}"#,
    );
    let ann = cloud.user("ann", Some(&only));
    let create = |service: &str| cloud.iam(&ann, "CreateServiceLinkedRole", &[("AWSServiceName", service)]);
    create("rds.amazonaws.com").refused(403, "AccessDenied");
    create("ecs.amazonaws.com").ok();
}

#[test]
fn the_account_alias() {
    let cloud = Cloud::new();
    let aliases = || cloud.as_admin("ListAccountAliases", &[]).ok().texts("member");
    let with = |operation: &str, alias: &str| cloud.as_admin(operation, &[("AccountAlias", alias)]);
    assert!(aliases().is_empty());
    with("CreateAccountAlias", "first").ok();
    with("CreateAccountAlias", "second").ok();
    assert_eq!(aliases(), ["second"], "an account has one at most");
    for wrong in ["No", "a", "-abc", "two--dashes"] {
        with("CreateAccountAlias", wrong).refused(400, "ValidationError");
    }
    let other = "444455556666".parse().unwrap();
    let stranger = cloud.sandbox.add_account(&other, cloud.now.get()).into();
    cloud
        .iam(&stranger, "CreateAccountAlias", &[("AccountAlias", "second")])
        .refused(409, "EntityAlreadyExists");
    with("DeleteAccountAlias", "first").refused(404, "NoSuchEntity");
    with("DeleteAccountAlias", "second").ok();
    assert!(aliases().is_empty());
}

#[test]
fn a_renamed_group_keeps_its_members_and_what_they_may() {
    let cloud = Cloud::new();
    let ann = cloud.user("ann", None);
    cloud.as_admin("CreateGroup", &[("GroupName", "old")]).ok();
    cloud.as_admin("CreateGroup", &[("GroupName", "taken")]).ok();
    cloud
        .as_admin(
            "PutGroupPolicy",
            &[
                ("GroupName", "old"),
                ("PolicyName", "p"),
                ("PolicyDocument", &allow("s3:ListBucket", "*")),
            ],
        )
        .ok();
    cloud
        .as_admin("AddUserToGroup", &[("GroupName", "old"), ("UserName", "ann")])
        .ok();
    let update = |name: &str| {
        cloud.as_admin(
            "UpdateGroup",
            &[
                ("GroupName", "old"),
                ("NewGroupName", name),
                ("NewPath", "/staff/"),
            ],
        )
    };
    update("TAKEN").refused(409, "EntityAlreadyExists");
    update("new").ok();
    update("newer").refused(404, "NoSuchEntity");
    let group = cloud.as_admin("GetGroup", &[("GroupName", "new")]).ok();
    assert_eq!(
        group.text("Arn").unwrap(),
        format!("arn:aws:iam::{ACCOUNT}:group/staff/new")
    );
    assert_eq!(group.texts("UserName"), ["ann"]);
    cloud.s3(&ann, "GET", "/reports", "").ok();
}

/// One of each kind that can be tagged: the kind, the parameter that names it, its name, and one that nothing has.
fn taggable(cloud: &Cloud) -> Vec<(&'static str, &'static str, String, String)> {
    let policy = cloud
        .as_admin(
            "CreatePolicy",
            &[("PolicyName", "p"), ("PolicyDocument", &allow("s3:*", "*"))],
        )
        .ok()
        .text("Arn")
        .unwrap();
    cloud
        .as_admin("CreateInstanceProfile", &[("InstanceProfileName", "front")])
        .ok();
    let device = cloud.mfa_device("admin");
    let oidc = cloud
        .as_admin(
            "CreateOpenIDConnectProvider",
            &[("Url", "https://id.example.com")],
        )
        .ok()
        .text("OpenIDConnectProviderArn")
        .unwrap();
    let metadata = format!("<EntityDescriptor>{}</EntityDescriptor>", "x".repeat(1000));
    let saml = cloud
        .as_admin(
            "CreateSAMLProvider",
            &[("Name", "corp"), ("SAMLMetadataDocument", &metadata)],
        )
        .ok()
        .text("SAMLProviderArn")
        .unwrap();
    let (no_oidc, no_saml) = (oidc.replace("id.", "no."), saml.replace("corp", "none"));
    let (no_policy, no_device) = (policy.replace("/p", "/none"), device.replace("/admin", "/none"));
    let named = |kind, param, name: &str, absent: &str| (kind, param, name.to_owned(), absent.to_owned());
    vec![
        named("User", "UserName", "developer", "nobody"),
        named("Role", "RoleName", "admin", "nobody"),
        named("Policy", "PolicyArn", &policy, &no_policy),
        named("InstanceProfile", "InstanceProfileName", "front", "none"),
        named("MFADevice", "SerialNumber", &device, &no_device),
        named(
            "OpenIDConnectProvider",
            "OpenIDConnectProviderArn",
            &oidc,
            &no_oidc,
        ),
        named("SAMLProvider", "SAMLProviderArn", &saml, &no_saml),
    ]
}

/// Whatever has tags: set, replaced whatever the case of the key, listed a page at a time, removed, counted.
#[test]
fn tags_of_everything() {
    let cloud = Cloud::new();
    for (kind, param, name, absent) in taggable(&cloud) {
        let (name, absent) = (name.as_str(), absent.as_str());
        let tag = |name: &str, key: &str, value: &str| {
            cloud.as_admin(
                &format!("Tag{kind}"),
                &[
                    (param, name),
                    ("Tags.member.1.Key", key),
                    ("Tags.member.1.Value", value),
                ],
            )
        };
        tag(name, "team", "a").ok();
        tag(name, "Team", "b").ok();
        tag(name, "cost", "7").ok();
        tag(name, "aws:reserved", "x").refused(400, "InvalidInput");
        tag(absent, "team", "a").refused(404, "NoSuchEntity");
        let list = |more: &[(&str, &str)]| {
            let mut params = vec![(param, name)];
            params.extend_from_slice(more);
            cloud.as_admin(&format!("List{kind}Tags"), &params)
        };
        let first = list(&[("MaxItems", "1")]).ok();
        assert_eq!(first.text("IsTruncated").unwrap(), "true", "{kind}");
        let rest = list(&[("Marker", &first.text("Marker").unwrap())]).ok();
        let mut all: Vec<_> = first.texts("Value");
        all.extend(rest.texts("Value"));
        all.sort();
        assert_eq!(all, ["7", "b"], "{kind}");
        cloud
            .as_admin(
                &format!("Untag{kind}"),
                &[(param, name), ("TagKeys.member.1", "TEAM")],
            )
            .ok();
        assert_eq!(list(&[]).ok().texts("Key"), ["cost"], "{kind}");
        let many: Vec<(String, String)> = (0..49)
            .flat_map(|n| {
                [
                    (format!("Tags.member.{}.Key", n + 1), format!("key-{n}")),
                    (format!("Tags.member.{}.Value", n + 1), "v".to_owned()),
                ]
            })
            .collect();
        let mut params: Vec<(&str, &str)> = many.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        params.push((param, name));
        cloud.as_admin(&format!("Tag{kind}"), &params).ok();
        tag(name, "one-too-many", "x").refused(409, "LimitExceeded");
        // The tags of a resource count in conditions.
        let by_tag = statement(
            r#""Effect":"Allow","Action":"iam:List*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/cost":"7"}}"#,
        );
        let user = format!("reader-of-{}", kind.to_lowercase());
        let reader = cloud.user(&user, Some(&by_tag));
        cloud
            .iam(&reader, &format!("List{kind}Tags"), &[(param, name)])
            .ok();
        cloud
            .as_admin(
                &format!("Untag{kind}"),
                &[(param, name), ("TagKeys.member.1", "cost")],
            )
            .ok();
        cloud
            .iam(&reader, &format!("List{kind}Tags"), &[(param, name)])
            .refused(403, "AccessDenied");
    }
}

#[test]
fn the_summary_counts() {
    let cloud = Cloud::new();
    cloud.mfa_device("developer");
    cloud
        .as_admin("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "spare")])
        .ok();
    cloud
        .as_admin("CreateInstanceProfile", &[("InstanceProfileName", "front")])
        .ok();
    cloud
        .as_admin(
            "CreateOpenIDConnectProvider",
            &[("Url", "https://id.example.com")],
        )
        .ok();
    let summary = cloud.as_admin("GetAccountSummary", &[]).ok();
    let count = |name: &str| {
        let keys = summary.texts("key");
        let at = keys.iter().position(|key| key == name).unwrap();
        summary.texts("value")[at].clone()
    };
    for (name, value) in [
        ("Users", "2"),
        ("MFADevices", "2"),
        ("MFADevicesInUse", "1"),
        ("InstanceProfiles", "1"),
        ("Providers", "1"),
        ("AccountMFAEnabled", "0"),
    ] {
        assert_eq!(count(name), value, "{name}");
    }
}

/// "IAM and AWS STS quotas", IAM User Guide.
#[test]
fn an_account_has_so_many_groups() {
    let cloud = Cloud::new();
    let create = |number: usize| cloud.as_admin("CreateGroup", &[("GroupName", &format!("g{number}"))]);
    for number in 1..=300 {
        create(number).ok();
    }
    assert_eq!(
        create(301).refused(409, "LimitExceeded"),
        "Cannot exceed quota for GroupsPerAccount: 300"
    );
}
