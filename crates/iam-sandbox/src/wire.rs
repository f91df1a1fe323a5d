//! How requests and answers look on the wire: the query protocol of IAM, STS and EC2, S3's REST, and CloudTrail's
//! JSON.

pub(crate) mod answer;
pub(crate) mod checksum;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod foreign;
pub(crate) mod json;
pub(crate) mod params;
pub(crate) mod png;
pub(crate) mod s3;
pub(crate) mod signature;
pub(crate) mod xml;

use std::fmt;

/// A service that the sandbox has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    Iam,
    Sts,
    S3,
    Ec2,
    CloudTrail,
}

impl Service {
    /// All of them.
    pub(crate) const ALL: [Service; 5] = [
        Service::Iam,
        Service::Sts,
        Service::S3,
        Service::Ec2,
        Service::CloudTrail,
    ];

    /// By the name that the credential scope uses.
    pub(crate) fn from_scope(name: &str) -> Option<Service> {
        match name {
            "iam" => Some(Service::Iam),
            "sts" => Some(Service::Sts),
            "s3" => Some(Service::S3),
            "ec2" => Some(Service::Ec2),
            "cloudtrail" => Some(Service::CloudTrail),
            _ => None,
        }
    }

    /// The name in the credential scope, in ARNs and in actions.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Iam => "iam",
            Service::Sts => "sts",
            Service::S3 => "s3",
            Service::Ec2 => "ec2",
            Service::CloudTrail => "cloudtrail",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
