//! A denial in AWS's words ("Troubleshoot access denied error messages", IAM User Guide).

use iam_policy::{Decision, PolicyKind};

use super::{ALL_BUCKETS, Ruling, encoded};
use crate::operations::call::Call;
use crate::wire::Service;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

pub(super) fn denial(call: &Call<'_>, ruling: &Ruling) -> ApiError {
    // Whoever has only a token has no name yet.
    if call.operation == "AssumeRoleWithWebIdentity" {
        return ApiError::access_denied(format!("Not authorized to perform {}", ruling.action));
    }
    if matches!(call.caller.kind, CallerKind::Anonymous) {
        return ApiError::access_denied("Access Denied");
    }
    let Ruling {
        action,
        resource,
        explanation,
        ..
    } = ruling;
    // All but IAM and STS leave the resource out where there is none in particular.
    let place = match (call.service, resource.as_str()) {
        (Service::S3, ALL_BUCKETS) | (Service::Ec2 | Service::CloudTrail, "*") => String::new(),
        (Service::S3, resource) => format!(" on resource: \"{resource}\""),
        // A policy that is to be made has no ARN yet, in AWS's eyes.
        (Service::Iam, resource) if call.operation == "CreatePolicy" => {
            format!(
                " on resource: policy {}",
                resource.rsplit('/').next().unwrap_or_default()
            )
        }
        (_, resource) => format!(" on resource: {resource}"),
    };
    let kind = match explanation.decision {
        Decision::ExplicitDeny => explanation.deciding.first().map(|statement| statement.kind),
        _ => ORDER
            .into_iter()
            .find(|kind| explanation.blocked_by.contains(kind)),
    };
    let sentence = sentence(
        &call.caller.arn(),
        action,
        &place,
        kind.unwrap_or(PolicyKind::Identity),
        explanation.decision,
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
        Service::CloudTrail => ApiError::new(400, "AccessDeniedException", sentence),
        Service::Iam | Service::Sts | Service::S3 => ApiError::access_denied(sentence),
    }
}

/// One kind of policy is named, even where several did not allow: "If multiple policy types deny an authorization
/// request, AWS includes only one of those policy types in the error message".
const ORDER: [PolicyKind; 8] = [
    PolicyKind::Identity,
    PolicyKind::Trust,
    PolicyKind::Scp,
    PolicyKind::Rcp,
    PolicyKind::Endpoint,
    PolicyKind::Resource,
    PolicyKind::Session,
    PolicyKind::Boundary,
];

