//! A lease without a role: a session of an existing role, narrowed by the document.

use daypass_core::lease::{LeaseRequest, SessionPlan};
use iam_policy::Arn;

use super::progress::{OpenError, OpenFailure, Progress};
use super::{Kind, Lease, LeaseSettings};
use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::error::AwsError;
use crate::repeat::repeat;

const OPERATION: &str = "AssumeRole";

pub(super) async fn open(
    connection: &Connection,
    request: &LeaseRequest,
    role: &Arn,
    caller: &Arn,
    settings: &LeaseSettings,
    watch: &mut (dyn FnMut(Progress) + Send),
) -> Result<Lease, OpenError> {
    let plan =
        SessionPlan::new(request, role, caller, connection.clock().now()).map_err(OpenFailure::Request)?;
    watch(Progress::Calling { operation: OPERATION });
    let credentials = assume(connection, &plan).await?;
    let assumed = connection.with_credentials(&credentials);
    let account = assumed
        .check_account(role)
        .await
        .map_err(OpenFailure::Aws)?
        .account;
    watch(Progress::Ready);
    Ok(Lease {
        credentials,
        deadline: plan.deadline,
        account,
        settings: *settings,
        connection: connection.clone(),
        kind: Kind::Session { plan: Box::new(plan) },
    })
}

pub(super) async fn assume(connection: &Connection, plan: &SessionPlan) -> Result<Credentials, OpenFailure> {
    let sts = connection.sts();
    let arns: Vec<_> = plan
        .managed_policies
        .iter()
        .map(|arn| {
            aws_sdk_sts::types::PolicyDescriptorType::builder()
                .arn(arn.to_string())
                .build()
        })
        .collect();
    let call = || {
        sts.assume_role()
            .role_arn(plan.role.to_string())
            .role_session_name("daypass")
            .policy(&plan.document)
            .set_policy_arns((!arns.is_empty()).then(|| arns.clone()))
            .duration_seconds(plan.session_seconds)
            .send()
    };
    let answer = repeat(connection, OPERATION, call)
        .await
        .map_err(OpenFailure::Aws)?;
    answer.credentials().map(Credentials::from_sts).ok_or_else(|| {
        OpenFailure::Aws(AwsError::Unusable {
            operation: OPERATION,
            what: "no credentials".to_owned(),
        })
    })
}
