//! The server on loopback, talked to in plain bytes.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]
#![allow(clippy::disallowed_methods, reason = "a server's clock is the machine's")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{Key, Signing, query, signed};
use iam_sandbox::{Fault, FaultKind, Sandbox, Settings, server};
use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn started() -> (Arc<Sandbox>, server::Running) {
    let sandbox = Arc::new(Sandbox::new(Settings::default(), Timestamp::now()));
    let running = server::start(sandbox.clone(), ([127, 0, 0, 1], 0).into(), Timestamp::now)
        .await
        .unwrap();
    (sandbox, running)
}

async fn exchange(running: &server::Running, sandbox: &Sandbox) -> String {
    let admin: Key = sandbox.admin().into();
    let signing = Signing {
        service: "sts",
        region: "us-east-1",
        at: Timestamp::now(),
        presigned_for: None,
        body: common::BodyHash::Real,
    };
    let request = signed(query("sts", "GetCallerIdentity", &[]), &admin, &signing);
    let mut text = String::from("POST / HTTP/1.1\r\nconnection: close\r\n");
    for (name, value) in request.headers() {
        text.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    text.extend(["content-length: ", &request.body().len().to_string(), "\r\n\r\n"]);
    let mut stream = TcpStream::connect(running.addr()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.write_all(request.body()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn answers_over_tcp_and_ends_when_told() {
    let (sandbox, running) = started().await;
    let answer = exchange(&running, &sandbox).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains("<Arn>arn:aws:iam::111122223333:user/admin</Arn>"),
        "{answer}"
    );
    assert!(running.url().starts_with("http://127.0.0.1:"));
    let addr = running.addr();
    running.shutdown().await;
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn a_reset_breaks_the_connection_without_an_answer() {
    let (sandbox, running) = started().await;
    sandbox.inject(Fault {
        operation: None,
        skip: 0,
        times: 1,
        kind: FaultKind::ResetAfter,
    });
    assert_eq!(exchange(&running, &sandbox).await, "");
    assert!(exchange(&running, &sandbox).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn nonsense_on_the_wire_harms_nobody() {
    let (sandbox, running) = started().await;
    for nonsense in [
        "\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /?Action=%ff%00&X-Amz-Signature= HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n\u{1}\u{2}\u{3}",
        "PUT /logs/k HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=//// , Signature, SignedHeaders=\r\n\r\n",
        "not http at all",
    ] {
        let mut stream = TcpStream::connect(running.addr()).await.unwrap();
        stream.write_all(nonsense.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2"), "{nonsense:?}");
    }
    assert!(exchange(&running, &sandbox).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_follower_of_the_log_waits_for_the_next_call() {
    let (sandbox, running) = started().await;
    let mut follower = TcpStream::connect(running.addr()).await.unwrap();
    let ask = "GET /_sandbox/log?after=0&wait=30 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    follower.write_all(ask.as_bytes()).await.unwrap();
    let mut first = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), follower.read_exact(&mut first)).await;
    assert!(early.is_err(), "nothing has happened yet");
    exchange(&running, &sandbox).await;
    let mut answer = String::new();
    let told = tokio::time::timeout(Duration::from_secs(10), follower.read_to_string(&mut answer)).await;
    told.expect("well before the 30 seconds that were asked for")
        .unwrap();
    assert!(answer.contains("\"operation\":\"GetCallerIdentity\""), "{answer}");
    assert!(answer.contains("\"next\":1"), "{answer}");
}
