//! The table of operations: each with the permission that it requires and the function that does it.
//! What is not in the table is refused by name.

pub(crate) mod call;
mod cloudtrail;
mod ec2;
pub(crate) mod iam;
mod s3;
mod sts;

pub(crate) use s3::{bucket_policy_text, is_bucket_name};

use crate::authorization::Authorization;
use crate::models::Model;
use crate::wire::Service;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use call::Call;

/// One operation. There is no default for `authorize`: an operation without a declaration does not compile.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) service: Service,
    pub(crate) name: &'static str,
    /// What the caller must be allowed to do. Errors here are those that AWS finds before it decides.
    pub(crate) authorize: fn(&Call<'_>) -> Result<Authorization, ApiError>,
    /// Does it. Nothing may have been changed when this fails.
    pub(crate) run: fn(&mut Call<'_>) -> Result<Answer, ApiError>,
}

/// The operation of this name.
pub(crate) fn find(service: Service, name: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.service == service && operation.name == name)
}

/// The error for an operation that is not in the table; AWS's own where AWS has none of that name either.
pub(crate) fn unknown(service: Service, name: &str, version: Option<&str>) -> ApiError {
    match service {
        Service::S3 => ApiError::new(
            501,
            "NotImplemented",
            format!("The sandbox has no S3 operation for this request: {name}"),
        ),
        Service::CloudTrail if name.is_empty() => ApiError::new(
            404,
            "UnknownOperationException",
            "The header X-Amz-Target names no operation of CloudTrail.",
        ),
        Service::CloudTrail => ApiError::new(
            404,
            "UnknownOperationException",
            format!("The sandbox's CloudTrail has no operation {name}: it has LookupEvents"),
        ),
        Service::Iam | Service::Sts | Service::Ec2 if name.is_empty() => ApiError::new(
            400,
            "MissingAction",
            "The request is missing an action or operation parameter.",
        ),
        Service::Iam | Service::Sts if Model::of(service).operation(name).is_none() => {
            no_such_version(service, name, version)
        }
        Service::Iam | Service::Sts | Service::Ec2 => ApiError::new(
            400,
            "InvalidAction",
            format!(
                "The action {name} is not valid for this web service: the sandbox's {service} has no such operation"
            ),
        ),
    }
}

/// Is the API's version one in which the operation exists? AWS ignores what it does not know, but not this.
pub(crate) fn check_version(service: Service, name: &str, version: Option<&str>) -> Result<(), ApiError> {
    let known = Model::of(service).version;
    let is_known = match service {
        // JSON names the version with the operation.
        Service::S3 | Service::CloudTrail => true,
        Service::Iam | Service::Sts => version == Some(known),
        // EC2 keeps its old versions.
        Service::Ec2 => version.is_some_and(|version| {
            version.parse::<jiff::civil::Date>().is_ok() && version.len() == 10 && version <= known
        }),
    };
    if is_known {
        Ok(())
    } else {
        Err(no_such_version(service, name, version))
    }
}

fn no_such_version(service: Service, name: &str, version: Option<&str>) -> ApiError {
    let version = version.unwrap_or("NO_VERSION_SPECIFIED");
    let message = match service {
        Service::Ec2 => format!("The action {name} is not valid for version {version} of this web service."),
        _ => format!("Could not find operation {name} for version {version}"),
    };
    ApiError::new(400, "InvalidAction", message)
}

/// Every operation that there is.
fn all() -> impl Iterator<Item = &'static Operation> {
    iam::OPERATIONS
        .iter()
        .flat_map(|table| table.iter())
        .chain(sts::OPERATIONS)
        .chain(s3::OPERATIONS)
        .chain(ec2::OPERATIONS)
        .chain(cloudtrail::OPERATIONS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn awss_models_know_every_operation() {
        for operation in all() {
            assert!(
                Model::of(operation.service).operation(operation.name).is_some(),
                "{} {}: name it in xtask/python/sandbox_models.py, then `cargo xtask sandbox-models`",
                operation.service,
                operation.name
            );
        }
    }

    /// The README's table is what users read; it must be this one.
    #[test]
    fn the_readme_lists_exactly_these_operations() {
        let readme = include_str!("../README.md");
        let rows = readme.lines().filter(|line| {
            ["| IAM ", "| STS |", "| S3 |", "| EC2 |", "| CloudTrail |"]
                .iter()
                .any(|start| line.starts_with(start))
        });
        let listed: BTreeSet<(Service, &str)> = rows
            .flat_map(|row| {
                let cells: Vec<&str> = row.split('|').map(str::trim).collect();
                let service = match cells[1].split(' ').next() {
                    Some("IAM") => Service::Iam,
                    Some("STS") => Service::Sts,
                    Some("S3") => Service::S3,
                    Some("CloudTrail") => Service::CloudTrail,
                    _ => Service::Ec2,
                };
                cells[2]
                    .split(", ")
                    .map(move |name| (service, name))
                    .collect::<Vec<_>>()
            })
            .collect();
        let table: BTreeSet<(Service, &str)> = all()
            .map(|operation| (operation.service, operation.name))
            .collect();
        assert_eq!(listed, table);
        assert_eq!(all().count(), table.len(), "no name is there twice");
    }
}
