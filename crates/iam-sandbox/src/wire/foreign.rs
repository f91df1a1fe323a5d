//! The answer to calls for services that are not here: clear, and in the form that the service's own protocol has for
//! errors, since that is all that the client can read.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::wire::Service;
use crate::wire::answer::render_error;
use crate::wire::error::ApiError;

/// What AWS calls an operation that it does not know ("Common Error Types", any service's API Reference).
const CODE: &str = "UnknownOperationException";

/// How a service speaks ("AWS Protocols", Smithy documentation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// Names its operation in `X-Amz-Target`.
    Json { content_type: &'static str },
    /// JSON at paths of its own.
    RestJson,
    /// Says so in `smithy-protocol`.
    Cbor,
    /// The query protocol, and REST with XML: the same form of errors.
    Xml,
}

impl Protocol {
    fn of(parts: &Parts, service: &str) -> Protocol {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        if header("smithy-protocol").is_some_and(|protocol| protocol.starts_with("rpc-v2-cbor")) {
            return Protocol::Cbor;
        }
        let content_type = header("content-type").unwrap_or_default();
        if header("x-amz-target").is_some() {
            return Protocol::Json {
                content_type: if content_type.contains("json-1.0") {
                    "application/x-amz-json-1.0"
                } else {
                    "application/x-amz-json-1.1"
                },
            };
        }
        let is_query = content_type.contains("x-www-form-urlencoded")
            || parts.uri.query().is_some_and(|query| query.contains("Action="));
        // All services that speak REST with XML.
        if is_query || service.starts_with("s3") || matches!(service, "cloudfront" | "route53") {
            return Protocol::Xml;
        }
        Protocol::RestJson
    }
}

pub(crate) fn response(parts: &Parts, service: &str, request_id: &str) -> Response<Bytes> {
    // The name comes from the request, and goes into JSON and headers.
    let service: String = service
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(64)
        .collect();
    let known: Vec<&str> = Service::ALL.iter().map(|service| service.name()).collect();
    let message = format!(
        "The sandbox has no service {service}: it has {}",
        known.join(", ")
    );
    let mut more = None;
    let (content_type, body) = match Protocol::of(parts, &service) {
        Protocol::Xml => {
            let error = ApiError::new(400, "InvalidAction", message);
            return render_error(Service::Iam, &error, false, request_id);
        }
        Protocol::Json { content_type } => (
            content_type,
            Bytes::from(format!("{{\"__type\":\"{CODE}\",\"message\":\"{message}\"}}")),
        ),
        Protocol::RestJson => {
            more = Some(("x-amzn-errortype", CODE));
            (
                "application/json",
                Bytes::from(format!("{{\"message\":\"{message}\"}}")),
            )
        }
        Protocol::Cbor => {
            more = Some(("smithy-protocol", "rpc-v2-cbor"));
            (
                "application/cbor",
                Bytes::from(cbor(&[("__type", CODE), ("message", &message)])),
            )
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some((name, value)) = more {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), value);
    }
    response
}

/// A map of texts (RFC 8949, "Concise Binary Object Representation", section 3.1).
fn cbor(pairs: &[(&str, &str)]) -> Vec<u8> {
    const TEXT: u8 = 0x60;
    const MAP: u8 = 0xa0;
    let head = |out: &mut Vec<u8>, major: u8, length: usize| match u16::try_from(length).unwrap_or(u16::MAX) {
        short @ 0..24 => out.extend(u8::try_from(short).map(|short| major | short)),
        long => {
            out.push(major | 0x19);
            out.extend(long.to_be_bytes());
        }
    };
    let mut out = Vec::new();
    head(&mut out, MAP, pairs.len());
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        head(&mut out, TEXT, text.len());
        out.extend(text.bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)], uri: &str, service: &str) -> (String, String) {
        let mut request = http::Request::builder().method("POST").uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let parts = request.body(()).unwrap().into_parts().0;
        let response = response(&parts, service, "id");
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        (kind, String::from_utf8_lossy(response.body()).into_owned())
    }

    /// "AWS Protocols", Smithy documentation: operation error serialization of each.
    #[test]
    fn each_protocol_gets_its_own_form() {
        let json = [
            ("x-amz-target", "DynamoDB_20120810.ListTables"),
            ("content-type", "application/x-amz-json-1.0"),
        ];
        let (kind, body) = asked(&json, "/", "dynamodb\"");
        assert_eq!(kind, "application/x-amz-json-1.0");
        assert!(
            body.starts_with(
                "{\"__type\":\"UnknownOperationException\",\"message\":\"The sandbox has no service dynamodb:"
            ),
            "{body}"
        );
        let (kind, body) = asked(&[], "/2015-03-31/functions", "lambda");
        assert_eq!(kind, "application/json");
        assert!(
            body.starts_with("{\"message\":\"The sandbox has no service lambda"),
            "{body}"
        );
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let (kind, body) = asked(&form, "/", "sns");
        assert_eq!(kind, "text/xml");
        assert!(body.contains("<Code>InvalidAction</Code>"), "{body}");
        let (kind, body) = asked(
            &[("smithy-protocol", "rpc-v2-cbor")],
            "/service/x/operation/y",
            "monitoring",
        );
        assert_eq!(kind, "application/cbor");
        assert!(
            body.contains("__type") && body.contains("no service monitoring"),
            "{body}"
        );
    }

    #[test]
    fn cbor_is_as_the_rfc_has_it() {
        let long = "a".repeat(24);
        let mut wanted = b"\xa1\x61k\x79\x00\x18".to_vec();
        wanted.extend(long.bytes());
        assert_eq!(cbor(&[("k", &long)]), wanted);
    }
}
