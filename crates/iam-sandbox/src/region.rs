//! The regions of AWS's standard partition ("AWS Regions", AWS Account Management Reference Guide).

/// Regions that an account has without opting in.
pub(crate) const ENABLED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Regions that an account opts in to.
pub(crate) const OPT_IN: [&str; 17] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// Whether the region is older than 2014-01-30: S3 takes Signature Version 2 there, and in no younger one
/// ("Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference).
pub(crate) fn takes_version_2(name: &str) -> bool {
    const OLD: [&str; 8] = [
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-west-1",
        "us-west-2",
    ];
    OLD.contains(&name)
}

/// Whether there is a region of this name, opted in to or not.
pub(crate) fn is_region(name: &str) -> bool {
    ENABLED.contains(&name) || OPT_IN.contains(&name)
}
