//! A lease without a role: a session of an existing role, narrowed by the document.

use aws_sdk_sts::types::PolicyDescriptorType;
use daypass_core::lease::{LeaseRequest, SessionPlan, session_name};
use iam_policy::Arn;

use super::progress::{OpenError, OpenFailure, Progress};
use super::{Kind, Lease, LeaseSettings, Stop, unless_stopped};
use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::entropy;
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
    stop: &Stop,
) -> Result<Lease, OpenError> {
    let plan =
        SessionPlan::new(request, role, caller, connection.clock().now()).map_err(OpenFailure::Request)?;
    watch(Progress::Calling { operation: OPERATION });
    let credentials = unless_stopped(stop, assume(connection, &plan)).await?;
    let assumed = connection.with_credentials(&credentials);
    let account = unless_stopped(stop, assumed.check_account(role)).await?.account;
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

pub(super) async fn assume(connection: &Connection, plan: &SessionPlan) -> Result<Credentials, AwsError> {
    let name = session_name(&connection.caller().await?.arn, entropy::number()?);
    let sts = connection.sts();
    let descriptor = |arn: &Arn| PolicyDescriptorType::builder().arn(arn.to_string()).build();
    let arns: Vec<_> = plan.managed_policies.iter().map(descriptor).collect();
    let call = || {
        sts.assume_role()
            .role_arn(plan.role.to_string())
            .role_session_name(&name)
            .policy(&plan.document)
            .set_policy_arns((!arns.is_empty()).then(|| arns.clone()))
            .duration_seconds(plan.session_seconds)
            .send()
    };
    let answer = repeat(connection, OPERATION, call).await?;
    answer
        .credentials()
        .map(Credentials::from_sts)
        .ok_or_else(|| AwsError::Unusable {
            operation: OPERATION,
            what: "no credentials".to_owned(),
        })
}
