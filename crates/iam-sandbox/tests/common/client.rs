//! A client that costs little: requests signed beforehand, sent again and again over a connection that is kept.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "each user uses a part of it"
)]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::SystemTime;

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Clone, Debug)]
pub struct Credentials {
    pub id: String,
    pub secret: String,
}

/// A request as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Signed(Vec<u8>);

/// A call of the query protocol.
pub fn form(
    host: &str,
    service: &str,
    operation: &str,
    params: &[(&str, &str)],
    key: &Credentials,
) -> Signed {
    let version = if service == "iam" {
        "2010-05-08"
    } else {
        "2011-06-15"
    };
    let mut body = format!("Action={operation}&Version={version}");
    for (name, value) in params {
        let value = value.bytes().fold(String::new(), |mut text, byte| {
            let _ = match byte {
                b if b.is_ascii_alphanumeric() => write!(text, "{}", char::from(b)),
                b => write!(text, "%{b:02X}"),
            };
            text
        });
        let _ = write!(body, "&{name}={value}");
    }
    let kind = ("content-type", "application/x-www-form-urlencoded");
    signed(host, service, "POST", "/", &[kind], &body, key)
}

/// A call of S3.
pub fn s3(host: &str, method: &str, path: &str, body: &str, key: &Credentials) -> Signed {
    signed(host, "s3", method, path, &[], body, key)
}

fn signed(
    host: &str,
    service: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
    key: &Credentials,
) -> Signed {
    let identity = aws_credential_types::Credentials::new(&key.id, &key.secret, None, None, "bench").into();
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(service)
        .time(SystemTime::now())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let uri = format!("http://{host}{path}");
    let all = headers.iter().copied().chain([("host", host)]);
    let signable =
        SignableRequest::new(method, &uri, all.clone(), SignableBody::Bytes(body.as_bytes())).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let mut text = format!("{method} {path} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in all.chain(instructions.headers()) {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "\r\n{body}");
    Signed(text.into_bytes())
}

/// A kept connection.
pub struct Connection {
    addr: SocketAddr,
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub async fn open(addr: SocketAddr) -> Connection {
        Connection {
            addr,
            stream: connect(addr).await,
            read: Vec::new(),
        }
    }

    /// Sends a request and reads its whole answer. A server that closes after each answer is connected to again.
    pub async fn ask(&mut self, request: &Signed) -> (u16, String) {
        self.read.clear();
        self.stream.write_all(&request.0).await.unwrap();
        let head = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.fill().await;
        };
        let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
        let status = text[9..12].parse().unwrap();
        let header = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim().to_owned()))
        };
        let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.read.len() < head + length {
            self.fill().await;
        }
        let body = String::from_utf8_lossy(&self.read[head..head + length]).into_owned();
        if header("connection").as_deref() == Some("close") {
            self.stream = connect(self.addr).await;
        }
        (status, body)
    }

    async fn fill(&mut self) {
        self.read.reserve(16 * 1024);
        let count = self.stream.read_buf(&mut self.read).await.unwrap();
        assert!(count > 0, "the server has closed the connection");
    }
}

async fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}
