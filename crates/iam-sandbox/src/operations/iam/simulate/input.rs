//! What a simulation is asked about: policies and where they come from, who asks, for what, in which context.

use std::sync::Arc;

use iam_policy::{AccountId, Arn, Context, Document, Level, PolicySet, Principal, Source};

use crate::operations::call::Call;
use crate::operations::iam::policy_text;
use crate::operations::iam::subject::{Held, Subject, managed_text};
use crate::wire::error::ApiError;
use crate::world::entity::arn;
use crate::world::organization::ControlKind;

/// What a policy is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Identity,
    Boundary,
    Resource,
    /// A service control policy of this level.
    Scp(usize),
}

/// One policy.
pub(super) struct Given {
    pub(super) place: Place,
    /// What the answer calls it, such as `PolicyInputList.1`.
    pub(super) id: String,
    /// `user`, `group`, `role`, `aws-managed`, `user-managed`, `resource` or `none` ("Statement", IAM API Reference).
    pub(super) source: &'static str,
    pub(super) document: Arc<Document>,
    pub(super) text: Arc<str>,
}

/// Who asks.
pub(super) enum Caller {
    Known(Principal),
    /// Somebody of the caller's account.
    Anybody,
}

impl Caller {
    pub(super) fn principal(&self, call: &Call<'_>) -> Principal {
        match self {
            Caller::Known(principal) => principal.clone(),
            Caller::Anybody => {
                let text = arn(call.account_id(), "user", "/", "simulated");
                text.parse()
                    .map_or(Principal::Anonymous, |arn| Principal::User { arn })
            }
        }
    }
}

fn read(text: &str, place: Place, id: String, source: &'static str) -> Result<Given, ApiError> {
    let policy = match place {
        Place::Resource => policy_text::any(text),
        _ => policy_text::inline(text),
    };
    let policy = policy.map_err(|error| ApiError::invalid_input(format!("{id}: {}", error.message)))?;
    Ok(Given {
        place,
        id,
        source,
        document: policy.document,
        text: text.into(),
    })
}

/// The policies that the request brings.
pub(super) fn policies(call: &Call<'_>) -> Result<Vec<Given>, ApiError> {
    let mut given = Vec::new();
    for (list, place) in [
        ("PolicyInputList", Place::Identity),
        ("PermissionsBoundaryPolicyInputList", Place::Boundary),
    ] {
        for (number, text) in call.input.params.list(list).into_iter().enumerate() {
            given.push(read(text, place, format!("{list}.{}", number + 1), "none")?);
        }
    }
    let levels = call.input.params.members("OrderedOrganizationPolicyInputList");
    for (level, member) in levels.iter().enumerate() {
        let list = format!("{member}.ServiceControlPolicyInputList");
        for (number, text) in call.input.params.list(&list).into_iter().enumerate() {
            let id = format!(
                "OrderedOrganizationPolicyInputList.{}.ServiceControlPolicyInputList.{}",
                level + 1,
                number + 1
            );
            given.push(read(text, Place::Scp(level), id, "none")?);
        }
    }
    if let Some(text) = call.param("ResourcePolicy") {
        given.push(read(
            text,
            Place::Resource,
            "ResourcePolicy".to_owned(),
            "resource",
        )?);
    }
    Ok(given)
}

/// The policies that the principal holds, but for those that the request leaves out.
pub(super) fn held(call: &Call<'_>, subject: &Subject) -> Result<Vec<Given>, ApiError> {
    let held = subject.policies(call)?;
    let held = held.into_iter().filter(|held| !is_left_out(call, held));
    Ok(held.map(|held| given(held, Place::Identity)).collect())
}

fn given(held: Held, place: Place) -> Given {
    let (id, source) = match &held.arn {
        Some(arn) if arn.starts_with("arn:aws:iam::aws:") => (held.name, "aws-managed"),
        Some(_) => (held.name, "user-managed"),
        None => (
            format!("{}_{}_{}", held.holder, held.holder_name, held.name),
            held.holder,
        ),
    };
    Given {
        place,
        id,
        source,
        document: held.document,
        text: held.text,
    }
}

