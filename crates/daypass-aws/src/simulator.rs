//! AWS's policy simulator: `SimulateCustomPolicy` and `SimulatePrincipalPolicy` (IAM API Reference).

use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, OrderedOrganizationPolicyType,
    PolicyEvaluationDecisionType,
};
use iam_catalog::ValueType;
use iam_policy::{AccountId, Arn, Decision};

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// What the simulator is asked: every action on every resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulatorQuestion {
    /// The user or role whose own policies are looked at, beside those given; `None`: only those given.
    pub source: Option<Arn>,
    /// The user who asks, where that matters.
    pub caller: Option<Arn>,
    /// Identity policies, as JSON.
    pub identity: Vec<String>,
    /// Permissions boundaries, as JSON.
    pub boundary: Vec<String>,
    /// The policy of the resources, as JSON.
    pub resource_policy: Option<String>,
    /// Service control policies, as JSON, level by level from the root. Not for a `source`: those of its account are in
    /// force.
    pub organization: Vec<Vec<String>>,
    /// Such as `s3:GetObject`.
    pub actions: Vec<String>,
    /// ARNs, or `*`.
    pub resources: Vec<String>,
    /// Whose the resources are.
    pub resource_owner: Option<AccountId>,
    /// The request context.
    pub context: Vec<SimulatorContext>,
}

/// A condition key and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatorContext {
    /// Such as `aws:SourceIp`.
    pub key: String,
    /// Its values, as on the wire.
    pub values: Vec<String>,
}

/// What AWS says about one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The decision.
    pub decision: Decision,
    /// Keys that the policies look at and that the question did not have.
    pub missing_keys: Vec<String>,
}

impl SimulatorQuestion {
    /// The operation that answers it.
    pub fn operation(&self) -> &'static str {
        match self.source {
            Some(_) => "SimulatePrincipalPolicy",
            None => "SimulateCustomPolicy",
        }
    }

    fn entries(&self) -> Vec<ContextEntry> {
        let entries = self.context.iter().map(|entry| {
            ContextEntry::builder()
                .context_key_name(&entry.key)
                .context_key_type(type_of(&entry.key, entry.values.len()))
                .set_context_key_values(Some(entry.values.clone()))
                .build()
        });
        entries.collect()
    }

    fn levels(&self) -> Option<Vec<OrderedOrganizationPolicyType>> {
        let levels = self.organization.iter().map(|policies| {
            OrderedOrganizationPolicyType::builder()
                .set_service_control_policy_input_list(Some(policies.clone()))
                .build()
        });
        (!self.organization.is_empty()).then(|| levels.collect())
    }
}

/// The type of a key, by what AWS's reference says of it; a string where nothing is known.
fn type_of(key: &str, values: usize) -> ContextKeyTypeEnum {
    let is_list = values != 1;
    match iam_catalog::condition_key(key).map(|key| key.value_type) {
        Some(ValueType::Bool) if is_list => ContextKeyTypeEnum::BooleanList,
        Some(ValueType::Bool) => ContextKeyTypeEnum::Boolean,
        Some(ValueType::Numeric) if is_list => ContextKeyTypeEnum::NumericList,
        Some(ValueType::Numeric) => ContextKeyTypeEnum::Numeric,
        Some(ValueType::Date) if is_list => ContextKeyTypeEnum::DateList,
        Some(ValueType::Date) => ContextKeyTypeEnum::Date,
        Some(ValueType::IpAddress) if is_list => ContextKeyTypeEnum::IpList,
        Some(ValueType::IpAddress) => ContextKeyTypeEnum::Ip,
        _ if is_list => ContextKeyTypeEnum::StringList,
        _ => ContextKeyTypeEnum::String,
    }
}

impl Connection {
    /// Asks the simulator. It decides nothing in the account and changes nothing.
    pub async fn simulate(&self, question: &SimulatorQuestion) -> Result<Vec<Simulated>, AwsError> {
        let iam = self.iam();
        let mut answers: Vec<Simulated> = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let (results, next) = match &question.source {
                None => {
                    let page = repeat(self, "SimulateCustomPolicy", || {
                        iam.simulate_custom_policy()
                            .set_policy_input_list(Some(question.identity.clone()))
                            .set_permissions_boundary_policy_input_list(some(&question.boundary))
                            .set_ordered_organization_policy_input_list(question.levels())
                            .set_action_names(Some(question.actions.clone()))
                            .set_resource_arns(Some(question.resources.clone()))
                            .set_resource_policy(question.resource_policy.clone())
                            .set_resource_owner(question.resource_owner.as_ref().map(owner))
                            .set_caller_arn(question.caller.as_ref().map(ToString::to_string))
                            .set_context_entries(Some(question.entries()))
                            .set_marker(marker.clone())
                            .send()
                    })
                    .await?;
                    (page.evaluation_results, page.marker.filter(|_| page.is_truncated))
                }
                Some(source) => {
                    let page = repeat(self, "SimulatePrincipalPolicy", || {
                        iam.simulate_principal_policy()
                            .policy_source_arn(source.as_str())
                            .set_policy_input_list(some(&question.identity))
                            .set_permissions_boundary_policy_input_list(some(&question.boundary))
                            .set_action_names(Some(question.actions.clone()))
                            .set_resource_arns(Some(question.resources.clone()))
                            .set_resource_policy(question.resource_policy.clone())
                            .set_resource_owner(question.resource_owner.as_ref().map(owner))
                            .set_caller_arn(question.caller.as_ref().map(ToString::to_string))
                            .set_context_entries(Some(question.entries()))
                            .set_marker(marker.clone())
                            .send()
                    })
                    .await?;
                    (page.evaluation_results, page.marker.filter(|_| page.is_truncated))
                }
            };
            for result in results.unwrap_or_default() {
                add(&mut answers, &result, question.operation())?;
            }
            marker = next;
            if marker.is_none() {
                return Ok(answers);
            }
        }
    }
}

fn some(texts: &[String]) -> Option<Vec<String>> {
    (!texts.is_empty()).then(|| texts.to_vec())
}

/// `ResourceOwner` is "specified as an ARN, such as arn:aws:iam::123456789012:root".
fn owner(account: &AccountId) -> String {
    Arn::account_root(account).to_string()
}

/// With resources named, each has its own result below that of the action.
fn add(
    answers: &mut Vec<Simulated>,
    result: &EvaluationResult,
    operation: &'static str,
) -> Result<(), AwsError> {
    let action = result.eval_action_name();
    let specific = result.resource_specific_results();
    if specific.is_empty() {
        answers.push(Simulated {
            action: action.to_owned(),
            resource: result.eval_resource_name().unwrap_or("*").to_owned(),
            decision: decision(&result.eval_decision, operation)?,
            missing_keys: result.missing_context_values().to_vec(),
        });
    }
    for resource in specific {
        answers.push(Simulated {
            action: action.to_owned(),
            resource: resource.eval_resource_name().to_owned(),
            decision: decision(&resource.eval_resource_decision, operation)?,
            missing_keys: resource.missing_context_values().to_vec(),
        });
    }
    Ok(())
}

fn decision(decision: &PolicyEvaluationDecisionType, operation: &'static str) -> Result<Decision, AwsError> {
    match decision {
        PolicyEvaluationDecisionType::Allowed => Ok(Decision::Allow),
        PolicyEvaluationDecisionType::ExplicitDeny => Ok(Decision::ExplicitDeny),
        PolicyEvaluationDecisionType::ImplicitDeny => Ok(Decision::ImplicitDeny),
        other => Err(AwsError::Unusable {
            operation,
            what: format!("the decision is {other:?}"),
        }),
    }
}
