//! The harmless call by which an action can be tried: one that reads, or one that EC2 only tries (`DryRun`).

use super::Probe;

/// Reads of a bucket's configuration: the action, the operation, what is asked for.
/// Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
const BUCKET_READS: &[(&str, &str, &str)] = &[
    ("s3:GetBucketLocation", "GetBucketLocation", "location"),
    ("s3:GetBucketTagging", "GetBucketTagging", "tagging"),
    ("s3:GetBucketPolicy", "GetBucketPolicy", "policy"),
    (
        "s3:GetBucketPolicyStatus",
        "GetBucketPolicyStatus",
        "policyStatus",
    ),
    ("s3:GetBucketAcl", "GetBucketAcl", "acl"),
    ("s3:GetBucketCORS", "GetBucketCors", "cors"),
    (
        "s3:GetEncryptionConfiguration",
        "GetBucketEncryption",
        "encryption",
    ),
    (
        "s3:GetLifecycleConfiguration",
        "GetBucketLifecycleConfiguration",
        "lifecycle",
    ),
    ("s3:GetBucketLogging", "GetBucketLogging", "logging"),
    (
        "s3:GetBucketOwnershipControls",
        "GetBucketOwnershipControls",
        "ownershipControls",
    ),
    (
        "s3:GetBucketPublicAccessBlock",
        "GetPublicAccessBlock",
        "publicAccessBlock",
    ),
    (
        "s3:GetReplicationConfiguration",
        "GetBucketReplication",
        "replication",
    ),
    (
        "s3:GetBucketRequestPayment",
        "GetBucketRequestPayment",
        "requestPayment",
    ),
    ("s3:GetBucketVersioning", "GetBucketVersioning", "versioning"),
    ("s3:GetBucketWebsite", "GetBucketWebsite", "website"),
    (
        "s3:ListBucketVersions",
        "ListObjectVersions",
        "versions&max-keys=1",
    ),
    (
        "s3:ListBucketMultipartUploads",
        "ListMultipartUploads",
        "uploads&max-uploads=1",
    ),
];

/// Reads of IAM's that need no parameter (IAM API Reference).
const IAM_LISTS: &[&str] = &[
    "GetAccountSummary",
    "ListAccountAliases",
    "ListGroups",
    "ListInstanceProfiles",
    "ListOpenIDConnectProviders",
    "ListPolicies",
    "ListRoles",
    "ListSAMLProviders",
    "ListServerCertificates",
    "ListUsers",
    "ListVirtualMFADevices",
];

/// Reads of IAM's about one thing: the operation, the type in the ARN, the parameter (IAM API Reference). None of them
/// tells a secret, and none is a report that is made anew.
const IAM_READS: &[(&str, &str, &str)] = &[
    ("GetGroup", "group", "GroupName"),
    ("GetInstanceProfile", "instance-profile", "InstanceProfileName"),
    ("GetPolicy", "policy", "PolicyArn"),
    ("GetRole", "role", "RoleName"),
    ("GetUser", "user", "UserName"),
    ("ListAccessKeys", "user", "UserName"),
    ("ListAttachedGroupPolicies", "group", "GroupName"),
    ("ListAttachedRolePolicies", "role", "RoleName"),
    ("ListAttachedUserPolicies", "user", "UserName"),
    ("ListEntitiesForPolicy", "policy", "PolicyArn"),
    ("ListGroupPolicies", "group", "GroupName"),
    ("ListGroupsForUser", "user", "UserName"),
    ("ListInstanceProfilesForRole", "role", "RoleName"),
    ("ListMFADevices", "user", "UserName"),
    ("ListPolicyTags", "policy", "PolicyArn"),
    ("ListPolicyVersions", "policy", "PolicyArn"),
    ("ListRolePolicies", "role", "RoleName"),
    ("ListRoleTags", "role", "RoleName"),
    ("ListUserPolicies", "user", "UserName"),
    ("ListUserTags", "user", "UserName"),
];

/// What EC2 can do to an instance, and only tries with `DryRun` (Amazon EC2 API Reference).
const INSTANCE_DRY_RUNS: &[&str] = &["StartInstances", "StopInstances", "TerminateInstances"];

