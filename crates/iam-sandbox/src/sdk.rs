//! The sandbox as the HTTP client of the AWS SDK for Rust: the whole SDK runs, signing and retrying included, but
//! nothing leaves the process.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use jiff::Timestamp;

use crate::sandbox::{Outcome, Sandbox};

type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// An HTTP client whose every request goes to `sandbox`. `now` tells the real time. A delay sleeps by Tokio's clock,
/// so that paused time works; a hang ends by the read timeout, or without one never.
pub fn http_client(
    sandbox: Arc<Sandbox>,
    now: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> SharedHttpClient {
    SharedHttpClient::new(Client {
        sandbox,
        now: Arc::new(now),
    })
}

#[derive(Clone)]
struct Client {
    sandbox: Arc<Sandbox>,
    now: Now,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the sandbox in this process")
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            client: self.clone(),
            read_timeout: settings.read_timeout(),
        })
    }
}

#[derive(Clone, Debug)]
struct Connector {
    client: Client,
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let answer = answer(&connector.client, request);
            match connector.read_timeout {
                None => answer.await,
                Some(limit) => tokio::time::timeout(limit, answer)
                    .await
                    .unwrap_or_else(|elapsed| Err(ConnectorError::timeout(elapsed.into()))),
            }
        })
    }
}

async fn answer(client: &Client, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = ByteStream::new(body)
        .collect()
        .await
        .map_err(|error| ConnectorError::user(error.into()))?
        .into_bytes();
    let reply = client
        .sandbox
        .handle(http::Request::from_parts(parts, body), (client.now)());
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    match reply.outcome {
        Outcome::Response(response) => HttpResponse::try_from(response.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None)),
        Outcome::Reset => Err(ConnectorError::io("the connection was reset".into())),
        Outcome::Hang => std::future::pending().await,
    }
}