/// `place` is empty, or ` on resource: ...`.
fn sentence(user: &str, action: &str, place: &str, kind: PolicyKind, decision: Decision) -> String {
    let (missing, denying) = match kind {
        PolicyKind::Identity => ("identity-based policy", "an identity-based policy"),
        PolicyKind::Resource => ("resource-based policy", "a resource-based policy"),
        PolicyKind::Trust => ("role trust policy", "the role trust policy"),
        PolicyKind::Boundary => ("permissions boundary", "a permissions boundary"),
        PolicyKind::Session => ("session policy", "a session policy"),
        PolicyKind::Scp => ("service control policy", "a service control policy"),
        PolicyKind::Rcp => ("resource control policy", "a resource control policy"),
        PolicyKind::Endpoint => ("VPC endpoint policy", "a VPC endpoint policy"),
    };
    let reason = if decision == Decision::ExplicitDeny {
        format!("with an explicit deny in {denying}")
    } else {
        format!("because no {missing} allows the {action} action")
    };
    format!("User: {user} is not authorized to perform: {action}{place} {reason}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Troubleshoot access denied error messages: Access denied error message examples", IAM User Guide. Of a session
    /// policy's explicit denial the page's example says "a sessions policy", against its own rule for the form ("with
    /// an explicit deny in a `type` policy"), which is what AWS sends. No example is there of a resource control policy
    /// that does not allow: every organization has one that does.
    #[test]
    #[expect(clippy::too_many_lines, reason = "the page's examples, one after the other")]
    fn each_kind_of_denial_is_in_awss_words() {
        let john = "arn:aws:iam::123456789012:user/John";
        let groups = " on resource: arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*";
        let secrets = " on resource: arn:aws:secretsmanager:us-east-1:123456789012:secret:*";
        let (list, deployments) = ("codecommit:ListRepositories", "codedeploy:ListDeployments");
        let secret = "secretsmanager:GetSecretValue";
        let models = "sagemaker:ListModels";
        let assume = "sts:AssumeRole";
        let (implicit, explicit) = (Decision::ImplicitDeny, Decision::ExplicitDeny);
        for (action, place, kind, decision, end) in [
            (
                list,
                "",
                PolicyKind::Scp,
                implicit,
                "codecommit:ListRepositories because no service control policy allows the \
                 codecommit:ListRepositories action",
            ),
            (
                list,
                "",
                PolicyKind::Scp,
                explicit,
                "codecommit:ListRepositories with an explicit deny in a service control policy",
            ),
            (
                secret,
                secrets,
                PolicyKind::Rcp,
                explicit,
                "secretsmanager:GetSecretValue on resource: \
                 arn:aws:secretsmanager:us-east-1:123456789012:secret:* with an explicit deny in a resource control \
                 policy",
            ),
            (
                secret,
                "",
                PolicyKind::Rcp,
                implicit,
                "secretsmanager:GetSecretValue because no resource control policy allows the \
                 secretsmanager:GetSecretValue action",
            ),
            (
                list,
                "",
                PolicyKind::Endpoint,
                implicit,
                "codecommit:ListRepositories because no VPC endpoint policy allows the codecommit:ListRepositories \
                 action",
            ),
            (
                deployments,
                groups,
                PolicyKind::Endpoint,
                explicit,
                "codedeploy:ListDeployments on resource: \
                 arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* with an explicit deny in a VPC endpoint \
                 policy",
            ),
            (
                deployments,
                groups,
                PolicyKind::Boundary,
                implicit,
                "codedeploy:ListDeployments on resource: \
                 arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* because no permissions boundary allows \
                 the codedeploy:ListDeployments action",
            ),
            (
                models,
                "",
                PolicyKind::Boundary,
                explicit,
                "sagemaker:ListModels with an explicit deny in a permissions boundary",
            ),
            (
                list,
                "",
                PolicyKind::Session,
                implicit,
                "codecommit:ListRepositories because no session policy allows the codecommit:ListRepositories action",
            ),
            (
                deployments,
                groups,
                PolicyKind::Session,
                explicit,
                "codedeploy:ListDeployments on resource: \
                 arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* with an explicit deny in a session policy",
            ),
            (
                secret,
                "",
                PolicyKind::Resource,
                implicit,
                "secretsmanager:GetSecretValue because no resource-based policy allows the \
                 secretsmanager:GetSecretValue action",
            ),
            (
                secret,
                secrets,
                PolicyKind::Resource,
                explicit,
                "secretsmanager:GetSecretValue on resource: \
                 arn:aws:secretsmanager:us-east-1:123456789012:secret:* with an explicit deny in a resource-based \
                 policy",
            ),
            (
                assume,
                "",
                PolicyKind::Trust,
                implicit,
                "sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
            ),
            (
                assume,
                "",
                PolicyKind::Trust,
                explicit,
                "sts:AssumeRole with an explicit deny in the role trust policy",
            ),
            (
                list,
                "",
                PolicyKind::Identity,
                implicit,
                "codecommit:ListRepositories because no identity-based policy allows the codecommit:ListRepositories \
                 action",
            ),
            (
                deployments,
                groups,
                PolicyKind::Identity,
                explicit,
                "codedeploy:ListDeployments on resource: \
                 arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:* with an explicit deny in an \
                 identity-based policy",
            ),
        ] {
            assert_eq!(
                sentence(john, action, place, kind, decision),
                format!("User: arn:aws:iam::123456789012:user/John is not authorized to perform: {end}")
            );
        }
    }
}
