//! What the sandbox answers about itself, under `/_sandbox/`: for whoever runs it, unsigned, and not in the log.

mod clock;
mod faults;
mod log;
mod outsiders;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use jiff::Timestamp;

use crate::sandbox::Sandbox;
use crate::wire::json::Json;
use crate::wire::s3::bucket_of_host;

#[cfg(feature = "server")]
pub(crate) use log::Wait;

/// No bucket's name begins with an underscore, so no request of S3's goes here.
const PREFIX: &str = "/_sandbox/";

/// What is wrong with a request for the sandbox itself.
pub(crate) struct Refused {
    status: StatusCode,
    message: String,
}

impl Refused {
    pub(crate) fn bad(message: impl Into<String>) -> Refused {
        Refused {
            status: StatusCode::BAD_REQUEST,
            message: message.into(),
        }
    }
}

impl Sandbox {
    /// The answer to a request that is for the sandbox itself; none for any other.
    pub(crate) fn administer(&self, request: &Request<Bytes>, now: Timestamp) -> Option<Response<Bytes>> {
        let name = request.uri().path().strip_prefix(PREFIX)?;
        // In a host that names a bucket, this is the key of an object.
        let host = request.headers().get(header::HOST);
        if host.is_some_and(|host| host.to_str().is_ok_and(|host| bucket_of_host(host).is_some())) {
            return None;
        }
        let answer = changes_by_purpose(request).and_then(|()| match (name, request.method()) {
            ("clock", &Method::GET) => Ok(clock::show(self, now)),
            ("clock", &Method::POST) => clock::change(self, request.body(), now),
            ("log", &Method::GET) => log::read(self, request.uri().query().unwrap_or_default()),
            ("mfa-code", &Method::POST) => outsiders::mfa_code(self, request.body(), now),
            ("web-identity-token", &Method::POST) => outsiders::token(self, request.body(), now),
            ("faults", &Method::GET) => Ok(faults::list(self)),
            ("faults", &Method::POST) => faults::add(self, request.body()),
            ("faults", &Method::DELETE) => Ok(faults::clear(self)),
            ("clock" | "faults" | "log" | "mfa-code" | "web-identity-token", method) => Err(Refused {
                status: StatusCode::METHOD_NOT_ALLOWED,
                message: format!("{PREFIX}{name} does not take {method}"),
            }),
            _ => Err(Refused {
                status: StatusCode::NOT_FOUND,
                message: format!(
                    "there is no {PREFIX}{name}: there are clock, faults, log, mfa-code and web-identity-token"
                ),
            }),
        });
        let (status, body) = match answer {
            Ok(body) => (StatusCode::OK, body),
            Err(refused) => {
                let body = Json::object([("error", refused.message.as_str().into())]);
                (refused.status, body)
            }
        };
        let mut response = Response::new(Bytes::from(format!("{body}\n")));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        Some(response)
    }
}

/// A page in a browser can send plain forms to loopback, but neither JSON nor DELETE.
fn changes_by_purpose(request: &Request<Bytes>) -> Result<(), Refused> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_json || [Method::GET, Method::DELETE].contains(request.method()) {
        return Ok(());
    }
    Err(Refused {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        message: "send JSON, with the header `content-type: application/json`".to_owned(),
    })
}