/// An entry of `PolicyExclusionList` names a policy by its ARN, an inline one by its name and holder, or all of one
/// kind.
fn is_left_out(call: &Call<'_>, held: &Held) -> bool {
    let entries = call.input.params.members("PolicyExclusionList");
    entries.iter().any(|entry| {
        let param = |name: &str| call.param(&format!("{entry}.{name}"));
        let inline = |name: &str| param(&format!("InlinePolicyIdentifier.{name}"));
        let is_kind = |kind: &str| match kind {
            "inline" => held.arn.is_none(),
            "aws-managed" => held
                .arn
                .as_ref()
                .is_some_and(|arn| arn.starts_with("arn:aws:iam::aws:")),
            "user-managed" => held
                .arn
                .as_ref()
                .is_some_and(|arn| !arn.starts_with("arn:aws:iam::aws:")),
            _ => false,
        };
        if let Some(arn) = param("PolicyArn") {
            return held.arn.as_deref() == Some(arn);
        }
        if let Some(name) = inline("PolicyName") {
            return held.arn.is_none()
                && held.name == name
                && inline("AttachmentType") == Some(held.holder)
                && inline("AttachmentName") == Some(held.holder_name.as_str());
        }
        param("PolicyType").is_some_and(is_kind)
    })
}

/// The principal's permissions boundary, unless the request leaves it out.
pub(super) fn own_boundary(call: &Call<'_>, subject: &Subject) -> Result<Option<Given>, ApiError> {
    let is_left_out = is_kind_left_out(call, "permission-boundary");
    let Some(arn) = subject.boundary().filter(|_| !is_left_out) else {
        return Ok(None);
    };
    let Some((name, (document, text))) = managed_text(call, arn)? else {
        return Ok(None);
    };
    let held = Held {
        name,
        arn: Some(arn.to_owned()),
        holder: "",
        holder_name: String::new(),
        document,
        text,
    };
    Ok(Some(given(held, Place::Boundary)))
}

/// `CallerArn`, or else the principal whose policies are looked at. A group is nobody in particular.
pub(super) fn caller(call: &Call<'_>, subject: Option<&Subject>) -> Result<Caller, ApiError> {
    if let Some(text) = call.param("CallerArn") {
        let arn: Option<Arn> = text.parse().ok();
        let user = arn.filter(|arn| arn.is_iam("user"));
        return user
            .map(|arn| Caller::Known(Principal::User { arn }))
            .ok_or_else(|| {
                ApiError::invalid_input(format!("CallerArn {text} is not the ARN of an IAM user."))
            });
    }
    let has_resource_policy = call.param("ResourcePolicy").is_some();
    let own: Option<Arn> = subject.and_then(|subject| subject.arn(call).parse().ok());
    match (subject, own) {
        (Some(Subject::User(_)), Some(arn)) => Ok(Caller::Known(Principal::User { arn })),
        // "CallerArn is required if you include a ResourcePolicy and the PolicySourceArn is not the ARN for an IAM
        // user" ("SimulatePrincipalPolicy", IAM API Reference).
        _ if has_resource_policy => Err(ApiError::invalid_input(
            "CallerArn is required where a ResourcePolicy is given without the ARN of an IAM user as source.",
        )),
        (Some(Subject::Role(_)), Some(arn)) => {
            Ok(Principal::session_of(&arn, "simulated").map_or(Caller::Anybody, Caller::Known))
        }
        _ => Ok(Caller::Anybody),
    }
}

