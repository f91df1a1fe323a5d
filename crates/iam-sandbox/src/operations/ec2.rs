//! A little of EC2: regions, and instances as records with their states and tags.

mod checks;
mod describe;
mod filters;
mod ids;
mod paging;
mod regions;
mod run;
mod states;
mod tags;

use super::Operation;
use super::call::Call;
use crate::wire::Service::Ec2;
use crate::wire::error::ApiError;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Ec2,
        name: "DescribeRegions",
        authorize: checks::anything,
        run: regions::describe,
    },
    Operation {
        service: Ec2,
        name: "DescribeInstances",
        authorize: checks::anything,
        run: describe::instances,
    },
    Operation {
        service: Ec2,
        name: "DescribeTags",
        authorize: checks::anything,
        run: tags::describe,
    },
    Operation {
        service: Ec2,
        name: "RunInstances",
        authorize: checks::new_instances,
        run: run::run,
    },
    Operation {
        service: Ec2,
        name: "StartInstances",
        authorize: checks::instances,
        run: states::start,
    },
    Operation {
        service: Ec2,
        name: "StopInstances",
        authorize: checks::instances,
        run: states::stop,
    },
    Operation {
        service: Ec2,
        name: "TerminateInstances",
        authorize: checks::instances,
        run: states::terminate,
    },
    Operation {
        service: Ec2,
        name: "CreateTags",
        authorize: checks::tagged,
        run: tags::create,
    },
    Operation {
        service: Ec2,
        name: "DeleteTags",
        authorize: checks::tagged,
        run: tags::delete,
    },
];

/// With DryRun a permitted request ends here ("DescribeInstances", Amazon EC2 API Reference).
fn end_dry_run(call: &Call<'_>) -> Result<(), ApiError> {
    if call
        .param("DryRun")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    {
        return Err(ApiError::new(
            412,
            "DryRunOperation",
            "Request would have succeeded, but DryRun flag is set.",
        ));
    }
    Ok(())
}

fn invalid_value(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidParameterValue", message)
}

fn missing(parameter: &str) -> ApiError {
    ApiError::new(
        400,
        "MissingParameter",
        format!("The request must contain the parameter {parameter}"),
    )
}
