//! A sandbox in this process, on virtual time: waiting costs nothing and every run is the same.

#![allow(dead_code, unreachable_pub, reason = "each test uses its own part of it")]

use std::sync::Arc;

use daypass_aws::{Clock, Connection, ConnectionSettings, Credentials, Lease, LeaseSettings, Progress, Stop};
use daypass_core::lease::{LeaseEntropy, LeaseRequest, Readiness, Via};
use iam_policy::Document;
use iam_sandbox::{Propagation, Sandbox, Settings};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use tokio::time::Instant;

/// Lists buckets, and the objects of `reports` alone.
pub const DOCUMENT: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports" },
    { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*" }
  ]
}"#;

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub clock: Clock,
    pub start: Timestamp,
    pub admin: Connection,
}

impl World {
    /// A fresh world. Call it inside a runtime whose time is paused.
    pub async fn new(entropy: u64, propagation: Propagation) -> World {
        let start = Instant::now();
        let base: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let now = move || base + SignedDuration::try_from(start.elapsed()).unwrap();
        let sandbox = Arc::new(Sandbox::new(Settings { entropy, propagation }, now()));
        let key = sandbox.admin();
        let clock = Clock::new(now);
        let credentials = Credentials::from_key(key.id, key.secret);
        let admin = connection(&sandbox, &clock, credentials).await;
        World {
            sandbox,
            clock,
            start: base,
            admin,
        }
    }

    /// daypass's own connection, as somebody else.
    pub async fn connection_as(&self, credentials: Credentials) -> Connection {
        connection(&self.sandbox, &self.clock, credentials).await
    }

    /// The SDK's own client, as the admin.
    pub fn iam(&self) -> aws_sdk_iam::Client {
        let key = self.sandbox.admin();
        self.iam_as(&Credentials::from_key(key.id, key.secret))
    }

    /// The SDK's own client.
    pub fn iam_as(&self, credentials: &Credentials) -> aws_sdk_iam::Client {
        let clock = self.clock.clone();
        let token = credentials
            .session_token
            .as_ref()
            .map(|token| token.expose_secret().to_owned());
        let id = credentials.access_key_id.clone();
        let secret = credentials.secret_access_key.expose_secret();
        let config = aws_sdk_iam::Config::builder()
            .behavior_version(aws_sdk_iam::config::BehaviorVersion::v2026_01_12())
            .region(aws_sdk_iam::config::Region::new("us-east-1"))
            .endpoint_url("http://sandbox.invalid")
            .credentials_provider(aws_credential_types::Credentials::new(
                id, secret, token, None, "test",
            ))
            .http_client(iam_sandbox::sdk::http_client(self.sandbox.clone(), move || {
                clock.now()
            }))
            .time_source(self.clock.clone())
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .build();
        aws_sdk_iam::Client::from_conf(config)
    }

    /// Temporary roles that are there, by the world's newest state.
    pub fn temporary_roles(&self) -> Vec<String> {
        self.sandbox
            .role_names()
            .into_iter()
            .filter(|name| name.starts_with("daypass-try-"))
            .collect()
    }

    pub async fn open(&self, request: LeaseRequest) -> Result<Lease, daypass_aws::OpenError> {
        Lease::open(&self.admin, request, &settings(), &mut quiet(), &Stop::default()).await
    }
}

async fn connection(sandbox: &Arc<Sandbox>, clock: &Clock, credentials: Credentials) -> Connection {
    let now = clock.clone();
    Connection::open(ConnectionSettings {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some("http://sandbox.invalid".to_owned()),
        credentials: Some(credentials),
        http_client: Some(iam_sandbox::sdk::http_client(sandbox.clone(), move || now.now())),
        clock: clock.clone(),
        ..ConnectionSettings::default()
    })
    .await
    .unwrap()
}

pub fn request() -> LeaseRequest {
    LeaseRequest {
        document: Document::parse(DOCUMENT).unwrap(),
        managed_policies: vec!["arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess".parse().unwrap()],
        boundary: None,
        tags: Vec::new(),
        lasts: SignedDuration::from_hours(1),
        via: Via::Role,
    }
}

/// Fewer proofs than usual: what is tried with each call in turn should not be tried with 25 that are all the same.
pub fn settings() -> LeaseSettings {
    LeaseSettings {
        readiness: Readiness {
            rounds: 2,
            calls: 2,
            ..Readiness::default()
        },
        entropy: Some(LeaseEntropy {
            name: 11,
            sealed: 12,
            opened: 13,
        }),
    }
}

pub fn quiet() -> impl FnMut(Progress) + Send {
    |_| {}
}
