//! `/_sandbox/mfa-code` and `/_sandbox/web-identity-token`: what an MFA device shows, and what an identity provider
//! issues, for those who have no way into the process.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Refused;
use crate::sandbox::Sandbox;
use crate::web_identity::WebIdentity;
use crate::wire::json::Json;

fn fields(body: &[u8]) -> Result<serde_json::Map<String, Value>, Refused> {
    serde_json::from_slice(body)
        .map_err(|wrong| Refused::bad(format!("the body is not a JSON object: {wrong}")))
}

fn text<'f>(fields: &'f serde_json::Map<String, Value>, name: &str) -> Result<&'f str, Refused> {
    let value = fields.get(name).and_then(Value::as_str);
    value.ok_or_else(|| Refused::bad(format!("`{name}` is missing: it is a string")))
}

/// `{"serial": "arn:aws:iam::111122223333:mfa/ann"}` gives `{"code": "123456"}`.
pub(super) fn mfa_code(sandbox: &Sandbox, body: &[u8], now: Timestamp) -> Result<Json, Refused> {
    let fields = fields(body)?;
    let serial = text(&fields, "serial")?;
    let code = sandbox
        .mfa_code(serial, now)
        .ok_or_else(|| Refused::bad(format!("there is no MFA device {serial}")))?;
    Ok(Json::object([("code", code.as_str().into())]))
}

/// `{"issuer": "https://...", "subject": "...", "audience": "..."}`, and maybe `"seconds": 3600` and `"claims": {}`,
/// give `{"token": "..."}`.
pub(super) fn token(sandbox: &Sandbox, body: &[u8], now: Timestamp) -> Result<Json, Refused> {
    let fields = fields(body)?;
    let mut identity = WebIdentity::new(
        text(&fields, "issuer")?,
        text(&fields, "subject")?,
        text(&fields, "audience")?,
    );
    if let Some(seconds) = fields.get("seconds") {
        let seconds = seconds
            .as_i64()
            .ok_or_else(|| Refused::bad("`seconds` is a whole number"))?;
        identity.lasts = SignedDuration::from_secs(seconds);
    }
    match fields.get("claims") {
        None => {}
        Some(Value::Object(claims)) => identity.claims.extend(claims.clone()),
        Some(_) => return Err(Refused::bad("`claims` is an object")),
    }
    let token = sandbox.web_identity_token(&identity, now);
    Ok(Json::object([("token", token.as_str().into())]))
}
