//! Whoever makes something with tags must be allowed to tag it, or nothing is made.
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

type Parameters<'a> = &'a [(&'a str, &'a str)];

/// AWS's answer, as users of its tools report it: "An error occurred (AccessDenied) when calling the CreatePolicy
/// operation: User: ... is not authorized to perform: iam:TagPolicy on resource: policy NAME because no identity-based
/// policy allows the iam:TagPolicy action". Roles, instance profiles and providers are named by their ARN.
#[test]
fn what_is_made_with_tags_takes_the_permission_to_tag() {
    let cloud = Cloud::new();
    let trust = trust(ACCOUNT);
    let policy = allow("s3:ListAllMyBuckets", "*");
    let metadata = format!("<EntityDescriptor>{}</EntityDescriptor>", " ".repeat(1_000));
    let made: [(&str, &str, String, Parameters<'_>); 7] = [
        (
            "CreateUser",
            "iam:TagUser",
            arn("user/made"),
            &[("UserName", "made")],
        ),
        (
            "CreateRole",
            "iam:TagRole",
            arn("role/made"),
            &[("RoleName", "made"), ("AssumeRolePolicyDocument", &trust)],
        ),
        (
            "CreatePolicy",
            "iam:TagPolicy",
            "policy made".to_owned(),
            &[("PolicyName", "made"), ("PolicyDocument", &policy)],
        ),
        (
            "CreateInstanceProfile",
            "iam:TagInstanceProfile",
            arn("instance-profile/made"),
            &[("InstanceProfileName", "made")],
        ),
        (
            "CreateVirtualMFADevice",
            "iam:TagMFADevice",
            arn("mfa/made"),
            &[("VirtualMFADeviceName", "made")],
        ),
        (
            "CreateOpenIDConnectProvider",
            "iam:TagOpenIDConnectProvider",
            arn("oidc-provider/made.example.com"),
            &[
                ("Url", "https://made.example.com"),
                ("ThumbprintList.member.1", &"a".repeat(40)),
            ],
        ),
        (
            "CreateSAMLProvider",
            "iam:TagSAMLProvider",
            arn("saml-provider/made"),
            &[("Name", "made"), ("SAMLMetadataDocument", &metadata)],
        ),
    ];
    for (operation, tag, resource, params) in made {
        let only = cloud.user(
            &format!("only-{operation}"),
            Some(&allow(&format!("iam:{operation}"), "*")),
        );
        let both = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["iam:{operation}","{tag}"],"Resource":"*"}}]}}"#
        );
        let both = cloud.user(&format!("both-{operation}"), Some(&both));
        let tagged = [
            params,
            &[("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")],
        ]
        .concat();
        let message = cloud.iam(&only, operation, &tagged).refused(403, "AccessDenied");
        assert!(
            message.ends_with(&format!(
                "is not authorized to perform: {tag} on resource: {resource} because no identity-based policy allows the {tag} action"
            )),
            "{operation}: {message}"
        );
        // Had the first call made it, this one would find it there.
        cloud.iam(&both, operation, &tagged).ok();
    }
    // Without tags the operation's own action suffices.
    let only = cloud.user("untagged", Some(&allow("iam:CreateUser", "*")));
    cloud.iam(&only, "CreateUser", &[("UserName", "plain")]).ok();
}

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}
