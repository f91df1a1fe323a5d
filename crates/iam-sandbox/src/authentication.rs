//! From a claimed signature to the caller: the key looked up, the token compared, the signature proven.

use bytes::Bytes;
use http::request::Parts;
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use crate::history::View;
use crate::sigv4::{Claim, Content, SigningKeys};
use crate::wire::Service;
use crate::wire::error::ApiError;
use crate::wire::s3::host_bucket;
use crate::wire::signature;
use crate::world::World;
use crate::world::credential::{Caller, CallerKind, Session, SessionKind};

/// What is to be proven.
pub(crate) struct Evidence<'a> {
    pub(crate) service: Service,
    pub(crate) claim: &'a Claim,
    pub(crate) parts: &'a Parts,
    pub(crate) body: &'a Bytes,
    pub(crate) keys: &'a SigningKeys,
    /// The caller's real time, which the signature is checked against.
    pub(crate) real_now: Timestamp,
}

/// Who it is, and the body without its frames.
pub(crate) fn authenticate(
    world: &World,
    view: View,
    evidence: &Evidence<'_>,
) -> Result<(Caller, Content), ApiError> {
    let Evidence {
        service,
        claim,
        parts,
        body,
        keys,
        real_now,
    } = *evidence;
    let bad_signature = |problem| signature::refusal(service, &problem);
    let (caller, secret) = if claim.access_key.starts_with("ASIA") {
        temporary(world, view, service, claim)?
    } else {
        long_term(world, view, service, claim)?
    };
    claim.check_time(real_now).map_err(bad_signature)?;
    let content = claim
        .verify(&secret, keys, parts, body, host_bucket(parts))
        .map_err(bad_signature)?;
    // Only whoever knows the secret is told that the session has ended.
    if caller
        .session
        .as_ref()
        .is_some_and(|session| session.expires <= view.now)
    {
        return Err(ApiError::expired_token(service));
    }
    if service == Service::Iam {
        may_call_iam(&caller)?;
    }
    Ok((caller, content))
}

fn long_term(
    world: &World,
    view: View,
    service: Service,
    claim: &Claim,
) -> Result<(Caller, String), ApiError> {
    let unknown = || ApiError::unknown_key(service, &claim.access_key);
    let key = world
        .keys
        .get(&claim.access_key)
        .and_then(|history| history.seen(view))
        .filter(|key| key.is_active)
        .ok_or_else(unknown)?;
    let kind = match &key.user {
        None => CallerKind::Root,
        Some(name) => {
            let account = world.account(&key.account).ok_or_else(unknown)?;
            // A key may reach a replica before its user does, or outlive it there.
            let user = account.users.seen(name, view).ok_or_else(unknown)?;
            CallerKind::User {
                name: user.name.clone(),
                path: user.path.clone(),
                id: user.id.clone(),
            }
        }
    };
    // A long-term key has no token. AWS refuses one that comes with a stranger's.
    if let Some(token) = &claim.token {
        return Err(ApiError::wrong_token(service, &claim.access_key, Some(token)));
    }
    let caller = Caller {
        account: key.account.clone(),
        kind,
        access_key: claim.access_key.clone(),
        session: None,
    };
    Ok((caller, key.secret.clone()))
}

fn temporary(
    world: &World,
    view: View,
    service: Service,
    claim: &Claim,
) -> Result<(Caller, String), ApiError> {
    let session = world
        .sessions
        .get(&claim.access_key)
        .ok_or_else(|| ApiError::unknown_key(service, &claim.access_key))?;
    let token = claim.token.as_deref();
    let is_right = token.is_some_and(|token| bool::from(token.as_bytes().ct_eq(session.token.as_bytes())));
    if !is_right {
        return Err(ApiError::wrong_token(service, &claim.access_key, token));
    }
    let kind =
        caller_kind(world, view, session).ok_or_else(|| ApiError::unknown_key(service, &claim.access_key))?;
    let caller = Caller {
        account: session.account.clone(),
        kind,
        access_key: claim.access_key.clone(),
        session: Some(session.clone()),
    };
    Ok((caller, session.secret.clone()))
}

fn caller_kind(world: &World, view: View, session: &Session) -> Option<CallerKind> {
    Some(match &session.kind {
        SessionKind::Role {
            role_name,
            role_path,
            role_id,
            session_name,
        } => CallerKind::Role {
            name: role_name.clone(),
            path: role_path.clone(),
            id: role_id.clone(),
            session_name: session_name.clone(),
        },
        SessionKind::User { user, user_id } => {
            let account = world.account(&session.account)?;
            let user = account
                .users
                .seen(user, view)
                .filter(|seen| seen.id == *user_id)?;
            CallerKind::User {
                name: user.name.clone(),
                path: user.path.clone(),
                id: user.id.clone(),
            }
        }
        SessionKind::Root => CallerKind::Root,
        SessionKind::Federated { user, user_id, name } => CallerKind::Federated {
            user: user.clone(),
            user_id: user_id.clone(),
            name: name.clone(),
        },
    })
}

/// Credentials of GetSessionToken without MFA and of GetFederationToken cannot call IAM at all
/// ("Compare AWS STS credentials", IAM User Guide).
fn may_call_iam(caller: &Caller) -> Result<(), ApiError> {
    let Some(session) = &caller.session else {
        return Ok(());
    };
    match session.kind {
        SessionKind::User { .. } | SessionKind::Root if session.mfa.is_some() => Ok(()),
        SessionKind::User { .. } | SessionKind::Root | SessionKind::Federated { .. } => {
            Err(ApiError::unknown_key(Service::Iam, &caller.access_key))
        }
        SessionKind::Role { .. } => Ok(()),
    }
}
