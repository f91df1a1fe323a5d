//! Harmless calls of `daypass check`, signed and sent without an SDK crate for each service.

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::{Request, Response};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::timeout::TimeoutConfig;
use daypass_core::check::{HarmlessCall, Tried, judge};
use jiff::Timestamp;

use crate::connection::Connection;
use crate::error::AwsError;

const OPERATION: &str = "check";

/// An answer, as far as it is looked at.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: String,
    error_type: Option<String>,
    date: Option<String>,
}

impl Connection {
    /// Makes one harmless call, once, and tells what it shows. That a host cannot be reached or does not answer shows
    /// nothing, and is no failure: the next call may go elsewhere.
    pub async fn try_call(&self, call: &HarmlessCall) -> Result<Tried, AwsError> {
        let (endpoint, region) = self.endpoint_of(call);
        let request = self.signed_call(call, &endpoint, &region).await?;
        Ok(match self.sent(request, endpoint).await {
            Ok(answer) => {
                let (code, message) = error_in(&answer);
                judge(answer.status, code.as_deref(), &message.unwrap_or_default())
            }
            Err(AwsError::TimedOut { .. }) => Tried::Unclear("no answer in time".to_owned()),
            Err(other) => Tried::Unclear(other.to_string()),
        })
    }

    /// Makes one harmless call, once, and gives its answer's body, or AWS's error code.
    pub(crate) async fn read_call(&self, call: &HarmlessCall) -> Result<Result<String, String>, AwsError> {
        let (endpoint, region) = self.endpoint_of(call);
        let request = self.signed_call(call, &endpoint, &region).await?;
        Ok(match self.sent(request, endpoint).await {
            Ok(answer) if answer.status == 200 => Ok(answer.body),
            Ok(answer) => Err(error_in(&answer)
                .0
                .unwrap_or_else(|| format!("HTTP {}", answer.status))),
            Err(other) => Err(other.to_string()),
        })
    }

    /// What time AWS says it is (the `Date` of any answer), beside ours when it was asked.
    pub async fn time_there(&self) -> Result<Option<(Timestamp, Timestamp)>, AwsError> {
        let endpoint = match self.endpoint_url() {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!(
                "https://sts.{}.{}",
                self.effective_region(),
                domain(self.effective_region())
            ),
        };
        let request = http::Request::builder()
            .method("GET")
            .uri(format!("{endpoint}/"))
            .body(SdkBody::empty())
            .map_err(|error| unusable(&error.to_string()))?;
        let request = Request::try_from(request).map_err(|error| unusable(&error.to_string()))?;
        let answer = self.sent(request, endpoint).await?;
        let here = self.clock().now();
        let there = answer
            .date
            .and_then(|date| jiff::fmt::rfc2822::parse(&date).ok())
            .map(|date| date.timestamp());
        Ok(there.map(|there| (there, here)))
    }

    /// Where a call goes and for which region it is signed. IAM is one global service, signed for one region of each
    /// partition (AWS General Reference, "AWS Identity and Access Management endpoints and quotas").
    fn endpoint_of(&self, call: &HarmlessCall) -> (String, String) {
        let region = self.effective_region();
        let home = match region {
            china if china.starts_with("cn-") => "cn-north-1",
            gov if gov.starts_with("us-gov-") => "us-gov-west-1",
            _ => "us-east-1",
        };
        let signed_for = if call.signing == "iam" { home } else { region };
        let endpoint = match (self.endpoint_url(), call.signing) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, "iam") if home == "us-east-1" => "https://iam.amazonaws.com".to_owned(),
            (None, "iam") if home == "us-gov-west-1" => "https://iam.us-gov.amazonaws.com".to_owned(),
            (None, _) => format!("https://{}.{signed_for}.{}", call.host, domain(region)),
        };
        (endpoint, signed_for.to_owned())
    }

    async fn signed_call(
        &self,
        call: &HarmlessCall,
        endpoint: &str,
        region: &str,
    ) -> Result<Request, AwsError> {
        let credentials = self.sdk_credentials().await?;
        let url = format!("{endpoint}{}", call.path_and_query);
        let mut settings = SigningSettings::default();
        if call.signing == "s3" {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        }
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(call.signing)
            .time(self.clock().now().into())
            .settings(settings)
            .build()
            .map_err(|error| unusable(&error.to_string()))?
            .into();
        let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let body = SignableBody::Bytes(call.body.as_bytes());
        let signable = SignableRequest::new(call.method, &url, headers, body)
            .map_err(|error| unusable(&error.to_string()))?;
        let (instructions, _) = sign(signable, &params)
            .map_err(|error| unusable(&error.to_string()))?
            .into_parts();
        let mut request = http::Request::builder().method(call.method).uri(&url);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let mut request = request
            .body(SdkBody::from(call.body.as_str()))
            .map_err(|error| unusable(&error.to_string()))?;
        instructions.apply_to_request_http1x(&mut request);
        Request::try_from(request).map_err(|error| unusable(&error.to_string()))
    }

    async fn sent(&self, request: Request, endpoint: String) -> Result<Answer, AwsError> {
        let timeouts = self
            .config()
            .timeout_config()
            .cloned()
            .unwrap_or_else(TimeoutConfig::disabled);
        let call = Operation::builder()
            .service_name(OPERATION)
            .operation_name(OPERATION)
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.http_client())
            .endpoint_url(&endpoint)
            .no_auth()
            .no_retry()
            .timeout_config(timeouts)
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock().clone())
            .serializer(|request: Request| Ok(request))
            .deserializer::<_, std::convert::Infallible>(|response: &Response| {
                let header = |name| response.headers().get(name).map(str::to_owned);
                let body = response.body().bytes().unwrap_or_default();
                Ok(Answer {
                    status: response.status().as_u16(),
                    body: String::from_utf8_lossy(body).into_owned(),
                    error_type: header("x-amzn-errortype"),
                    date: header("date"),
                })
            })
            .build();
        call.invoke(request)
            .await
            .map_err(|error| broken(endpoint, &error))
    }
}

fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

/// The error code and message of an answer, in XML or JSON; by a header in the JSON protocols that have one.
fn error_in(answer: &Answer) -> (Option<String>, Option<String>) {
    let body = answer.body.as_str();
    if body.trim_start().starts_with('{') {
        let code = answer.error_type.clone();
        let code = code
            .or_else(|| text_of_json(body, "__type"))
            .or_else(|| text_of_json(body, "code"));
        let message = text_of_json(body, "message").or_else(|| text_of_json(body, "Message"));
        return (code, message);
    }
    let text = |element: &str| crate::probe::texts_of(body, element).into_iter().next();
    (
        text("Code").or_else(|| answer.error_type.clone()),
        text("Message"),
    )
}

/// The text of a member of a flat JSON object; escapes are left as they are, but for quotes.
fn text_of_json(body: &str, member: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("\"{member}\""))?;
    let rest = rest
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')?;
    let mut text = String::new();
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some(text),
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    None
}

fn broken<E>(endpoint: String, error: &SdkError<E, Response>) -> AwsError
where
    E: std::error::Error + 'static,
{
    let timed_out = matches!(error, SdkError::TimeoutError(_))
        || matches!(error, SdkError::DispatchFailure(dispatch) if dispatch.is_timeout());
    if timed_out {
        return AwsError::TimedOut {
            operation: OPERATION,
            endpoint,
            after: std::time::Duration::ZERO,
        };
    }
    let mut innermost: &dyn std::error::Error = error;
    if let SdkError::DispatchFailure(dispatch) = error
        && let Some(connector) = dispatch.as_connector_error()
    {
        innermost = connector;
    }
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    AwsError::Unreachable {
        operation: OPERATION,
        endpoint,
        why: innermost.to_string(),
    }
}

fn unusable(what: &str) -> AwsError {
    AwsError::Unusable {
        operation: OPERATION,
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str, error_type: Option<&str>) -> Answer {
        Answer {
            status: 400,
            body: body.to_owned(),
            error_type: error_type.map(str::to_owned),
            date: None,
        }
    }

    #[test]
    fn errors_are_found_in_each_protocol() {
        let xml = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>a &amp; b</Message></Error></Errors></Response>";
        let json =
            r#"{"__type":"com.amazon.coral.service#AccessDeniedException", "Message" : "User: \"x\""}"#;
        for (answer, code, message) in [
            (answer(xml, None), "UnauthorizedOperation", "a & b"),
            (
                answer(json, None),
                "com.amazon.coral.service#AccessDeniedException",
                "User: \"x\"",
            ),
            (
                answer(r#"{"Message":"m"}"#, Some("AccessDeniedException:http://x/")),
                "AccessDeniedException:http://x/",
                "m",
            ),
        ] {
            let found = error_in(&answer);
            assert_eq!(found, (Some(code.to_owned()), Some(message.to_owned())));
        }
        assert_eq!(error_in(&answer("", None)), (None, None));
    }
}
