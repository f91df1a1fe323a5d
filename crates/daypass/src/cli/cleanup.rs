//! `daypass cleanup`: its arguments and its help.

use clap::Args;

const EXAMPLES: &str = "\
EXAMPLES
  What did runs of `daypass try` leave in this account? Look only
    $ daypass cleanup --leases --dry-run

  Remove what has ended, and what this machine's dead runs have left
    $ daypass cleanup --leases

  Remove one that still has time, left open by `try --format`
    $ daypass cleanup --leases --lease daypass-try-alice-k2m9q4x7c3v8b5n6

  Remove all of them now, others' running ones too
    $ daypass cleanup --leases --now

Leases are found by their path and tags in the account, so this works from any machine.";

/// Remove temporary roles that are over or were left behind
///
/// A lease past its deadline can do nothing any more and is always removed. One that still has time is removed when
/// its process died on this machine, when named by --lease, or with --now; else it is listed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct CleanupArgs {
    /// Remove the temporary roles of `daypass try`
    #[arg(long)]
    pub(crate) leases: bool,
    /// Only tell what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also those that still have time
    #[arg(long)]
    pub(crate) now: bool,
    /// Also this one, even if it still has time (repeatable)
    #[arg(long = "lease", value_name = "ROLE_NAME", conflicts_with = "now")]
    pub(crate) named: Vec<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN", value_parser = super::values::role_arn)]
    pub(crate) role: Option<iam_policy::Arn>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
