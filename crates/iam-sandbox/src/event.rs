//! What the call log keeps of a call for CloudTrail's event history: who called, from where, with what. No secrets, and
//! little of it: there are thousands.

mod parameters;

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use iam_policy::{AccountId, Arn};
use jiff::Timestamp;

use crate::seal::Seal;
use crate::web_identity::read;
use crate::wire::Service;
use crate::wire::params::Params;
use crate::wire::s3::Target;
use crate::world::credential::{Caller, CallerKind};

/// One management event, beside what its record has.
#[derive(Debug)]
pub(crate) struct Event {
    /// The request's id; see [`number`].
    pub(crate) request: u128,
    /// Who called, without the session and its secrets.
    pub(crate) caller: Caller,
    pub(crate) session: Option<SessionFacts>,
    /// Whose the role is that was to be assumed.
    pub(crate) role_account: Option<AccountId>,
    /// Who a provider's token is for, and about.
    pub(crate) token: Option<Box<TokenFacts>>,
    pub(crate) region: Box<str>,
    /// Callers are few, and so are their names.
    pub(crate) agent: Arc<str>,
    /// The parameters of the request, in JSON.
    pub(crate) parameters: Box<str>,
    /// Why the call failed, if it did.
    pub(crate) error: Option<Box<str>>,
}

/// What may be told of temporary credentials.
#[derive(Debug)]
pub(crate) struct SessionFacts {
    pub(crate) issued: Timestamp,
    pub(crate) has_mfa: bool,
    pub(crate) source_identity: Option<String>,
}

/// What may be told of a provider's token.
#[derive(Debug)]
pub(crate) struct TokenFacts {
    pub(crate) audience: String,
    pub(crate) subject: String,
}

/// A call that begins.
pub(crate) struct Asking<'a> {
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
    pub(crate) caller: &'a Caller,
    pub(crate) params: &'a Params,
    pub(crate) target: &'a Target,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
    pub(crate) region: &'a str,
    pub(crate) seal: &'a Seal,
    /// The event before this one.
    pub(crate) before: Option<&'a Event>,
}

impl Event {
    /// None for what is no management event.
    pub(crate) fn of(asking: &Asking<'_>) -> Option<Event> {
        if !is_management(asking.service, asking.operation) {
            return None;
        }
        let role_account = (asking.service == Service::Sts && asking.operation.starts_with("AssumeRole"))
            .then(|| asking.params.get("RoleArn")?.parse::<Arn>().ok()?.account())
            .flatten();
        let mut caller = Caller {
            account: asking.caller.account.clone(),
            kind: asking.caller.kind.clone(),
            access_key: asking.caller.access_key.clone(),
            session: None,
        };
        // Whoever brings a token has no account but the role's.
        if let (CallerKind::Anonymous, Some(account)) = (&caller.kind, &role_account) {
            caller.account = account.clone();
        }
        let agent = asking
            .headers
            .get("user-agent")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Some(Event {
            request: 0,
            caller,
            session: asking.caller.session.as_ref().map(|session| SessionFacts {
                issued: session.issued,
                has_mfa: session.mfa.is_some(),
                source_identity: session.source_identity.clone(),
            }),
            role_account,
            token: token_facts(asking),
            // "Global service events" ("CloudTrail concepts", AWS CloudTrail User Guide).
            region: match asking.service {
                Service::Iam => "us-east-1".into(),
                _ => asking.region.into(),
            },
            agent: match asking.before {
                Some(before) if *before.agent == *agent => before.agent.clone(),
                _ => agent.into(),
            },
            parameters: parameters::told(asking).into(),
            error: None,
        })
    }
}

/// Only of a token that is what it says; of others nothing is known.
fn token_facts(asking: &Asking<'_>) -> Option<Box<TokenFacts>> {
    if asking.operation != "AssumeRoleWithWebIdentity" {
        return None;
    }
    let (claims, is_signed) = read(asking.seal, asking.params.get("WebIdentityToken")?).ok()?;
    let party = claims.authorized_party.or(claims.audiences.into_iter().next());
    is_signed.then(|| {
        Box::new(TokenFacts {
            audience: party.unwrap_or_default(),
            subject: claims.subject,
        })
    })
}

/// What is about objects is a data event, which the event history does not have ("Amazon S3 CloudTrail events", Amazon
/// S3 User Guide). Everything else here manages something.
fn is_management(service: Service, operation: &str) -> bool {
    service != Service::S3
        || matches!(operation, "GetPublicAccessBlock" | "GetObjectLockConfiguration")
        || (operation.contains("Bucket") && operation != "HeadBucket")
}

/// Nothing changes by it, as CloudTrail sees it: handing out temporary credentials counts as reading ("Logging IAM and
/// AWS STS API calls with AWS CloudTrail", IAM User Guide: the examples' `readOnly`).
pub(crate) fn is_read_only(operation: &str) -> bool {
    [
        "Get", "List", "Describe", "Lookup", "Simulate", "Generate", "Decode", "Assume",
    ]
    .iter()
    .any(|start| operation.starts_with(start))
}

/// A UUID as a number, which is less to keep.
pub(crate) fn number(uuid: &str) -> u128 {
    u128::from_str_radix(&uuid.replace('-', ""), 16).unwrap_or_default()
}

/// And as text again.
pub(crate) fn uuid(number: u128) -> String {
    let digits = format!("{number:032x}");
    let mut parts = Vec::with_capacity(5);
    let mut rest = digits.as_str();
    for length in [8, 4, 4, 4, 12] {
        let (part, more) = rest.split_at(length);
        parts.push(part);
        rest = more;
    }
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_after_all() {
        let text = "0a1b2c3d-0000-4fff-8abc-0123456789ab";
        assert_eq!(uuid(number(text)), text);
    }

    /// "Amazon S3 CloudTrail events", Amazon S3 User Guide.
    #[test]
    fn what_is_about_objects_is_no_management_event() {
        for data in [
            "GetObject",
            "PutObject",
            "DeleteObjects",
            "ListObjectsV2",
            "UploadPart",
            "HeadBucket",
        ] {
            assert!(!is_management(Service::S3, data), "{data}");
        }
        for management in [
            "CreateBucket",
            "ListBuckets",
            "PutBucketPolicy",
            "GetPublicAccessBlock",
        ] {
            assert!(is_management(Service::S3, management), "{management}");
        }
        assert!(is_management(Service::Iam, "GetRole"));
    }
}
