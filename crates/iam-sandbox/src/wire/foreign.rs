//! The answer to calls for services that are not here: clear, and in a form that the client can read.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};

use crate::wire::Service;
use crate::wire::answer::render_error;
use crate::wire::error::ApiError;

/// Newer services speak JSON and say so by `X-Amz-Target` or the content type; the others XML.
pub(crate) fn response(parts: &Parts, service: &str, request_id: &str) -> Response<Bytes> {
    let message = format!("The sandbox has no service {service}: it has iam, sts, s3 and ec2");
    let is_json = parts.headers.contains_key("x-amz-target")
        || parts
            .headers
            .get(http::header::CONTENT_TYPE)
            .is_some_and(|value| value.to_str().is_ok_and(|text| text.contains("json")));
    if !is_json {
        return render_error(
            Service::Iam,
            &ApiError::new(400, "InvalidAction", message),
            false,
            request_id,
        );
    }
    // The name comes from the request; only plain characters may go into the JSON.
    let plain: String = message
        .chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .filter(|c| !"\"\\".contains(*c))
        .collect();
    let body = format!("{{\"__type\":\"UnknownOperationException\",\"message\":\"{plain}\"}}");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    response
}
