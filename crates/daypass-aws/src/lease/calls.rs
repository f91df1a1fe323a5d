//! One call of a lease, as the SDK makes it, and what its answer means.

use aws_sdk_iam::types::Tag;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::{Answer, Call, Found, LeasePlan, PATH};
use jiff::Timestamp;

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::error::{AwsError, CallFailure, failure};
use crate::repeat::Asker;

/// Makes the calls of one lease, and keeps what they bring.
pub(super) struct Caller<'a> {
    connection: &'a Connection,
    iam: aws_sdk_iam::Client,
    sts: aws_sdk_sts::Client,
    role_name: String,
    plan: Option<&'a LeasePlan>,
    credentials: Option<Credentials>,
    last_error: Option<AwsError>,
}

impl<'a> Caller<'a> {
    /// For a lease of our own.
    pub(super) fn new(connection: &'a Connection, plan: &'a LeasePlan) -> Self {
        Caller {
            plan: Some(plan),
            ..Self::for_role(connection, plan.name.as_str())
        }
    }

    /// For a role that was found, of which nothing but the name is known.
    pub(super) fn for_role(connection: &'a Connection, role_name: &str) -> Self {
        Caller {
            connection,
            iam: connection.iam(),
            sts: connection.sts(),
            role_name: role_name.to_owned(),
            plan: None,
            credentials: None,
            last_error: None,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.connection.clock().now()
    }

    /// What AWS said when a call failed last.
    pub(super) fn last_error(&self) -> Option<&AwsError> {
        self.last_error.as_ref()
    }

    /// The credentials that the last successful AssumeRole brought.
    pub(super) fn into_credentials(self) -> Option<Credentials> {
        self.credentials
    }

    /// Makes one call.
    pub(super) async fn make(&mut self, call: &Call) -> Answer {
        let started = self.now();
        match self.attempt(call).await {
            Ok(answer) => answer,
            Err(CallFailure { answer, error }) => {
                let took = self.now().duration_since(started).unsigned_abs();
                self.last_error = Some(self.connection.complete(error, took));
                answer
            }
        }
    }

    async fn attempt(&mut self, call: &Call) -> Result<Answer, CallFailure> {
        let iam = &self.iam;
        let role = self.role_name.as_str();
        let name = call.operation();
        match call {
            Call::CreateRole { trust } => return self.create_role(trust).await,
            Call::Assume { external_id } => return self.assume(external_id).await,
            Call::Identify => return self.identify().await,
            Call::List => return self.list().await,
            Call::PutPolicy {
                name: policy,
                document,
            } => {
                let put = iam
                    .put_role_policy()
                    .role_name(role)
                    .policy_name(*policy)
                    .policy_document(document);
                self.judge(name, put.send().await)?;
            }
            Call::Attach(arn) => {
                let attach = iam
                    .attach_role_policy()
                    .role_name(role)
                    .policy_arn(arn.to_string());
                self.judge(name, attach.send().await)?;
            }
            Call::OpenTrust { trust } => {
                let update = iam
                    .update_assume_role_policy()
                    .role_name(role)
                    .policy_document(trust);
                self.judge(name, update.send().await)?;
            }
            Call::Detach(arn) => {
                let detach = iam
                    .detach_role_policy()
                    .role_name(role)
                    .policy_arn(arn.to_string());
                self.judge(name, detach.send().await)?;
            }
            Call::DeletePolicy(policy) => {
                let delete = iam.delete_role_policy().role_name(role).policy_name(policy);
                self.judge(name, delete.send().await)?;
            }
            Call::DeleteRole => {
                self.judge(name, iam.delete_role().role_name(role).send().await)?;
            }
        }
        Ok(Answer::Done)
    }

    async fn create_role(&self, trust: &str) -> Result<Answer, CallFailure> {
        const OPERATION: &str = "CreateRole";
        let plan = self.plan()?;
        let tags = plan.tags.iter().map(|(key, value)| {
            Tag::builder()
                .key(key)
                .value(value)
                .build()
                .map_err(|error| unusable(OPERATION, &error.to_string()))
        });
        let create = self
            .iam
            .create_role()
            .path(PATH)
            .role_name(&self.role_name)
            .assume_role_policy_document(trust)
            .description("Temporary role made by daypass; it ends by itself (see tag daypass:expires-at)")
            .max_session_duration(plan.max_session)
            .set_permissions_boundary(plan.boundary.as_ref().map(ToString::to_string))
            .set_tags(Some(tags.collect::<Result<_, _>>()?));
        self.judge(OPERATION, create.send().await)?;
        Ok(Answer::Done)
    }

    async fn assume(&mut self, external_id: &str) -> Result<Answer, CallFailure> {
        const OPERATION: &str = "AssumeRole";
        let plan = self.plan()?;
        let assume = self
            .sts
            .assume_role()
            .role_arn(plan.role_arn.to_string())
            .role_session_name("daypass")
            .external_id(external_id)
            .duration_seconds(plan.session_seconds);
        let answer = self.judge(OPERATION, assume.send().await)?;
        let credentials = answer.credentials().map(Credentials::from_sts);
        self.credentials = Some(credentials.ok_or_else(|| unusable(OPERATION, "no credentials"))?);
        Ok(Answer::Done)
    }

    /// Looks through the new credentials themselves: they must be known, and of the account that they were made in.
    async fn identify(&self) -> Result<Answer, CallFailure> {
        const OPERATION: &str = "GetCallerIdentity";
        let plan = self.plan()?;
        let credentials = self
            .credentials
            .as_ref()
            .ok_or_else(|| unusable(OPERATION, "no credentials to ask with"))?;
        let sts = self.connection.with_credentials(credentials).sts();
        let answer = self.judge(OPERATION, sts.get_caller_identity().send().await)?;
        if answer.account() != Some(plan.account.as_str()) {
            return Err(unusable(
                OPERATION,
                "the new credentials belong to another account",
            ));
        }
        Ok(Answer::Done)
    }

    async fn list(&self) -> Result<Answer, CallFailure> {
        const OPERATION: &str = "ListAttachedRolePolicies";
        // Neither list can be longer than one page of 100: a role has at most 20 attached policies, and 10,240
        // characters of inline policies.
        let attached = self
            .iam
            .list_attached_role_policies()
            .role_name(&self.role_name)
            .send()
            .await;
        let attached = self.judge(OPERATION, attached)?;
        let inline = self
            .iam
            .list_role_policies()
            .role_name(&self.role_name)
            .send()
            .await;
        let inline = self.judge("ListRolePolicies", inline)?;
        let arns = attached
            .attached_policies()
            .iter()
            .filter_map(|policy| policy.policy_arn()?.parse().ok());
        Ok(Answer::Listed(Found {
            attached: arns.collect(),
            inline: inline.policy_names().to_vec(),
        }))
    }

    fn plan(&self) -> Result<&'a LeasePlan, CallFailure> {
        self.plan
            .ok_or_else(|| unusable("CreateRole", "a role that was only found is never made again"))
    }

    fn judge<T, E>(
        &self,
        operation: &'static str,
        result: Result<T, SdkError<E, Response>>,
    ) -> Result<T, CallFailure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        result.map_err(|error| failure(operation, &self.connection.endpoint_for_people(operation), &error))
    }
}

fn unusable(operation: &'static str, what: &str) -> CallFailure {
    CallFailure {
        answer: Answer::Refused,
        error: AwsError::Unusable {
            operation,
            what: what.to_owned(),
        },
    }
}
