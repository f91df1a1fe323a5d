//! Files that say what policies should allow and deny, and whether they do.
//!
//! Text comes in, results come out. [`Draft::read`] reads a file; the texts that it wants ([`Draft::wanted`]) are found by
//! whoever has files, and [`Draft::suite`] puts them together; [`Suite::run`] asks the engine.
//!
//! ```
//! use daypass_core::policy_test::{Draft, Found, RunSettings};
//!
//! let text = "
//! policies:
//!   identity: {managed: AmazonS3ReadOnlyAccess}
//! defaults:
//!   principal: arn:aws:iam::111122223333:user/bob
//! cases:
//!   - allow: s3:GetObject
//!     on: arn:aws:s3:::reports/*
//!   - deny: [s3:Put*, s3:Delete*]
//! ";
//! let now = "2026-11-30T12:00:00Z".parse().unwrap();
//! let suite = Draft::read("reports.test.yaml", text).suite(&Found::default(), now).unwrap();
//! let run = suite.run(now, RunSettings::default());
//! assert_eq!((run.passed(), run.failed()), (2, 0));
//! ```

mod actions;
mod documents;
mod families;
mod glob;
mod known;
mod live;
mod read;
mod run;
mod sense;
mod shape;
mod suite;
#[cfg(test)]
mod tests;

pub use actions::{ActionNames, expand_actions};
pub use documents::{Found, FoundTeam, SuiteDocument, Wanted};
pub use known::{KnownPolicy, aws_policy, principal};
pub use live::LeaseContents;
pub use read::{Draft, Expectation, ExpectedReason};
pub use run::{CaseRun, Failed, Problem, RunSettings, SuiteRun, Unexercised};
pub use sense::{ActedOn, Oddity, odd_key, odd_resource, odd_value};
pub use shape::schema;
pub use suite::{Case, Suite};

/// Whether a file is a test file by its name: `reports.test.yaml`, `reports_test.yml`.
pub fn is_test_file(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.is_some_and(|stem| {
        let before = stem.strip_suffix(".test").or_else(|| stem.strip_suffix("_test"));
        before.is_some_and(|before| !before.is_empty())
    })
}
