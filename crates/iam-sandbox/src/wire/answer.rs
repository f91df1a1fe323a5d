//! What an operation answers, and the envelope that its service puts around that.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};

use crate::wire::Service;
use crate::wire::error::ApiError;
use crate::wire::json::Json;
use crate::wire::xml::Xml;

/// The answer of an operation that went well.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Query protocol: what goes into `<...Result>` (IAM, STS) or straight into `<...Response>` (EC2).
    Fields(Xml),
    /// Query protocol: an answer without a result.
    Empty,
    /// JSON protocol: the whole body.
    Json(Json),
    /// S3: everything; the object's own metadata apart.
    Rest {
        status: u16,
        headers: Vec<(&'static str, String)>,
        metadata: Vec<(String, String)>,
        body: Bytes,
    },
}

impl Answer {
    /// Fields that `fill` writes.
    pub(crate) fn fields(fill: impl FnOnce(&mut Xml)) -> Answer {
        let mut xml = Xml::default();
        fill(&mut xml);
        Answer::Fields(xml)
    }

    /// An answer of S3.
    pub(crate) fn rest(status: u16, headers: Vec<(&'static str, String)>, body: impl Into<Bytes>) -> Answer {
        Answer::Rest {
            status,
            headers,
            metadata: Vec::new(),
            body: body.into(),
        }
    }

    /// An XML body of S3.
    pub(crate) fn document(name: &str, fill: impl FnOnce(&mut Xml)) -> Answer {
        let mut xml = Xml::default();
        xml.root(name, S3_NAMESPACE, fill);
        Answer::rest(
            200,
            vec![("content-type", "application/xml".to_owned())],
            xml.finish(),
        )
    }

    /// A bodiless answer of S3.
    pub(crate) fn no_content() -> Answer {
        Answer::rest(204, Vec::new(), Bytes::new())
    }
}

const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        Service::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
        Service::S3 => S3_NAMESPACE,
        // JSON has none.
        Service::CloudTrail => "",
    }
}

/// The whole response to a call that went well.
pub(crate) fn render(service: Service, operation: &str, answer: Answer, request_id: &str) -> Response<Bytes> {
    let mut xml = Xml::default();
    match answer {
        Answer::Rest {
            status,
            headers,
            metadata,
            body,
        } => {
            let mut response = respond(status, body, request_id, service);
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response
                        .headers_mut()
                        .insert(HeaderName::from_static(name), value);
                }
            }
            for (name, value) in metadata {
                let name = HeaderName::try_from(format!("x-amz-meta-{name}"));
                if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
                    response.headers_mut().insert(name, value);
                }
            }
            return response;
        }
        Answer::Json(json) => {
            return with_json_type(respond(200, Bytes::from(json.to_string()), request_id, service));
        }
        Answer::Fields(fields) if service == Service::Ec2 => {
            xml.root(&format!("{operation}Response"), namespace(service), |xml| {
                xml.text("requestId", request_id).append(&fields);
            });
        }
        answer => {
            xml.root(&format!("{operation}Response"), namespace(service), |xml| {
                if let Answer::Fields(fields) = &answer {
                    xml.element(&format!("{operation}Result"), |xml| {
                        xml.append(fields);
                    });
                }
                xml.element("ResponseMetadata", |xml| {
                    xml.text("RequestId", request_id);
                });
            });
        }
    }
    with_xml_type(respond(200, Bytes::from(xml.finish()), request_id, service))
}

/// The whole response to a call that failed.
pub(crate) fn render_error(
    service: Service,
    error: &ApiError,
    is_head: bool,
    request_id: &str,
) -> Response<Bytes> {
    let mut xml = Xml::default();
    match service {
        Service::CloudTrail => return json_error(error, request_id),
        Service::Iam | Service::Sts => {
            xml.root("ErrorResponse", namespace(service), |xml| {
                xml.element("Error", |xml| {
                    xml.text("Type", if error.status < 500 { "Sender" } else { "Receiver" })
                        .text("Code", &error.code)
                        .text("Message", &error.message);
                });
                xml.text("RequestId", request_id);
            });
        }
        Service::Ec2 => {
            xml.element("Response", |xml| {
                xml.list("Errors", "Error", [error], |xml, error| {
                    xml.text("Code", &error.code).text("Message", &error.message);
                });
                xml.text("RequestID", request_id);
            });
        }
        Service::S3 => {
            xml.element("Error", |xml| {
                xml.text("Code", &error.code).text("Message", &error.message);
                for (name, value) in &error.details {
                    xml.text(name, value);
                }
                xml.text("RequestId", request_id)
                    .text("HostId", host_id(request_id));
            });
        }
    }
    // The answer to HEAD has no body; its status is all that the caller is told.
    let body = if is_head {
        Bytes::new()
    } else {
        Bytes::from(xml.finish())
    };
    let mut response = with_xml_type(respond(error.status, body, request_id, service));
    // Where the bucket really is, for clients whose request has no body to read it from.
    let region = error.details.iter().find(|(name, _)| *name == "Region");
    if let Some(value) = region.and_then(|(_, region)| HeaderValue::from_str(region).ok()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-amz-bucket-region"), value);
    }
    response
}

/// "Operation error serialization" of the AWS JSON 1.1 protocol, Smithy documentation; the header is the one that REST
/// has for the same, and some clients look at both.
fn json_error(error: &ApiError, request_id: &str) -> Response<Bytes> {
    let body = Json::object([
        ("__type", error.code.as_str().into()),
        ("message", error.message.as_str().into()),
    ]);
    let body = Bytes::from(body.to_string());
    let mut response = with_json_type(respond(error.status, body, request_id, Service::CloudTrail));
    if let Ok(code) = HeaderValue::from_str(&error.code) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-amzn-errortype"), code);
    }
    response
}

fn with_json_type(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.1"),
    );
    response
}

/// S3's second id of a request: long, opaque, and another for each.
fn host_id(request_id: &str) -> String {
    BASE64.encode(Sha256::digest(request_id.as_bytes()))
}

fn with_xml_type(mut response: Response<Bytes>) -> Response<Bytes> {
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

fn respond(status: u16, body: Bytes, request_id: &str, service: Service) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let name = if service == Service::S3 {
        "x-amz-request-id"
    } else {
        "x-amzn-requestid"
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static(name), value);
    }
    if service == Service::S3
        && let Ok(value) = HeaderValue::from_str(&host_id(request_id))
    {
        headers.insert(HeaderName::from_static("x-amz-id-2"), value);
    }
    response
}
