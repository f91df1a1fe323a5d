//! `daypass request`: its arguments and its help.

use clap::{ArgGroup, Args};
use daypass_core::team::{AccessEnd, TeamName};
use jiff::Span;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Two days of a policy in production
    $ daypass request --team payments --user bert@example.com --env prod \\
        --grant developers.break-glass --for 2d --reason 'Replication is stuck' --ticket PAY-42

  Through a day, or until an instant
    $ daypass request --team payments --user bert@example.com --env prod \\
        --grant developers.read-only --until 2026-11-30
    $ daypass request --team payments --role nightly-report --env staging --env prod \\
        --grant developers.reports --until 2026-11-30T18:00:00+01:00

  What would be added?
    $ daypass request ... --dry-run

The entry is added at the end of DIR/temporary-access/TEAM.yaml; the rest of the file stays as it is. Access begins when
the file is merged and applied. Who has the access already, as long or longer, needs no entry, and none is added; of two
entries the longer one holds, so access is extended by asking again.

EXIT CODE
  0 when the entry is there or is not needed; 2 when the files are wrong, or would be with it: then nothing is written.";

/// Ask for temporary access: add an entry to a team's file
///
/// Adds the entry with its absolute end, checks the team's files with it, and tells what to commit. Nothing is called.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group(ArgGroup::new("grantee").required(true).args(["user", "role", "group"])))]
#[command(group(ArgGroup::new("end").required(true).args(["lasts", "until"])))]
pub(crate) struct RequestArgs {
    /// The team in whose file it is asked
    #[arg(long)]
    pub(crate) team: TeamName,
    /// For this user: an e-mail address, or an IAM name
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// For this IAM role
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// For this IAM group
    #[arg(long)]
    pub(crate) group: Option<String>,
    /// The environment, or a pattern of several (repeatable)
    #[arg(long = "env", value_name = "ENV", required = true)]
    pub(crate) environments: Vec<String>,
    /// The policy of the team's (repeatable)
    #[arg(long = "grant", value_name = "GRANT", required = true)]
    pub(crate) grants: Vec<String>,
    /// How long from now, such as 2d, 8h or 1d12h
    #[arg(long = "for", value_name = "DURATION", value_parser = super::values::from_now)]
    pub(crate) lasts: Option<Span>,
    /// Through a day (2026-11-30), or until an instant (2026-11-30T18:00:00Z)
    #[arg(long, value_name = "END")]
    pub(crate) until: Option<AccessEnd>,
    /// What for
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Where it was asked for
    #[arg(long)]
    pub(crate) ticket: Option<String>,
    /// Only tell what would be added
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where aws-accounts, aws-policies and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}
