//! One event of client-side monitoring. Only what is shown is read: the session token in it is never touched.

use serde::Deserialize;

/// A call that the SDK has completed, its retries included; or an attempt at one, which tells where it went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Event {
    r#type: Kind,
    /// The service's id, as in "S3".
    pub(super) service: String,
    /// The operation, as in "ListObjectsV2".
    pub(super) api: String,
    /// The status of the last attempt, if there was an answer.
    pub(super) final_http_status_code: Option<u16>,
    /// AWS's error code, if it answered with one.
    pub(super) final_aws_exception: Option<String>,
    /// AWS's message, cut at 512 characters.
    pub(super) final_aws_exception_message: Option<String>,
    /// The SDK's own error, if there was no answer.
    pub(super) final_sdk_exception: Option<String>,
    /// Of an attempt: the host that it went to, with a port where there is one.
    pub(super) fqdn: Option<String>,
    /// Of an attempt: the region that it was signed for.
    pub(super) region: Option<String>,
    /// Of an attempt: its status, if there was an answer.
    pub(super) http_status_code: Option<u16>,
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Kind {
    /// A call.
    ApiCall,
    /// An attempt at a call.
    ApiCallAttempt,
    /// Something else.
    #[default]
    #[serde(other)]
    Other,
}

impl Event {
    /// What it is about.
    pub(super) fn kind(&self) -> Kind {
        self.r#type
    }

    /// Reads an event; those of other kinds and nonsense are not for us.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let event: Event = serde_json::from_slice(bytes).ok()?;
        let is_sane = |name: &str, marks: &str| {
            (1..=256).contains(&name.len()) && name.chars().all(|c| c.is_alphanumeric() || marks.contains(c))
        };
        let names_are_sane = is_sane(&event.service, " -_.")
            && is_sane(&event.api, " -_.")
            && event.fqdn.as_deref().is_none_or(|host| is_sane(host, "-_.:[]"))
            && event.region.as_deref().is_none_or(|region| is_sane(region, "-"));
        (event.r#type != Kind::Other && names_are_sane).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_calls_and_nothing_else() {
        let event = Event::parse(
            br#"{"Version":1,"ClientId":"","Type":"ApiCall","Service":"EC2","Api":"DescribeRegions",
                 "Timestamp":1,"AttemptCount":1,"Region":"us-east-1","UserAgent":"x","FinalHttpStatusCode":403,
                 "FinalAwsException":"UnauthorizedOperation","FinalAwsExceptionMessage":"no","Latency":3}"#,
        )
        .unwrap();
        assert_eq!(
            (event.service.as_str(), event.api.as_str()),
            ("EC2", "DescribeRegions")
        );
        assert_eq!(event.final_http_status_code, Some(403));
        let attempt = Event::parse(
            br#"{"Type":"ApiCallAttempt","Service":"SQS","Api":"ListQueues","Fqdn":"queue.amazonaws.com"}"#,
        )
        .unwrap();
        assert_eq!(
            (attempt.kind(), attempt.fqdn.as_deref()),
            (Kind::ApiCallAttempt, Some("queue.amazonaws.com"))
        );
        for other in [
            &br#"{"Type":"Metrics","Service":"EC2","Api":"DescribeRegions"}"#[..],
            br#"{"Type":"ApiCallAttempt","Service":"S3","Api":"x","Fqdn":"\u001b[31m"}"#,
            br#"{"Type":"ApiCall","Service":"\u001b[31m","Api":"x"}"#,
            br#"{"Type":"ApiCall"}"#,
            b"[]",
            b"\xff",
        ] {
            assert_eq!(Event::parse(other), None);
        }
    }
}