/// All policies, each under the number that it has among the given ones.
pub(super) fn policy_set(call: &Call<'_>, given: &[Given]) -> Result<PolicySet, ApiError> {
    let of = |place: Place| -> Vec<Source> {
        let numbered = given.iter().enumerate();
        numbered
            .filter(|(_, given)| given.place == place)
            .map(|(number, given)| Source::new(number.to_string(), given.document.clone()))
            .collect()
    };
    let some = |sources: Vec<Source>| (!sources.is_empty()).then_some(sources);
    let levels = call
        .input
        .params
        .members("OrderedOrganizationPolicyInputList")
        .len();
    let levels: Vec<Level> = (0..levels)
        .map(|level| Level {
            name: format!("level {}", level + 1),
            policies: of(Place::Scp(level)),
        })
        .collect();
    if levels.len() > MOST_LEVELS {
        return Err(ApiError::invalid_input(format!(
            "An organization has no more than {MOST_LEVELS} levels above an account."
        )));
    }
    Ok(PolicySet {
        identity: of(Place::Identity),
        resource: of(Place::Resource).pop(),
        boundary: some(of(Place::Boundary)),
        scp: (!levels.is_empty()).then_some(levels),
        ..PolicySet::default()
    })
}

/// The service control policies in force for the account, unless the request leaves them out. What is theirs is not
/// shown among the statements, only what they come to.
pub(super) fn own_controls(call: &Call<'_>) -> Option<Vec<Level>> {
    if is_kind_left_out(call, "scp") {
        return None;
    }
    let organization = call.world.organization.as_ref()?;
    let mut levels = organization.levels(call.account_id(), ControlKind::Scp)?;
    for source in levels.iter_mut().flat_map(|level| &mut level.policies) {
        source.name.insert_str(0, "service control policy ");
    }
    Some(levels)
}

fn is_kind_left_out(call: &Call<'_>, kind: &str) -> bool {
    let entries = call.input.params.members("PolicyExclusionList");
    entries
        .iter()
        .any(|entry| call.param(&format!("{entry}.PolicyType")) == Some(kind))
}

/// The root, five levels of units, and the account ("Quotas for AWS Organizations", AWS Organizations User Guide).
const MOST_LEVELS: usize = 7;

pub(super) fn actions(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    let actions = call.input.params.list("ActionNames");
    let wrong = actions.iter().find(|action| {
        let parts = action.split_once(':');
        parts.is_none_or(|(service, name)| service.is_empty() || name.is_empty())
    });
    match wrong {
        Some(wrong) => Err(ApiError::invalid_input(format!(
            "Invalid Input Action {wrong}: an action is a service's prefix and a name, such as s3:GetObject"
        ))),
        None => Ok(actions.into_iter().map(str::to_owned).collect()),
    }
}

/// The resources; all where none is given.
pub(super) fn resources(call: &Call<'_>) -> Vec<String> {
    let resources = call.input.params.list("ResourceArns");
    if resources.is_empty() {
        return vec!["*".to_owned()];
    }
    resources.into_iter().map(str::to_owned).collect()
}

/// `ResourceOwner`: the ARN of an account, or its number.
pub(super) fn resource_owner(call: &Call<'_>) -> Result<Option<AccountId>, ApiError> {
    let Some(text) = call.param("ResourceOwner") else {
        return Ok(None);
    };
    let by_arn = || text.parse::<Arn>().ok().and_then(|arn| arn.account());
    let owner = text.parse().ok().or_else(by_arn);
    owner
        .map(Some)
        .ok_or_else(|| ApiError::invalid_input(format!("ResourceOwner {text} names no account.")))
}

/// `ContextEntries`: keys, their values and the type of these.
pub(super) fn context(call: &Call<'_>) -> Result<Context, ApiError> {
    let mut context = Context::default();
    for entry in call.input.params.members("ContextEntries") {
        let Some(key) = call.param(&format!("{entry}.ContextKeyName")) else {
            continue;
        };
        let kind = call.param(&format!("{entry}.ContextKeyType")).unwrap_or("string");
        let values = call.input.params.list(&format!("{entry}.ContextKeyValues"));
        let is_good = |value: &&str| match kind.trim_end_matches("List") {
            "numeric" => value.parse::<f64>().is_ok(),
            "boolean" => ["true", "false"].contains(value),
            _ => true,
        };
        if let Some(wrong) = values.iter().find(|value| !is_good(value)) {
            return Err(ApiError::invalid_input(format!(
                "Invalid Context Value {wrong} of key {key}: it is not of type {kind}"
            )));
        }
        context.insert(key, values);
    }
    Ok(context)
}
