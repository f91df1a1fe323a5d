//! A caller for tests: requests signed by the AWS SDK's own signer, answers picked apart.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test code; each test file uses a part of it"
)]

pub mod codes;

use std::cell::Cell;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{Request, Response};
use iam_sandbox::{AccessKey, Outcome, Propagation, Reply, Sandbox, Settings};
use jiff::{SignedDuration, Timestamp};

pub const ACCOUNT: &str = "111122223333";

/// Credentials of any kind.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
}

impl From<AccessKey> for Key {
    fn from(key: AccessKey) -> Key {
        Key {
            id: key.id,
            secret: key.secret,
            token: None,
        }
    }
}

/// How a request is signed.
#[derive(Clone)]
pub struct Signing {
    pub service: &'static str,
    pub region: &'static str,
    pub at: Timestamp,
    pub presigned_for: Option<Duration>,
    pub body: BodyHash,
}

#[derive(Clone, Copy)]
pub enum BodyHash {
    Real,
    Unsigned,
    StreamingUnsignedTrailer,
}

/// Signs as the SDKs do.
pub fn signed(request: Request<Bytes>, key: &Key, signing: &Signing) -> Request<Bytes> {
    let identity = Credentials::new(&key.id, &key.secret, key.token.clone(), None, "test").into();
    let mut settings = SigningSettings::default();
    if signing.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if let Some(lasts) = signing.presigned_for {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(lasts);
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(signing.region)
        .name(signing.service)
        .time(SystemTime::from(signing.at))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let (mut parts, body) = request.into_parts();
    let signable_body = match signing.body {
        BodyHash::Real => SignableBody::Bytes(&body),
        BodyHash::Unsigned => SignableBody::UnsignedPayload,
        BodyHash::StreamingUnsignedTrailer => SignableBody::StreamingUnsignedPayloadTrailer,
    };
    let uri = parts.uri.to_string();
    let method = parts.method.to_string();
    let headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let signable = SignableRequest::new(
        &method,
        &uri,
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        signable_body,
    )
    .unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let mut unsigned = Request::from_parts(parts.clone(), ());
    instructions.apply_to_request_http1x(&mut unsigned);
    parts = unsigned.into_parts().0;
    Request::from_parts(parts, body)
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub response: Response<Bytes>,
}

impl Answer {
    /// The text of the first element of this name.
    pub fn text(&self, element: &str) -> Option<String> {
        self.texts(element).into_iter().next()
    }

    /// The texts of all elements of this name.
    pub fn texts(&self, element: &str) -> Vec<String> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        self.body
            .split(&open)
            .skip(1)
            .filter_map(|rest| rest.split_once(&close))
            .map(|(text, _)| {
                text.replace("&quot;", "\"")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&")
            })
            .collect()
    }

    pub fn code(&self) -> String {
        self.text("Code").unwrap_or_default()
    }

    pub fn message(&self) -> String {
        self.text("Message").unwrap_or_default()
    }

    #[track_caller]
    pub fn ok(self) -> Answer {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{}",
            self.body
        );
        self.message()
    }

    /// The temporary credentials of an answer of STS.
    #[track_caller]
    pub fn credentials(&self) -> Key {
        Key {
            id: self
                .text("AccessKeyId")
                .unwrap_or_else(|| panic!("{}", self.body)),
            secret: self.text("SecretAccessKey").unwrap(),
            token: self.text("SessionToken"),
        }
    }
}

/// A sandbox and the real time outside of it.
pub struct Cloud {
    pub sandbox: Sandbox,
    pub now: Cell<Timestamp>,
}

/// No call was answered with a code that AWS does not answer that operation with.
impl Drop for Cloud {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        codes::check(&self.sandbox);
    }
}

impl Cloud {
    pub fn new() -> Cloud {
        Cloud::with(Settings {
            entropy: 7,
            propagation: Propagation::none(),
        })
    }

    pub fn with(settings: Settings) -> Cloud {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        Cloud {
            sandbox: Sandbox::new(settings, now),
            now: Cell::new(now),
        }
    }

    pub fn wait(&self, by: SignedDuration) {
        self.now.set(self.now.get() + by);
    }

    pub fn admin(&self) -> Key {
        self.sandbox.admin().into()
    }

    pub fn developer(&self) -> Key {
        self.sandbox.access_keys("developer").remove(0).into()
    }

    pub fn signing(&self, service: &'static str) -> Signing {
        Signing {
            service,
            region: "us-east-1",
            at: self.now.get(),
            presigned_for: None,
            body: BodyHash::Real,
        }
    }

