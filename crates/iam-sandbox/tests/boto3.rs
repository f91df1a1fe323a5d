//! The real boto3 and AWS CLI against the sandbox on a port: every operation, success and each modelled error, the
//! paginators, the CLI, and a story as any user of boto3 would write it. The program is in `boto3/`.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use common::codes::Codes;
use iam_policy::AccountId;
use iam_sandbox::{Sandbox, Settings, WebIdentity, server};
use jiff::{SignedDuration, Timestamp};
use tokio::process::Command;

/// Nothing here takes longer, on any machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// The Python virtual environment with `awscli` and `boto3`.
fn virtual_environment() -> PathBuf {
    match std::env::var_os("DAYPASS_TEST_VENV") {
        Some(path) => PathBuf::from(path),
        None => {
            panic!("this test needs the real AWS CLI and boto3: run `cargo xtask test`, which sets them up")
        }
    }
}

/// The README's table, which a unit test holds to be the sandbox's: `iam CreateUser`, a line each.
fn operations() -> String {
    let mut lines = String::new();
    for row in include_str!("../README.md").lines() {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, service, operations, _] = cells.as_slice() else {
            continue;
        };
        let service = service.split(' ').next().unwrap_or_default().to_lowercase();
        if !Codes::services().any(|known| known == service) {
            continue;
        }
        for operation in operations.split(", ") {
            writeln!(lines, "{service} {operation}").unwrap();
        }
    }
    lines
}

#[tokio::test]
async fn the_real_boto3_and_aws_cli_believe_it() {
    all_cases("boto3").await;
}

/// The same cases, each call an `aws SERVICE OPERATION`, with its arguments as JSON where the command takes them so.
#[tokio::test]
async fn the_cases_hold_through_the_aws_cli_as_well() {
    all_cases("cli").await;
}

async fn all_cases(through: &str) {
    let sandbox = Arc::new(Sandbox::new(Settings::default(), Timestamp::now()));
    let admin = sandbox.admin();
    let root = sandbox.create_root_key(Timestamp::now());
    let other: AccountId = "444455556666".parse().unwrap();
    let other = sandbox.add_account(&other, Timestamp::now());
    let identity = WebIdentity::new("https://idp1.example.com", "alice", "client1");
    let token = sandbox.web_identity_token(&identity, Timestamp::now());
    let mut other_identity = identity.clone();
    "mallory".clone_into(&mut other_identity.subject);
    let revoked = sandbox.web_identity_token(&other_identity, Timestamp::now());
    sandbox.revoke_web_identity_token(&revoked);
    other_identity.lasts = SignedDuration::ZERO;
    let expired = sandbox.web_identity_token(&other_identity, Timestamp::now());
    let server = server::start(sandbox.clone(), ([127, 0, 0, 1], 0).into(), Timestamp::now)
        .await
        .unwrap();
    let home = tempfile::tempdir().unwrap();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/boto3/main.py");
    let output = Command::new(virtual_environment().join("bin/python"))
        .arg("-B")
        .arg(program)
        .env_clear()
        .env("HOME", home.path())
        .env("PYTHONUTF8", "1")
        .env("THROUGH", through)
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", &admin.id)
        .env("AWS_SECRET_ACCESS_KEY", &admin.secret)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("ROOT_ACCESS_KEY_ID", &root.id)
        .env("ROOT_SECRET_ACCESS_KEY", &root.secret)
        .env("OTHER_ACCESS_KEY_ID", &other.id)
        .env("OTHER_SECRET_ACCESS_KEY", &other.secret)
        .env("WEB_IDENTITY_TOKEN", token)
        .env("REVOKED_WEB_IDENTITY_TOKEN", revoked)
        .env("EXPIRED_WEB_IDENTITY_TOKEN", expired)
        .env("SANDBOX_OPERATIONS", operations())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, output)
        .await
        .expect("within five minutes")
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    common::codes::check(&sandbox);
}
