//! A sandbox that runs, and what it answers about itself under `/_sandbox/`.

use crate::failure::Failure;
use crate::settings::Settings;
use bytes::Bytes;
use http::{Method, Request, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::time::Duration;
use tokio::net::TcpStream;

/// An answer has at most 1,000 calls.
const LARGEST: usize = 64 * 1024 * 1024;
/// Longer than a sandbox ever lets a follower of its log wait.
const PATIENCE: Duration = Duration::from_mins(1);
const START: &str = "start one with `daypass sandbox start`, and run the lines that it prints";

/// Where it is.
pub(super) struct Remote {
    url: String,
    authority: String,
}

impl Remote {
    /// The sandbox at `--endpoint-url`, or else at `AWS_ENDPOINT_URL`.
    pub(super) fn find(settings: &Settings) -> Result<Remote, Failure> {
        let named = settings.endpoint_url.clone();
        let url = named.or_else(|| settings.variables.text("AWS_ENDPOINT_URL"));
        let Some(url) = url else {
            return Err(Failure::bad_input(
                "which sandbox? AWS_ENDPOINT_URL is not set, and there is no --endpoint-url",
            )
            .help(START));
        };
        let uri: Option<Uri> = url.parse().ok();
        let authority = uri
            .filter(|uri| uri.scheme_str() == Some("http"))
            .and_then(|uri| uri.authority().map(ToString::to_string));
        match authority {
            Some(authority) => Ok(Remote { url, authority }),
            None => Err(Failure::bad_input(format!(
                "{url} is no sandbox: its address looks like http://127.0.0.1:4566"
            ))
            .help(START)),
        }
    }

    /// Asks for what is at `path`, or sends `body` there.
    pub(super) async fn ask(
        &self,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<serde_json::Value, Failure> {
        let asked = tokio::time::timeout(PATIENCE, self.exchange(path, body));
        let (status, answer) = match asked.await {
            Ok(Ok(answered)) => answered,
            Ok(Err(error)) => return Err(self.silent().why(error.to_string())),
            Err(_) => return Err(self.silent().why("nothing came for a minute")),
        };
        let answer: Option<serde_json::Value> = serde_json::from_slice(&answer).ok();
        match (status, answer) {
            (200, Some(answer)) => Ok(answer),
            (_, Some(answer)) => match answer.get("error").and_then(serde_json::Value::as_str) {
                Some(error) => Err(Failure::bad_input(error)),
                None => Err(self.no_sandbox()),
            },
            (_, None) => Err(self.no_sandbox()),
        }
    }

    async fn exchange(
        &self,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Result<(u16, Bytes), Box<dyn Error + Send + Sync>> {
        let address = match self.authority.rsplit_once(':') {
            Some((_, port)) if port.bytes().all(|b| b.is_ascii_digit()) => self.authority.clone(),
            _ => format!("{}:80", self.authority),
        };
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let served = tokio::spawn(connection);
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let request = Request::builder()
            .method(method)
            .uri(format!("/_sandbox/{path}"))
            .header("host", &self.authority)
            .header("content-type", "application/json")
            .body(Full::new(
                body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string())),
            ))?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let answer = Limited::new(response.into_body(), LARGEST)
            .collect()
            .await?
            .to_bytes();
        served.abort();
        Ok((status, answer))
    }

    fn silent(&self) -> Failure {
        Failure::failed(format!("no sandbox answers at {}", self.url)).help(START)
    }

    fn no_sandbox(&self) -> Failure {
        Failure::failed(format!("what answers at {} is no sandbox of daypass's", self.url)).help(START)
    }
}
