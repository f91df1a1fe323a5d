//! An embedded AWS (IAM, STS, S3, a little of EC2, CloudTrail) that really enforces IAM.
#![doc = include_str!("../README.md")]

mod admin;
mod authentication;
mod authorization;
mod clock;
mod compiled;
mod constraints;
mod event;
mod fault;
mod handle;
mod history;
mod models;
mod operations;
mod outsiders;
mod propagation;
mod random;
mod record;
mod region;
mod sandbox;
#[cfg(feature = "sdk")]
pub mod sdk;
mod seal;
mod seed;
#[cfg(feature = "server")]
pub mod server;
mod sigv4;
mod totp;
mod web_identity;
mod wire;
mod world;

pub use clock::Clock;
pub use fault::{Fault, FaultKind};
pub use propagation::{ChangeKind, Lag, Propagation, REPLICAS, UnknownPropagation};
pub use record::{CallRecord, Checked, LogPage};
pub use sandbox::{AccessKey, Outcome, Reply, Sandbox, Settings, TemporaryKey};
pub use seed::{Seed, SeedFormat};
pub use web_identity::WebIdentity;
