//! A denial in AWS's words ("Troubleshoot access denied error messages", IAM User Guide).

use iam_policy::{Decision, PolicyKind};

use super::{ALL_BUCKETS, Ruling, encoded};
use crate::operations::call::Call;
use crate::wire::Service;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

pub(super) fn denial(call: &Call<'_>, ruling: &Ruling) -> ApiError {
    if matches!(call.caller.kind, CallerKind::Anonymous) {
        return ApiError::access_denied("Access Denied");
    }
    let Ruling {
        action,
        resource,
        explanation,
        ..
    } = ruling;
    // S3 and EC2 leave the resource out where there is none in particular.
    let place = match (call.service, resource.as_str()) {
        (Service::S3, ALL_BUCKETS) | (Service::Ec2, "*") => String::new(),
        (Service::S3, resource) => format!(" on resource: \"{resource}\""),
        (_, resource) => format!(" on resource: {resource}"),
    };
    let mut reason = match explanation.decision {
        Decision::ExplicitDeny => {
            let kind = explanation.deciding.first().map(|statement| statement.kind);
            format!(
                " with an explicit deny in {}",
                article(kind.unwrap_or(PolicyKind::Identity))
            )
        }
        _ => format!(
            " because no {} allows the {action} action",
            missing(&explanation.blocked_by)
        ),
    };
    // STS does not say that it is the trust policy which lacks the permission.
    if explanation.decision != Decision::ExplicitDeny && explanation.blocked_by.contains(&PolicyKind::Trust) {
        reason.clear();
    }
    let sentence = format!(
        "User: {} is not authorized to perform: {action}{place}{reason}",
        call.caller.arn()
    );
    match call.service {
        Service::Ec2 => {
            // Only what is about a resource comes with the encoded message; Describe operations do not.
            let encoded = if resource == "*" {
                String::new()
            } else {
                format!(
                    ". Encoded authorization failure message: {}",
                    encoded::message(call, ruling)
                )
            };
            let text = format!("You are not authorized to perform this operation. {sentence}{encoded}");
            ApiError::new(403, "UnauthorizedOperation", text)
        }
        _ => ApiError::access_denied(sentence),
    }
}

/// One kind of policy is named, even where several did not allow: the identity-based ones first.
fn missing(blocked_by: &[PolicyKind]) -> &'static str {
    const ORDER: [(PolicyKind, &str); 7] = [
        (PolicyKind::Identity, "identity-based policy"),
        (PolicyKind::Scp, "service control policy"),
        (PolicyKind::Rcp, "resource control policy"),
        (PolicyKind::Endpoint, "VPC endpoint policy"),
        (PolicyKind::Resource, "resource-based policy"),
        (PolicyKind::Session, "session policy"),
        (PolicyKind::Boundary, "permissions boundary"),
    ];
    ORDER
        .iter()
        .find(|(kind, _)| blocked_by.contains(kind))
        .map_or("identity-based policy", |(_, words)| words)
}

fn article(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "an identity-based policy",
        PolicyKind::Resource | PolicyKind::Trust => "a resource-based policy",
        PolicyKind::Boundary => "a permissions boundary",
        PolicyKind::Session => "a session policy",
        PolicyKind::Scp => "a service control policy",
        PolicyKind::Rcp => "a resource control policy",
        PolicyKind::Endpoint => "a VPC endpoint policy",
    }
}
