//! `daypass plan` and `daypass apply`: their arguments and their help.

use super::validate::TeamsArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

const PLAN_EXAMPLES: &str = "\
EXAMPLES
  What would change in the accounts of a team?
    $ daypass plan payments

  For a pull request: a comment, and the plan to apply after the merge
    $ daypass plan --all --format markdown --out plan.json

  The same as a role that may only look, which `daypass bootstrap --read-only` makes
    $ daypass plan --all --read-only --format markdown

  One account, one person
    $ daypass plan payments --account prod --user bert

  In a script: 3 when there is something to do
    $ daypass plan --all --detailed-exitcode

  Take over the policies that an earlier tool made at the names of this one's
    $ daypass plan payments --adopt

EXIT CODE
  0 when the plan is made; 3 with --detailed-exitcode when there is something to
  do; 1 when an account could not be read or a grant cannot be delivered; 2 when
  the files are wrong.";

const APPLY_EXAMPLES: &str = "\
EXAMPLES
  See what would change, answer, and have it done
    $ daypass apply payments

  Without asking, as in CI
    $ daypass apply --all --yes

  Exactly what was reviewed
    $ daypass plan --all --out plan.json
    $ daypass apply plan.json --yes

  Only look
    $ daypass apply payments --dry-run

EXIT CODE
  0 when every account is as the files ask for; 1 when something failed, in one
  account or in all, the others being done; 2 when the files are wrong or nobody
  can be asked; 130 when interrupted: run it again, it goes on.";

/// What is to be looked at, of accounts and people.
#[derive(Debug, Clone, Args)]
pub(crate) struct OnlyArgs {
    /// Only this account: an environment or an account id (repeatable)
    #[arg(long = "account", value_name = "ENV|ID")]
    pub(crate) accounts: Vec<String>,
    /// Only this user, as in the files or by the IAM name
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
}

/// How accounts are treated.
#[derive(Debug, Clone, Args)]
pub(crate) struct PaceArgs {
    /// So many accounts at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    pub(crate) parallel: u16,
    /// At most so many calls to one account in a second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) calls_per_second: u16,
    /// To read an account, and to change it, takes no longer than this
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = super::values::bounded_duration)]
    pub(crate) deadline: jiff::SignedDuration,
}

/// Show what would change in the accounts, and why
///
/// Reads the team's files and each account, and tells each change with the line that asks for it, the instant at which
/// it ends, how it is delivered, and the quotas that it uses. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = PLAN_EXAMPLES)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) teams: TeamsArgs,
    #[command(flatten)]
    pub(crate) only: OnlyArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// How the plan is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PlanFormat,
    /// Also write it to a file, for `daypass apply FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// End with exit code 3 when there is something to do
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Assume the role that may only look: the deployer role's name with ReadOnly behind it
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Take over what the tool before daypass has made
    #[arg(long)]
    pub(crate) adopt: bool,
}

/// Do what the plan shows
///
/// Shows the plan, asks, and carries out exactly that: account by account side by side, gently, each read again until
/// nothing is left to do. What fails is told and holds up nothing else; run it again, it goes on.
#[derive(Debug, Args)]
#[command(after_help = APPLY_EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct ApplyArgs {
    /// The teams, or one plan that `daypass plan --out` wrote
    #[arg(value_name = "TEAM|PLANFILE", required_unless_present = "all")]
    pub(crate) targets: Vec<String>,
    /// Every team that has a file
    #[arg(long, conflicts_with = "targets")]
    pub(crate) all: bool,
    /// Where aws-accounts, aws-policies and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) only: OnlyArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Only show the plan
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Take away at most so much access that no file asks for any more [default: a tenth of it, at least 5]
    #[arg(long, value_name = "N")]
    pub(crate) max_removals: Option<usize>,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: OutcomeFormat,
    /// Take over what the tool before daypass has made
    #[arg(long)]
    pub(crate) adopt: bool,
}

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum PlanFormat {
    /// For people, in a terminal.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// For a comment on a pull request.
    Markdown,
}

/// How the outcome of a run is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum OutcomeFormat {
    /// For people, in a terminal.
    #[default]
    Human,
    /// One JSON object, with the calls by operation.
    Json,
}
