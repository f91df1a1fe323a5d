//! One event of client-side monitoring. Only what is shown is read: the session token in it is never touched.

use serde::Deserialize;

/// A call that the SDK has completed, its retries included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Event {
    r#type: String,
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
}

impl Event {
    /// Reads an event; those of single attempts, of other versions and nonsense are not for us.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let event: Event = serde_json::from_slice(bytes).ok()?;
        let names_are_sane = [&event.service, &event.api].iter().all(|name| {
            (1..=128).contains(&name.len()) && name.chars().all(|c| c.is_alphanumeric() || " -_.".contains(c))
        });
        (event.r#type == "ApiCall" && names_are_sane).then_some(event)
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
        for other in [
            &br#"{"Type":"ApiCallAttempt","Service":"EC2","Api":"DescribeRegions"}"#[..],
            br#"{"Type":"ApiCall","Service":"\u001b[31m","Api":"x"}"#,
            br#"{"Type":"ApiCall"}"#,
            b"[]",
            b"\xff",
        ] {
            assert_eq!(Event::parse(other), None);
        }
    }
}
