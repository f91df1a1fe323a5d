//! GetSessionToken and GetFederationToken: temporary credentials of a user itself, or of whom the user vouches for.

use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::operations::iam::{read_tags, tags_context};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::{CallerKind, Session, SessionKind};

/// "Compare AWS STS credentials", IAM User Guide: 12 hours unless told otherwise.
const USUAL: i64 = 43_200;

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
    let (user, user_id) = user(call)?;
    let seconds = call.number("DurationSeconds").unwrap_or(USUAL);
    if call.param("SerialNumber").is_some() {
        return Err(ApiError::access_denied(
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        ));
    }
    let session = Session {
        secret: call.random.secret(),
        token: call.random.session_token(),
        account: call.account_id().clone(),
        issued: call.now(),
        expires: super::expiry(call, seconds),
        kind: SessionKind::User { user, user_id },
        policies: None,
        tags: Vec::new(),
        transitive: Vec::new(),
        source_identity: None,
    };
    let id = super::remember(call, session.clone());
    Ok(Answer::fields(|xml| super::write_credentials(xml, &id, &session)))
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
    let (policies, _) = super::assume_role::session_policies(call, call.account_id())?;
    let tags = read_tags(call, "Tags")?;
    let account = call.account_id().clone();
    let session = Session {
        secret: call.random.secret(),
        token: call.random.session_token(),
        account: account.clone(),
        issued: call.now(),
        expires: super::expiry(call, seconds),
        kind: SessionKind::Federated {
            user,
            user_id,
            name: name.clone(),
        },
        policies,
        tags,
        transitive: Vec::new(),
        source_identity: None,
    };
    let id = super::remember(call, session.clone());
    Ok(Answer::fields(|xml| {
        super::write_credentials(xml, &id, &session);
        xml.element("FederatedUser", |xml| {
            xml.text("FederatedUserId", format_args!("{account}:{name}"))
                .text(
                    "Arn",
                    format_args!("arn:aws:sts::{account}:federated-user/{name}"),
                );
        });
    }))
}
