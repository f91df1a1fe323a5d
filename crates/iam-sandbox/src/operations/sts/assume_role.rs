//! AssumeRole: the trust policy and the caller's own policies decide; then credentials for a session of the role.

use std::sync::Arc;

use iam_policy::{AccountId, Arn, Document, Source};

use super::{mfa, session};
use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::operations::iam::{read_tags, tags_context};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;
use crate::world::entity::{Role, Tags};

/// A session made with a session's credentials lasts an hour at most ("Role chaining", IAM User Guide).
const LONGEST_CHAINED: i64 = 3600;
struct Target {
    arn: Arn,
    account: AccountId,
    role: Option<Arc<Role>>,
}

/// The role as the answering replica knows it: this is where a fresh role cannot be assumed yet.
fn target(call: &Call<'_>) -> Result<Target, ApiError> {
    let text = call.required("RoleArn")?;
    let arn: Arn = text
        .parse()
        .map_err(|_| ApiError::validation(format!("{text} is invalid")))?;
    let account = arn
        .account()
        .ok_or_else(|| ApiError::validation(format!("{text} is invalid")))?;
    let role = arn
        .iam_name()
        .filter(|_| arn.is_iam("role"))
        .and_then(|name| call.world.account(&account)?.roles.seen(name, call.view))
        .filter(|role| role.arn(&account) == text)
        .cloned();
    Ok(Target { arn, account, role })
}

pub(super) fn authorize(call: &Call<'_>) -> Result<Authorization, ApiError> {
    if matches!(call.caller.kind, CallerKind::Root) {
        return Err(ApiError::access_denied(
            "Roles may not be assumed by root accounts.",
        ));
    }
    if matches!(call.caller.kind, CallerKind::Federated { .. }) {
        return Err(ApiError::access_denied(
            "Cannot call AssumeRole with federation token credentials",
        ));
    }
    let target = target(call)?;
    let name = call.required("RoleSessionName")?.to_owned();
    let tags = read_tags(call, "Tags")?;
    let identity = source_identity(call)?;
    let has_mfa = mfa::proof(call)?.is_some();
    // A role that is not there, or not there yet, trusts nobody; the caller is told no more than that.
    let trust = match &target.role {
        Some(role) => Source::new(
            format!("trust policy of role {}", role.name),
            role.trust.effective(call.world, call.view),
        ),
        None => no_role(&target.arn),
    };
    let check = |action: &str| {
        let mut check = Check::new(action, target.arn.as_str()).with("sts:RoleSessionName", name.as_str());
        if has_mfa {
            check = check
                .with("aws:MultiFactorAuthPresent", true)
                .with("aws:MultiFactorAuthAge", 0);
        }
        if let Some(id) = call.param("ExternalId") {
            check = check.with("sts:ExternalId", id);
        }
        if let Some(identity) = &identity {
            check = check.with("sts:SourceIdentity", identity.as_str());
        }
        for (key, value) in target.role.iter().flat_map(|role| &role.tags) {
            check = check
                .with(format!("aws:ResourceTag/{key}"), value.as_str())
                .with(format!("iam:ResourceTag/{key}"), value.as_str());
        }
        let transitive: Vec<String> = call
            .input
            .params
            .list("TransitiveTagKeys")
            .into_iter()
            .map(str::to_owned)
            .collect();
        if !transitive.is_empty() {
            check = check.with("sts:TransitiveTagKeys", transitive);
        }
        check.owner = Some(target.account.clone());
        check.trust = Some(trust.clone());
        tags_context(check, &tags)
    };
    let mut checks = Checks::new(check("sts:AssumeRole"));
    // Tags and a source identity that a chain passes on want the same permissions as those that a request brings
    // ("Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles", IAM User Guide).
    if !tags.is_empty() || inherited_tags(call).next().is_some() {
        checks.push(check("sts:TagSession"));
    }
    if identity.is_some() {
        checks.push(check("sts:SetSourceIdentity"));
    }
    Ok(checks.required())
}

