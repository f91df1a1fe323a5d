//! Teams' files and accounts drawn from a seed, for the laws that plans have to keep, and for runs under faults.
//!
//! - [`Team`] draws files: every delivery, every kind of grantee, renewed and ended entries, names that nearly collide.
//! - [`account`] draws what an account held before daypass came: other people's policies, tags and attachments.
//! - [`Scene`] puts both together, with what earlier runs of daypass have left, whole or in part.
//! - [`refusal`] knows what IAM refuses, written from its documentation and sharing nothing with the plan's own look ahead.
//!
//! The same seed draws the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "test code: what is drawn wrongly is to be seen"
)]

pub mod account;
mod draw;
pub mod refusal;
mod scene;
mod team;

pub use draw::Draw;
pub use scene::{Scene, before, checked, checked_at};
pub use team::{Team, entry_of};

use iam_policy::AccountId;
use jiff::Timestamp;

/// The moment at which everything happens.
pub fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The account in which most happens; teams call it `dev`.
pub fn dev() -> AccountId {
    "111122223333".parse().unwrap()
}

/// Another one; teams call it `prod`.
pub fn prod() -> AccountId {
    "444455556666".parse().unwrap()
}