impl Probe {
    /// The harmless call that AWS decides as it would decide this action on this resource (an ARN, or `*`); `None` where
    /// there is none.
    pub fn of_action(action: &str, resource: &str) -> Option<Probe> {
        let (service, name) = action.split_once(':')?;
        match service.to_ascii_lowercase().as_str() {
            "s3" => s3(name, resource),
            "ec2" => ec2(name, resource),
            "iam" => iam(name, resource),
            "sts" if name.eq_ignore_ascii_case("GetCallerIdentity") && resource == "*" => {
                Some(Probe::GetCallerIdentity)
            }
            _ => None,
        }
    }
}

fn s3(name: &str, resource: &str) -> Option<Probe> {
    if name.eq_ignore_ascii_case("ListAllMyBuckets") {
        return (resource == "*").then_some(Probe::ListBuckets);
    }
    let place = resource
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(":s3:::"))
        .map(|(_, place)| place)?;
    if let Some((bucket, key)) = place.split_once('/') {
        let is_object = name.eq_ignore_ascii_case("GetObject") && !key.is_empty();
        return is_object.then(|| Probe::GetObject {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        });
    }
    let bucket = place.to_owned();
    if name.eq_ignore_ascii_case("ListBucket") {
        return Some(Probe::ListObjects { bucket });
    }
    let wanted = format!("s3:{name}");
    let (_, operation, query) = BUCKET_READS
        .iter()
        .find(|(action, ..)| action.eq_ignore_ascii_case(&wanted))?;
    Some(Probe::ReadBucket {
        operation,
        query,
        bucket,
    })
}

fn ec2(name: &str, resource: &str) -> Option<Probe> {
    let is_described = name.len() > "Describe".len() && name.starts_with("Describe");
    if is_described && resource == "*" && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Some(Probe::DryRun {
            operation: name.to_owned(),
            instance: None,
        });
    }
    let instance = resource.split_once(":instance/")?.1;
    let operation = INSTANCE_DRY_RUNS
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name))?;
    Some(Probe::DryRun {
        operation: (*operation).to_owned(),
        instance: Some(instance.to_owned()),
    })
}

fn iam(name: &str, resource: &str) -> Option<Probe> {
    if resource == "*" {
        let operation = IAM_LISTS.iter().find(|known| known.eq_ignore_ascii_case(name))?;
        return Some(Probe::ReadIam {
            operation,
            parameter: None,
        });
    }
    let arn: iam_policy::Arn = resource.parse().ok()?;
    let (operation, kind, parameter) = IAM_READS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
    let value = match *parameter {
        _ if arn.service() != "iam" || arn.resource_type() != Some(kind) => return None,
        "PolicyArn" => resource.to_owned(),
        _ => arn.iam_name()?.to_owned(),
    };
    Some(Probe::ReadIam {
        operation,
        parameter: Some((parameter, value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_that_can_be_tried() {
        for (action, resource, operation) in [
            ("s3:ListAllMyBuckets", "*", "ListBuckets"),
            ("S3:listbucket", "arn:aws:s3:::reports", "ListObjectsV2"),
            ("s3:GetObject", "arn:aws:s3:::reports/a/b", "GetObject"),
            (
                "s3:GetEncryptionConfiguration",
                "arn:aws:s3:::reports",
                "GetBucketEncryption",
            ),
            ("ec2:DescribeInstances", "*", "DescribeInstances"),
            (
                "ec2:TerminateInstances",
                "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
                "TerminateInstances",
            ),
            ("iam:ListUsers", "*", "ListUsers"),
            (
                "iam:GetRole",
                "arn:aws:iam::111122223333:role/team/app",
                "GetRole",
            ),
            ("sts:GetCallerIdentity", "*", "GetCallerIdentity"),
        ] {
            let probe = Probe::of_action(action, resource).unwrap_or_else(|| panic!("{action}"));
            assert_eq!(probe.operation(), operation);
        }
    }

    #[test]
    fn what_changes_something_is_not_tried() {
        for (action, resource) in [
            ("s3:PutObject", "arn:aws:s3:::reports/a"),
            ("s3:DeleteBucket", "arn:aws:s3:::reports"),
            ("s3:GetObject", "arn:aws:s3:::reports"),
            ("iam:CreateUser", "arn:aws:iam::111122223333:user/a"),
            ("iam:GetRole", "arn:aws:iam::111122223333:user/a"),
            ("iam:GenerateCredentialReport", "*"),
            ("ec2:RunInstances", "*"),
            ("ec2:Describe&Action=RunInstances", "*"),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/app"),
            ("GetObject", "*"),
        ] {
            assert_eq!(Probe::of_action(action, resource), None, "{action}");
        }
    }
}
