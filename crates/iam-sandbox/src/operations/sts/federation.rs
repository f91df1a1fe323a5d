//! GetSessionToken and GetFederationToken: temporary credentials of a user itself, or of whom the user vouches for.

use super::{mfa, session};
use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::operations::iam::{read_tags, tags_context};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::{CallerKind, SessionKind};

/// "Compare AWS STS credentials", IAM User Guide: 12 hours unless told otherwise.
const USUAL: i64 = 43_200;
const LONGEST_OF_ROOT: i64 = 3600;

/// Both want a long-term key ("Compare AWS STS credentials", IAM User Guide).
fn refuse_sessions(call: &Call<'_>) -> Result<(), ApiError> {
    if call.caller.session.is_some() {
        return Err(ApiError::access_denied(format!(
            "Cannot call {} with session credentials",
            call.operation
        )));
    }
    Ok(())
}

/// "No permissions are required for users to perform this operation" ("GetSessionToken", AWS STS API Reference).
pub(super) fn authorize_session_token(call: &Call<'_>) -> Result<Authorization, ApiError> {
    refuse_sessions(call)?;
    Ok(Authorization::Open)
}

pub(super) fn session_token(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let asked = call.number("DurationSeconds").unwrap_or(USUAL);
    let (seconds, kind) = if matches!(call.caller.kind, CallerKind::Root) {
        // "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds" ("GetSessionToken", AWS STS
        // API Reference).
        (asked.min(LONGEST_OF_ROOT), SessionKind::Root)
    } else {
        let (user, user_id) = user(call)?;
        (asked, SessionKind::User { user, user_id })
    };
    let proof = mfa::proof(call)?;
    let account = call.account_id().clone();
    let mut opened = session::opened(call, account, seconds, kind);
    if let Some(proof) = proof {
        opened.mfa = Some(call.now());
        proof.take(call);
    }
    let id = super::remember(call, opened.clone());
    Ok(Answer::fields(|xml| super::write_credentials(xml, &id, &opened)))
}

fn user(call: &Call<'_>) -> Result<(String, String), ApiError> {
    match &call.caller.kind {
        CallerKind::User { name, id, .. } => Ok((name.clone(), id.clone())),
        _ => Err(ApiError::access_denied(format!(
            "{} is for the keys of IAM users",
            call.operation
        ))),
    }
}

pub(super) fn authorize_federation_token(call: &Call<'_>) -> Result<Authorization, ApiError> {
    refuse_sessions(call)?;
    let name = call.required("Name")?.to_owned();
    let resource = format!("arn:aws:sts::{}:federated-user/{name}", call.account_id());
    let tags = read_tags(call, "Tags")?;
    let mut checks = Checks::new(tags_context(Check::new(call.action(), resource.clone()), &tags));
    if !tags.is_empty() {
        checks.push(tags_context(Check::new("sts:TagSession", resource), &tags));
    }
    Ok(checks.required())
}

pub(super) fn federation_token(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let (user, user_id) = user(call)?;
    let name = call.required("Name")?.to_owned();
    let seconds = call.number("DurationSeconds").unwrap_or(USUAL);
    let policies = session::policies(call, call.account_id())?;
    let tags = read_tags(call, "Tags")?;
    let packed = session::packed_size(call, &tags)?;
    let account = call.account_id().clone();
    let kind = SessionKind::Federated {
        user,
        user_id,
        name: name.clone(),
    };
    let mut opened = session::opened(call, account.clone(), seconds, kind);
    opened.policies = policies;
    opened.tags = tags;
    let id = super::remember(call, opened.clone());
    Ok(Answer::fields(|xml| {
        super::write_credentials(xml, &id, &opened);
        xml.optional("PackedPolicySize", packed);
        xml.element("FederatedUser", |xml| {
            xml.text("FederatedUserId", format_args!("{account}:{name}"))
                .text(
                    "Arn",
                    format_args!("arn:aws:sts::{account}:federated-user/{name}"),
                );
        });
    }))
}
