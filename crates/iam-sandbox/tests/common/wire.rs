//! Bytes as a request to a sandbox, for the fuzz target and for the tests that go through its corpus.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code"
)]

use bytes::Bytes;
use http::Request;
use iam_sandbox::{Outcome, Sandbox, Settings};
use jiff::Timestamp;

/// A method, a space, a target; headers, one a line; an empty line; the body. None if HTTP has no such request.
pub fn request(bytes: &[u8]) -> Option<Request<Bytes>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':')?;
        request = request.header(name, value.trim());
    }
    request.body(Bytes::copy_from_slice(body)).ok()
}

/// Sends it to a sandbox in which a bucket is open to everybody, so that requests without a signature get beyond the
/// door. There is always an answer, and what cannot be done is not the sandbox's own fault.
pub fn feed(bytes: &[u8]) {
    let Some(request) = request(bytes) else { return };
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let sandbox = Sandbox::new(Settings::default(), now);
    open(&sandbox, now);
    let asked = format!("{} {}", request.method(), request.uri());
    match sandbox.handle(request, now).outcome {
        Outcome::Response(response) => {
            let status = response.status().as_u16();
            assert!(
                status < 500 || status == 501,
                "{asked}: {status} {:?}",
                response.body()
            );
        }
        outcome => panic!("{asked}: {outcome:?}"),
    }
}

/// Gives the bucket `logs` a policy that opens it, as its owner's administrator would.
fn open(sandbox: &Sandbox, now: Timestamp) {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}]}"#;
    let request = Request::builder()
        .method("PUT")
        .uri("http://localhost/logs?policy")
        .header("host", "localhost")
        .body(Bytes::from_static(policy.as_bytes()))
        .unwrap();
    let request = super::sign::admin(request, &sandbox.admin(), now);
    match sandbox.handle(request, now).outcome {
        Outcome::Response(response) => assert!(response.status().is_success(), "{:?}", response.body()),
        outcome => panic!("{outcome:?}"),
    }
}
