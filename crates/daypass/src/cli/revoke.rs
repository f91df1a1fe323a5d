//! `daypass revoke`: its arguments and its help.

use super::apply::{OutcomeFormat, PaceArgs};
use clap::{ArgGroup, Args};
use daypass_core::team::{GroupName, PolicyKey, RoleName, TeamName};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  End all access that daypass gave to a person, in every account of every team
    $ daypass revoke --user bert@example.com

  Only one grant, in one environment of one team
    $ daypass revoke --user bert@example.com --grant developers.break-glass --env prod payments

  What would that be?
    $ daypass revoke --user bert@example.com --dry-run

It is done whatever the files say. The entries that would give the access again at the next apply are told: remove them,
or it comes back. What daypass did not give is not touched.

EXIT CODE
  0 when it has ended, or there was nothing to end; 1 when an account could not be reached or a call failed, the others
  being done; 2 when the files are wrong or nobody can be asked; 130 when interrupted: run it again, it goes on.";

/// End somebody's access now
///
/// Takes away the policies, attachments and roles by which daypass gave it, in all accounts side by side, after asking.
/// Sessions of a role that delivers a grant are denied first, by the time at which they began.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("grantee").required(true).args(["user", "role", "group"])))]
pub(crate) struct RevokeArgs {
    /// The teams by whose files access was given [default: all]
    #[arg(value_name = "TEAM")]
    pub(crate) teams: Vec<TeamName>,
    /// Every team that has a file, as without a team
    #[arg(long, conflicts_with = "teams")]
    pub(crate) all: bool,
    /// Where aws-accounts and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// From this user, as in the files or by the IAM name
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// From this IAM role
    #[arg(long)]
    pub(crate) role: Option<RoleName>,
    /// From this IAM group
    #[arg(long)]
    pub(crate) group: Option<GroupName>,
    /// Only this policy of a team's
    #[arg(long, value_name = "GRANT")]
    pub(crate) grant: Option<PolicyKey>,
    /// Only this account: an environment or an account id (repeatable)
    #[arg(long = "env", visible_alias = "account", value_name = "ENV|ID")]
    pub(crate) environments: Vec<String>,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Only show what would be taken away
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutcomeFormat,
}
