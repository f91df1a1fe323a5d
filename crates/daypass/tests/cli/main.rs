//! daypass as its users see it: the binary, run in a clean environment against a sandbox that the test can look into.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod access_world;
mod apply;
mod assume;
mod bad_input;
mod bootstrap;
mod browser;
mod catalog;
mod check;
mod cleanup;
mod demo;
mod diff;
mod docs;
mod foreign;
mod format;
mod harmless_calls;
mod init;
mod lambda;
mod lint;
mod policy_tests;
mod real_programs;
mod record;
mod request;
mod revoke;
mod role;
mod sandbox;
mod sandbox_docs;
mod sandbox_world;
mod shell;
mod signals;
mod simulate;
mod simulate_flags;
mod status;
mod status_page;
mod support;
mod terminal;
mod try_policy;
mod validate;
mod walkthrough;
mod watch;
mod who;
