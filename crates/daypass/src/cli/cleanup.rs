//! `daypass cleanup`: its arguments and its help.

use super::apply::PaceArgs;
use clap::Args;
use daypass_core::team::TeamName;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Remove what has ended of a team's temporary access, in all of its accounts
    $ daypass cleanup payments

  Every day, of all teams: also what is no longer in any file
    $ daypass cleanup --all

  What did runs of `daypass try` leave in this account? Look only
    $ daypass cleanup --leases --dry-run

  Remove what has ended, and what this machine's dead runs have left
    $ daypass cleanup --leases

  Remove one that still has time, left open by `try --format`
    $ daypass cleanup --leases --lease daypass-try-alice-k2m9q4x7c3v8b5n6

  Remove all of them now, others' running ones too
    $ daypass cleanup --leases --now

What has ended grants nothing any more, whether it is cleaned up or not. Access
and leases are found by their marks in the accounts, so this works from any machine.";

/// Remove what has ended: temporary access, and roles that `try` left behind
///
/// Of teams: every inline policy, managed policy and role whose end has passed, by the accounts' own marks and not by the
/// files. A grant that was renewed has a delivery of its own, which stays.
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
    /// The team whose temporary access is tidied (repeatable)
    #[arg(value_name = "TEAM", conflicts_with = "leases")]
    pub(crate) teams: Vec<TeamName>,
    /// Every team that has a file, and every other whose marks their accounts carry
    #[arg(long, conflicts_with_all = ["teams", "leases"])]
    pub(crate) all: bool,
    /// Where aws-accounts and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Only this account: an environment or an account id (repeatable)
    #[arg(long = "account", value_name = "ENV|ID", conflicts_with = "leases")]
    pub(crate) accounts: Vec<String>,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// Remove the temporary roles of `daypass try`
    #[arg(long)]
    pub(crate) leases: bool,
    /// Only tell what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Also those that still have time
    #[arg(long, requires = "leases")]
    pub(crate) now: bool,
    /// Also this one, even if it still has time (repeatable)
    #[arg(
        long = "lease",
        value_name = "ROLE_NAME",
        conflicts_with = "now",
        requires = "leases"
    )]
    pub(crate) named: Vec<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN", requires = "leases", value_parser = super::values::role_arn)]
    pub(crate) role: Option<iam_policy::Arn>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
