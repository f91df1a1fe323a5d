//! `daypass test`: its arguments and its help.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Do the policies allow and deny what their tests say? Every *.test.yaml below here
    $ daypass test

  One file, again whenever it or a policy of it is saved
    $ daypass test reports.test.yaml --watch

  Which statements does no case exercise?
    $ daypass test policies/ --coverage

  In CI
    $ daypass test --format github
    $ daypass test --format junit > policies.xml

  The cases that can be tried without doing anything, with a real lease
    $ daypass test reports.test.yaml --live --sandbox

TEST FILE
  policies:
    identity: reports.json
  defaults:
    principal: arn:aws:iam::111122223333:role/app
  cases:
    - allow: s3:GetObject
      on: arn:aws:s3:::reports/*
    - name: nothing is ever removed
      deny: s3:Delete*

A policy is a file beside the test, {managed: ReadOnlyAccess}, or {team: payments,
policy: developers.read-only}. docs/test.md has all keys, and what wildcards in
resources stand for; `daypass schema test` prints the JSON Schema.

EXIT CODE
  0 when every case holds, 4 when one does not, 2 when a file could not be read; the
  others are run all the same. 1 with --deny-warnings when there are warnings.";

/// Test what policies allow and deny, offline
///
/// Runs the cases of test files: every action on every resource of a case has to be decided as it says. What fails is
/// explained with the statement that decided, or that came near. Nothing is called.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that stands for itself"
)]
pub(crate) struct TestArgs {
    /// Test files, and directories to look for *.test.yaml and *_test.yaml in
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TestFormat,
    /// Tell which statements no case exercised
    #[arg(long)]
    pub(crate) coverage: bool,
    /// End with exit code 1 when there are warnings and all cases hold
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Run again whenever a test file or a policy changes, until Ctrl-C
    #[arg(long, conflicts_with = "live")]
    pub(crate) watch: bool,
    /// Try the cases on AWS too, with a temporary role that holds the policies
    ///
    /// Only calls that read, and dry runs, are made; the other cases are told as not tried. The role is removed
    /// afterwards, as with `daypass try`.
    #[arg(long)]
    pub(crate) live: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TestFormat {
    /// Failures in full, and a summary.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// JUnit XML.
    Junit,
    /// Test Anything Protocol, version 14.
    Tap,
    /// Workflow commands: annotations in GitHub Actions.
    Github,
}
