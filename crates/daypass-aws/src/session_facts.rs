//! What CloudTrail knows of the session that we are: whether it has MFA, since when it is, who began it.
//!
//! AWS tells nobody this about themselves but in its event history ("CloudTrail userIdentity element", AWS CloudTrail User
//! Guide), some minutes later and only to whom `cloudtrail:LookupEvents` is allowed.

use daypass_core::check::HarmlessCall;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::error::AwsError;

/// How many beginnings of sessions are looked through for ours; one page.
const PAGE: u32 = 50;
/// AssumeRole's default (STS API reference, AssumeRole, `DurationSeconds`).
const DEFAULT_SECONDS: i64 = 3_600;

/// What is known of a session; nothing of it may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionFacts {
    /// Whether it was begun with MFA.
    pub mfa: Option<bool>,
    /// Since when it is.
    pub began: Option<Timestamp>,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// Who assumed the role.
    pub assumed_by: Option<String>,
    /// The source identity that it keeps.
    pub source_identity: Option<String>,
    /// Why something is not known.
    pub unknown: Option<String>,
}

impl Connection {
    /// Asks the event history about the session with this access key; `session_name` is that of a role's session.
    pub async fn session_facts(
        &self,
        access_key_id: &str,
        session_name: Option<&str>,
    ) -> Result<SessionFacts, AwsError> {
        let mut facts = SessionFacts::default();
        let ours = self.events("AccessKeyId", access_key_id, 1).await?;
        let ours = match ours {
            Ok(events) => events,
            Err(why) => {
                facts.unknown = Some(why);
                return Ok(facts);
            }
        };
        let Some(event) = ours.first() else {
            facts.unknown =
                Some("CloudTrail has no event of this session yet; it takes some minutes".to_owned());
            return Ok(facts);
        };
        let of_session = |path: &str| event.pointer(&format!("/userIdentity/sessionContext{path}"));
        facts.mfa = match of_session("/attributes/mfaAuthenticated") {
            Some(Value::Bool(mfa)) => Some(*mfa),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        facts.began = of_session("/attributes/creationDate").and_then(instant);
        facts.source_identity = of_session("/sourceIdentity")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let (Some(name), Some(began)) = (session_name, facts.began) else {
            return Ok(facts);
        };
        if let Ok(beginnings) = self.events("EventName", "AssumeRole", PAGE).await? {
            let is_ours = |event: &&Value| {
                let text = |path| event.pointer(path).and_then(Value::as_str);
                let same_moment = event.get("eventTime").and_then(instant) == Some(began);
                text("/responseElements/credentials/accessKeyId") == Some(access_key_id)
                    || (same_moment && text("/requestParameters/roleSessionName") == Some(name))
            };
            if let Some(beginning) = beginnings.iter().find(is_ours) {
                let who = beginning.pointer("/userIdentity/arn").and_then(Value::as_str);
                facts.assumed_by = who.map(str::to_owned);
                let seconds = beginning.pointer("/requestParameters/durationSeconds");
                let seconds = seconds.and_then(Value::as_i64).unwrap_or(DEFAULT_SECONDS);
                facts.ends = began.checked_add(jiff::SignedDuration::from_secs(seconds)).ok();
            }
        }
        Ok(facts)
    }

    /// The newest events with this attribute, newest first; or why AWS told none.
    async fn events(
        &self,
        attribute: &str,
        value: &str,
        most: u32,
    ) -> Result<Result<Vec<Value>, String>, AwsError> {
        let question = json!({
            "LookupAttributes": [{"AttributeKey": attribute, "AttributeValue": value}],
            "MaxResults": most,
        });
        let call = HarmlessCall {
            operation: "LookupEvents".to_owned(),
            host: "cloudtrail",
            signing: "cloudtrail",
            method: "POST",
            path_and_query: "/".to_owned(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                (
                    "x-amz-target",
                    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents".to_owned(),
                ),
            ],
            body: question.to_string(),
        };
        let body = match self.read_call(&call).await? {
            Ok(body) => body,
            Err(code) => return Ok(Err(format!("cloudtrail:LookupEvents told nothing ({code})"))),
        };
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let events = answer
            .get("Events")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let whole =
            events.filter_map(|event| serde_json::from_str(event.get("CloudTrailEvent")?.as_str()?).ok());
        Ok(Ok(whole.collect()))
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