    pub fn send(&self, request: Request<Bytes>) -> Answer {
        answer(self.sandbox.handle(request, self.now.get()))
    }

    /// A call of the query protocol.
    pub fn ask(&self, key: &Key, service: &'static str, operation: &str, params: &[(&str, &str)]) -> Answer {
        self.send(signed(
            query(service, operation, params),
            key,
            &self.signing(service),
        ))
    }

    pub fn iam(&self, key: &Key, operation: &str, params: &[(&str, &str)]) -> Answer {
        self.ask(key, "iam", operation, params)
    }

    pub fn s3(&self, key: &Key, method: &str, path: &str, body: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:4566{path}"))
            .header("host", "127.0.0.1:4566")
            .body(Bytes::from(body.to_owned()))
            .unwrap();
        self.send(signed(request, key, &self.signing("s3")))
    }

    /// A call of IAM by the administrator.
    pub fn as_admin(&self, operation: &str, params: &[(&str, &str)]) -> Answer {
        self.iam(&self.admin(), operation, params)
    }

    /// Makes a virtual MFA device of this user, enabled with codes of the last minute; gives its serial number.
    pub fn mfa_device(&self, user: &str) -> String {
        let made = self
            .as_admin("CreateVirtualMFADevice", &[("VirtualMFADeviceName", user)])
            .ok();
        let serial = made.text("SerialNumber").unwrap();
        let code = |seconds: i64| {
            let at = self.now.get() - SignedDuration::from_secs(seconds);
            self.sandbox.mfa_code(&serial, at).unwrap()
        };
        self.as_admin(
            "EnableMFADevice",
            &[
                ("UserName", user),
                ("SerialNumber", &serial),
                ("AuthenticationCode1", &code(60)),
                ("AuthenticationCode2", &code(30)),
            ],
        )
        .ok();
        serial
    }

    /// Makes a user with an inline policy, if any, and gives its key.
    pub fn user(&self, name: &str, policy: Option<&str>) -> Key {
        let admin = self.admin();
        self.iam(&admin, "CreateUser", &[("UserName", name)]).ok();
        if let Some(policy) = policy {
            self.iam(
                &admin,
                "PutUserPolicy",
                &[
                    ("UserName", name),
                    ("PolicyName", "inline"),
                    ("PolicyDocument", policy),
                ],
            )
            .ok();
        }
        self.iam(&admin, "CreateAccessKey", &[("UserName", name)])
            .ok()
            .credentials()
    }

    /// Makes a role with an inline policy, if any, and gives its ARN.
    pub fn role(&self, name: &str, trust: &str, policy: Option<&str>) -> String {
        let admin = self.admin();
        let made = self
            .iam(
                &admin,
                "CreateRole",
                &[("RoleName", name), ("AssumeRolePolicyDocument", trust)],
            )
            .ok();
        if let Some(policy) = policy {
            self.iam(
                &admin,
                "PutRolePolicy",
                &[
                    ("RoleName", name),
                    ("PolicyName", "inline"),
                    ("PolicyDocument", policy),
                ],
            )
            .ok();
        }
        made.text("Arn").unwrap()
    }

    pub fn assume(&self, key: &Key, role: &str, more: &[(&str, &str)]) -> Answer {
        let mut params = vec![("RoleArn", role), ("RoleSessionName", "session")];
        params.extend_from_slice(more);
        self.ask(key, "sts", "AssumeRole", &params)
    }
}

pub fn answer(reply: Reply) -> Answer {
    let Outcome::Response(response) = reply.outcome else {
        panic!("no response: {:?}", reply.outcome)
    };
    let body = String::from_utf8_lossy(response.body()).into_owned();
    Answer {
        status: response.status().as_u16(),
        body,
        response,
    }
}

pub fn query(service: &str, operation: &str, params: &[(&str, &str)]) -> Request<Bytes> {
    let version = match service {
        "iam" => "2010-05-08",
        "sts" => "2011-06-15",
        _ => "2016-11-15",
    };
    let mut form = format!("Action={operation}&Version={version}");
    for (name, value) in params {
        form.extend(["&", name, "=", &encode(value)]);
    }
    Request::builder()
        .method("POST")
        .uri("http://127.0.0.1:4566/")
        .header("host", "127.0.0.1:4566")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form))
        .unwrap()
}

pub fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// A document of one statement.
pub fn statement(fields: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{fields}}}]}}"#)
}

pub fn allow(action: &str, resource: &str) -> String {
    statement(&format!(
        r#""Effect":"Allow","Action":"{action}","Resource":"{resource}""#
    ))
}

/// A trust policy for one principal of AWS.
pub fn trust(principal: &str) -> String {
    statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole""#
    ))
}
