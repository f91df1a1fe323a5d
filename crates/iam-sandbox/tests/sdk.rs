//! The HTTP client for the SDK, driven as the SDK drives it.
#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorSettings};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::body::SdkBody;
use common::{BodyHash, Key, Signing, query, signed};
use iam_sandbox::{Fault, FaultKind, Sandbox, Settings, sdk};
use jiff::Timestamp;
use tokio::time::Instant;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

async fn call(
    sandbox: &Arc<Sandbox>,
    settings: HttpConnectorSettings,
) -> Result<HttpResponse, ConnectorError> {
    let key: Key = sandbox.admin().into();
    let signing = Signing {
        service: "sts",
        region: "us-east-1",
        at: now(),
        presigned_for: None,
        body: BodyHash::Real,
    };
    let request = signed(query("sts", "GetCallerIdentity", &[]), &key, &signing);
    let request = HttpRequest::try_from(request.map(|body| SdkBody::from(body.to_vec()))).unwrap();
    let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
    sdk::http_client(sandbox.clone(), now)
        .http_connector(&settings, &components)
        .call(request)
        .await
}

fn patient() -> HttpConnectorSettings {
    HttpConnectorSettings::builder().build()
}

fn sandbox(kind: Option<FaultKind>) -> Arc<Sandbox> {
    let sandbox = Sandbox::new(Settings::default(), now());
    if let Some(kind) = kind {
        sandbox.inject(Fault {
            operation: None,
            skip: 0,
            times: 1,
            kind,
        });
    }
    Arc::new(sandbox)
}

#[tokio::test]
async fn answers_without_a_socket() {
    let response = call(&sandbox(None), patient()).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(
        std::str::from_utf8(response.body().bytes().unwrap())
            .unwrap()
            .contains("user/admin")
    );
}

#[tokio::test]
async fn a_reset_is_an_io_error() {
    assert!(
        call(&sandbox(Some(FaultKind::ResetBefore)), patient())
            .await
            .unwrap_err()
            .is_io()
    );
}

#[tokio::test(start_paused = true)]
async fn a_delay_passes_in_tokios_time() {
    let start = Instant::now();
    call(
        &sandbox(Some(FaultKind::Delay(Duration::from_secs(40)))),
        patient(),
    )
    .await
    .unwrap();
    assert_eq!(start.elapsed().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_hang_ends_by_the_read_timeout_or_never() {
    let sandbox_that_hangs = sandbox(Some(FaultKind::HangAfter));
    let impatient = HttpConnectorSettings::builder()
        .read_timeout(Duration::from_secs(5))
        .build();
    assert!(
        call(&sandbox_that_hangs, impatient)
            .await
            .unwrap_err()
            .is_timeout()
    );
    let hangs = sandbox(Some(FaultKind::HangAfter));
    assert!(
        tokio::time::timeout(Duration::from_hours(24), call(&hangs, patient()))
            .await
            .is_err()
    );
}
