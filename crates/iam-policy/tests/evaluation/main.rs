//! The evaluation logic seen from outside, rule by rule as AWS documents it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod asked;
mod cross_account;
mod elements;
mod guardrails;
mod laws;
mod single_account;
mod special;
mod trust;
