//! The calls that are known to be harmless: they list, describe or read, or are dry runs, with no more parameters than
//! a resource's name. Each operation's page in its service's API reference.

/// How a service's requests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    /// A form with `Action` and this `Version`.
    Query(&'static str),
    /// JSON of this version, with `X-Amz-Target: PREFIX.OPERATION`.
    Json(&'static str, &'static str),
    /// `GET` of this path.
    Get(&'static str),
}

/// A service as its endpoint knows it: the prefix of its actions, the first part of its host, the name that is signed for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Endpoint {
    pub(super) prefix: &'static str,
    pub(super) host: &'static str,
    pub(super) signing: &'static str,
    pub(super) wire: Wire,
    /// Operations that need nothing, and the parameter that keeps the answer short, if there is one.
    pub(super) plain: &'static [(&'static str, &'static str)],
}

const ONE: &str = "MaxItems=1";

pub(super) static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        prefix: "iam",
        host: "iam",
        signing: "iam",
        wire: Wire::Query("2010-05-08"),
        plain: &[
            ("GetAccountAuthorizationDetails", ONE),
            ("GetAccountPasswordPolicy", ""),
            ("GetAccountSummary", ""),
            ("ListAccountAliases", ""),
            ("ListGroups", ONE),
            ("ListInstanceProfiles", ONE),
            ("ListOpenIDConnectProviders", ""),
            ("ListPolicies", ONE),
            ("ListRoles", ONE),
            ("ListSAMLProviders", ""),
            ("ListServerCertificates", ONE),
            ("ListUsers", ONE),
            ("ListVirtualMFADevices", ONE),
        ],
    },
    Endpoint {
        prefix: "sts",
        host: "sts",
        signing: "sts",
        wire: Wire::Query("2011-06-15"),
        plain: &[("GetCallerIdentity", "")],
    },
    Endpoint {
        prefix: "ec2",
        host: "ec2",
        signing: "ec2",
        wire: Wire::Query("2016-11-15"),
        plain: &[
            ("DescribeAccountAttributes", ""),
            ("DescribeAddresses", ""),
            ("DescribeAvailabilityZones", ""),
            ("DescribeImages", "Owner.1=self"),
            ("DescribeInstances", ""),
            ("DescribeInternetGateways", ""),
            ("DescribeKeyPairs", ""),
            ("DescribeNatGateways", ""),
            ("DescribeNetworkAcls", ""),
            ("DescribeNetworkInterfaces", ""),
            ("DescribeRegions", ""),
            ("DescribeRouteTables", ""),
            ("DescribeSecurityGroups", ""),
            ("DescribeSnapshots", "Owner.1=self"),
            ("DescribeSubnets", ""),
            ("DescribeTags", ""),
            ("DescribeVolumes", ""),
            ("DescribeVpcs", ""),
        ],
    },
    Endpoint {
        prefix: "sns",
        host: "sns",
        signing: "sns",
        wire: Wire::Query("2010-03-31"),
        plain: &[("ListTopics", ""), ("ListSubscriptions", "")],
    },
    Endpoint {
        prefix: "cloudformation",
        host: "cloudformation",
        signing: "cloudformation",
        wire: Wire::Query("2010-05-15"),
        plain: &[("ListStacks", ""), ("ListExports", "")],
    },
    Endpoint {
        prefix: "rds",
        host: "rds",
        signing: "rds",
        wire: Wire::Query("2014-10-31"),
        plain: &[
            ("DescribeDBClusters", "MaxRecords=20"),
            ("DescribeDBInstances", "MaxRecords=20"),
            ("DescribeDBSnapshots", "MaxRecords=20"),
        ],
    },
    Endpoint {
        prefix: "autoscaling",
        host: "autoscaling",
        signing: "autoscaling",
        wire: Wire::Query("2011-01-01"),
        plain: &[("DescribeAutoScalingGroups", "MaxRecords=1")],
    },
    Endpoint {
        prefix: "elasticloadbalancing",
        host: "elasticloadbalancing",
        signing: "elasticloadbalancing",
        wire: Wire::Query("2015-12-01"),
        plain: &[("DescribeLoadBalancers", ""), ("DescribeTargetGroups", "")],
    },
    Endpoint {
        prefix: "dynamodb",
        host: "dynamodb",
        signing: "dynamodb",
        wire: Wire::Json("1.0", "DynamoDB_20120810"),
        plain: &[("ListTables", "")],
    },
    Endpoint {
        prefix: "kms",
        host: "kms",
        signing: "kms",
        wire: Wire::Json("1.1", "TrentService"),
        plain: &[("ListAliases", ""), ("ListKeys", "")],
    },
    Endpoint {
        prefix: "secretsmanager",
        host: "secretsmanager",
        signing: "secretsmanager",
        wire: Wire::Json("1.1", "secretsmanager"),
        plain: &[("ListSecrets", "")],
    },
    Endpoint {
        prefix: "ssm",
        host: "ssm",
        signing: "ssm",
        wire: Wire::Json("1.1", "AmazonSSM"),
        plain: &[
            ("DescribeInstanceInformation", ""),
            ("DescribeParameters", ""),
            ("ListDocuments", ""),
        ],
    },
    Endpoint {
        prefix: "logs",
        host: "logs",
        signing: "logs",
        wire: Wire::Json("1.1", "Logs_20140328"),
        plain: &[("DescribeLogGroups", "")],
    },
    Endpoint {
        prefix: "cloudtrail",
        host: "cloudtrail",
        signing: "cloudtrail",
        wire: Wire::Json("1.1", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"),
        plain: &[("DescribeTrails", ""), ("ListTrails", ""), ("LookupEvents", "")],
    },
    Endpoint {
        prefix: "ecs",
        host: "ecs",
        signing: "ecs",
        wire: Wire::Json("1.1", "AmazonEC2ContainerServiceV20141113"),
        plain: &[("ListClusters", ""), ("ListTaskDefinitions", "")],
    },
    Endpoint {
        prefix: "ecr",
        host: "api.ecr",
        signing: "ecr",
        wire: Wire::Json("1.1", "AmazonEC2ContainerRegistry_V20150921"),
        plain: &[("DescribeRepositories", "")],
    },
    Endpoint {
        prefix: "states",
        host: "states",
        signing: "states",
        wire: Wire::Json("1.0", "AWSStepFunctions"),
        plain: &[("ListActivities", ""), ("ListStateMachines", "")],
    },
    Endpoint {
        prefix: "events",
        host: "events",
        signing: "events",
        wire: Wire::Json("1.1", "AWSEvents"),
        plain: &[("ListEventBuses", ""), ("ListRules", "")],
    },
    Endpoint {
        prefix: "sqs",
        host: "sqs",
        signing: "sqs",
        wire: Wire::Json("1.0", "AmazonSQS"),
        plain: &[("ListQueues", "")],
    },
    Endpoint {
        prefix: "lambda",
        host: "lambda",
        signing: "lambda",
        wire: Wire::Get("/2015-03-31/functions?MaxItems=1"),
        plain: &[("ListFunctions", "")],
    },
];

