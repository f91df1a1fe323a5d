//! The table of operations: each with the permission that it requires and the function that does it.
//! What is not in the table is refused by name.

pub(crate) mod call;
mod ec2;
pub(crate) mod iam;
mod s3;
mod sts;

use crate::authorization::Authorization;
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

/// The error for an operation that is not in the table.
pub(crate) fn unknown(service: Service, name: &str) -> ApiError {
    match service {
        Service::S3 => ApiError::new(
            501,
            "NotImplemented",
            format!("The sandbox has no S3 operation for this request: {name}"),
        ),
        Service::Iam | Service::Sts | Service::Ec2 => ApiError::new(
            400,
            "InvalidAction",
            format!(
                "The action {name} is not valid for this web service: the sandbox's {service} has no such operation"
            ),
        ),
    }
}

/// Every operation that there is.
fn all() -> impl Iterator<Item = &'static Operation> {
    iam::OPERATIONS
        .iter()
        .flat_map(|table| table.iter())
        .chain(sts::OPERATIONS)
        .chain(s3::OPERATIONS)
        .chain(ec2::OPERATIONS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The README's table is what users read; it must be this one.
    #[test]
    fn the_readme_lists_exactly_these_operations() {
        let readme = include_str!("../README.md");
        let rows = readme.lines().filter(|line| {
            ["| IAM ", "| STS |", "| S3 |", "| EC2 |"]
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