/// What stands for the trust policy of a role that is not there: it trusts nobody.
pub(super) fn no_role(arn: &Arn) -> Source {
    Source::new(format!("no role {arn}"), Document::new(Vec::new()))
}

/// The source identity, which a chain passes on and cannot change ("Monitor and control actions taken with assumed
/// roles", IAM User Guide).
fn source_identity(call: &Call<'_>) -> Result<Option<String>, ApiError> {
    let inherited = call
        .caller
        .session
        .as_ref()
        .and_then(|session| session.source_identity.clone());
    let Some(given) = call.param("SourceIdentity") else {
        return Ok(inherited);
    };
    match inherited {
        Some(inherited) if inherited != given => Err(ApiError::access_denied(
            "The source identity of a role session cannot be changed during role chaining.",
        )),
        _ => Ok(Some(given.to_owned())),
    }
}

pub(super) fn run(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let Target { arn, account, role } = target(call)?;
    // The authorizer has let nobody through to a role that is not there.
    let Some(role) = role else {
        return Err(ApiError::access_denied(format!("{arn} cannot be assumed")));
    };
    let name = call.required("RoleSessionName")?.to_owned();
    let seconds = duration(call, &role)?;
    let policies = session::policies(call, &account)?;
    let (tags, transitive) = session_tags(call)?;
    let packed = session::packed_size(call, &tags)?;
    let identity = source_identity(call)?;
    if let Some(proof) = mfa::proof(call)? {
        proof.take(call);
    }
    let kind = session::of_role(&role, &name);
    let mut opened = session::opened(call, account.clone(), seconds, kind);
    opened.policies = policies;
    opened.tags = tags;
    opened.transitive = transitive;
    opened.source_identity = identity;
    let id = super::remember(call, opened.clone());
    Ok(Answer::fields(|xml| {
        super::write_credentials(xml, &id, &opened);
        session::write_user(xml, &account, &role, &name);
        xml.optional("PackedPolicySize", packed)
            .optional("SourceIdentity", opened.source_identity.as_ref());
    }))
}

fn duration(call: &Call<'_>, role: &Role) -> Result<i64, ApiError> {
    let is_chained = matches!(call.caller.kind, CallerKind::Role { .. });
    let asked = call.number("DurationSeconds");
    if is_chained && asked.is_some_and(|seconds| seconds > LONGEST_CHAINED) {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    session::seconds(call, role)
}

/// The transitive tags of the calling session, which a chain passes on.
fn inherited_tags<'a>(call: &'a Call<'_>) -> impl Iterator<Item = &'a (String, String)> {
    call.caller.session.iter().flat_map(|session| {
        session.tags.iter().filter(|(key, _)| {
            session
                .transitive
                .iter()
                .any(|kept| kept.eq_ignore_ascii_case(key))
        })
    })
}

/// The tags of the new session: those of the request, and those that a chain passes on, which win
/// ("Pass session tags in AWS STS: Chaining roles with session tags", IAM User Guide).
fn session_tags(call: &Call<'_>) -> Result<(Tags, Vec<String>), ApiError> {
    let mut tags = read_tags(call, "Tags")?;
    let mut transitive: Vec<String> = call
        .input
        .params
        .list("TransitiveTagKeys")
        .into_iter()
        .map(str::to_owned)
        .collect();
    if let Some(unknown) = transitive
        .iter()
        .find(|key| !tags.iter().any(|(tag, _)| tag.eq_ignore_ascii_case(key)))
    {
        return Err(ApiError::new(
            400,
            "InvalidParameterValue",
            format!("The specified transitive tag key must be included in the requested tags: {unknown}"),
        ));
    }
    for (key, value) in inherited_tags(call) {
        if tags.iter().any(|(given, _)| given.eq_ignore_ascii_case(key)) {
            return Err(ApiError::new(
                400,
                "InvalidParameterValue",
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive \
                 tag key from the calling session.",
            ));
        }
        tags.push((key.clone(), value.clone()));
        transitive.push(key.clone());
    }
    Ok((tags, transitive))
}