/// IAM's readings of one user, role, group or policy: the kind of resource, the parameter that names it, the operations.
pub(super) static OF_IAM: &[(&str, &str, &[&str])] = &[
    (
        "user",
        "UserName",
        &[
            "GetUser",
            "ListAccessKeys",
            "ListAttachedUserPolicies",
            "ListGroupsForUser",
            "ListMFADevices",
            "ListUserPolicies",
            "ListUserTags",
        ],
    ),
    (
        "role",
        "RoleName",
        &[
            "GetRole",
            "ListAttachedRolePolicies",
            "ListInstanceProfilesForRole",
            "ListRolePolicies",
            "ListRoleTags",
        ],
    ),
    (
        "group",
        "GroupName",
        &["GetGroup", "ListAttachedGroupPolicies", "ListGroupPolicies"],
    ),
    (
        "policy",
        "PolicyArn",
        &[
            "GetPolicy",
            "ListEntitiesForPolicy",
            "ListPolicyTags",
            "ListPolicyVersions",
        ],
    ),
];

/// EC2's actions on instances that a dry run shows: "Checks whether you have the required permissions for the operation,
/// without actually making the request" (EC2 API reference, `DryRun` of each).
pub(super) const DRY_RUNS: [&str; 4] = [
    "RebootInstances",
    "StartInstances",
    "StopInstances",
    "TerminateInstances",
];

/// S3's readings of a bucket: the action, and what stands behind the bucket's name.
pub(super) static OF_BUCKET: &[(&str, &str)] = &[
    ("GetBucketAcl", "?acl"),
    ("GetBucketCORS", "?cors"),
    ("GetBucketLocation", "?location"),
    ("GetBucketLogging", "?logging"),
    ("GetBucketNotification", "?notification"),
    ("GetBucketPolicy", "?policy"),
    ("GetBucketPublicAccessBlock", "?publicAccessBlock"),
    ("GetBucketTagging", "?tagging"),
    ("GetBucketVersioning", "?versioning"),
    ("GetBucketWebsite", "?website"),
    ("GetEncryptionConfiguration", "?encryption"),
    ("GetLifecycleConfiguration", "?lifecycle"),
    ("ListBucket", "?list-type=2&max-keys=1"),
    ("ListBucketMultipartUploads", "?uploads"),
    ("ListBucketVersions", "?versions&max-keys=1"),
];

/// S3's readings of an object: the action, and what stands behind its key.
pub(super) static OF_OBJECT: &[(&str, &str)] = &[
    ("GetObject", ""),
    ("GetObjectAcl", "?acl"),
    ("GetObjectTagging", "?tagging"),
];
