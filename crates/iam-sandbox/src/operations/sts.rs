//! The operations of STS: who one is, and temporary credentials.

mod assume_role;
mod federation;
mod mfa;
mod session;
mod web_identity;

use jiff::{SignedDuration, Timestamp};

use super::Operation;
use super::call::{Call, iso};
use crate::authorization::{Authorization, Check};
use crate::wire::Service::Sts;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::credential::{Session, SessionKind};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Sts,
        name: "GetCallerIdentity",
        authorize: nothing,
        run: caller_identity,
    },
    Operation {
        service: Sts,
        name: "AssumeRole",
        authorize: assume_role::authorize,
        run: assume_role::run,
    },
    Operation {
        service: Sts,
        name: "AssumeRoleWithWebIdentity",
        authorize: web_identity::authorize,
        run: web_identity::run,
    },
    Operation {
        service: Sts,
        name: "GetAccessKeyInfo",
        authorize: anything,
        run: access_key_info,
    },
    Operation {
        service: Sts,
        name: "DecodeAuthorizationMessage",
        authorize: anything,
        run: decode_message,
    },
    Operation {
        service: Sts,
        name: "GetSessionToken",
        authorize: federation::authorize_session_token,
        run: federation::session_token,
    },
    Operation {
        service: Sts,
        name: "GetFederationToken",
        authorize: federation::authorize_federation_token,
        run: federation::federation_token,
    },
];

/// "No permissions are required to perform this operation", even against an explicit deny
/// ("GetCallerIdentity", AWS STS API Reference).
#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
fn nothing(_: &Call<'_>) -> Result<Authorization, ApiError> {
    Ok(Authorization::Open)
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
fn caller_identity(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let caller = &call.caller;
    Ok(Answer::fields(|xml| {
        xml.text("Arn", caller.arn())
            .text("UserId", caller.user_id())
            .text("Account", &caller.account);
    }))
}

/// These take no resource ("Actions, resources, and condition keys for AWS Security Token Service", Service
/// Authorization Reference).
fn anything(call: &Call<'_>) -> Result<Authorization, ApiError> {
    // "Cannot call STS API operations except AssumeRole or GetCallerIdentity" ("Compare AWS STS credentials", IAM
    // User Guide), of GetSessionToken's credentials.
    let session = call.caller.session.as_ref().map(|session| &session.kind);
    if matches!(session, Some(SessionKind::User { .. } | SessionKind::Root)) {
        return Err(ApiError::access_denied(format!(
            "Cannot call {} with session credentials",
            call.operation
        )));
    }
    Authorization::one(Check::new(call.action(), "*"))
}

/// Whose an access key is, of whatever account and state ("GetAccessKeyInfo", AWS STS API Reference).
fn access_key_info(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let id = call.required("AccessKeyId")?;
    let long_term = call
        .world
        .keys
        .get(id)
        .and_then(|key| key.newest())
        .map(|key| &key.account);
    let account = long_term
        .or_else(|| call.world.uses.deleted_keys.get(id))
        .or_else(|| call.world.sessions.get(id).map(|session| &session.account));
    let account = account
        .ok_or_else(|| ApiError::validation(format!("The access key {id} is not a valid access key id.")))?;
    Ok(Answer::fields(|xml| {
        xml.text("Account", account);
    }))
}

fn decode_message(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let message = call.world.seal.open(call.required("EncodedMessage")?);
    let message = message.ok_or_else(|| {
        let wrong = "The specified message is not valid, or has expired.";
        ApiError::new(400, "InvalidAuthorizationMessageException", wrong)
    })?;
    Ok(Answer::fields(|xml| {
        xml.text("DecodedMessage", message);
    }))
}

/// `<Credentials>`.
fn write_credentials(xml: &mut Xml, access_key: &str, session: &Session) {
    xml.element("Credentials", |xml| {
        xml.text("AccessKeyId", access_key)
            .text("SecretAccessKey", &session.secret)
            .text("SessionToken", &session.token)
            .text("Expiration", iso(session.expires));
    });
}

fn expiry(call: &Call<'_>, seconds: i64) -> Timestamp {
    // Credentials end on a whole second, because that is what their expiration says.
    let end = call
        .now()
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX);
    Timestamp::from_second(end.as_second()).unwrap_or(end)
}

/// Remembers a session; gives its access key id.
fn remember(call: &mut Call<'_>, session: Session) -> String {
    let id = call.random.unique_id("ASIA");
    let now = call.now();
    call.world.sessions.add(id.clone(), session, now);
    id
}
