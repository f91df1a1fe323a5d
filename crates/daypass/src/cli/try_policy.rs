//! `daypass try`: its arguments and its help.

use super::values;
use clap::{Args, ValueEnum};
use iam_policy::Arn;
use jiff::SignedDuration;
use std::ffi::OsString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  What can this document do? Run a command with exactly its permissions
    $ daypass try policy.json -- aws s3api list-objects-v2 --bucket reports

  The same, offline, on an embedded AWS that enforces IAM
    $ daypass try --sandbox policy.json -- aws s3 ls

  A subshell for ten minutes, the admin role being assumed first
    $ daypass try policy.yaml --role arn:aws:iam::111122223333:role/Admin --for 10m

  Write, save, see: run again whenever the file changes, with one role
    $ daypass try policy.json --watch -- ./check.sh

  Less than you have, at once: a role of yours narrowed by the document
    $ ROLE=arn:aws:iam::111122223333:role/Admin
    $ daypass try policy.json --via session --role $ROLE -- ./risky.sh

  Credentials for another program
    $ eval \"$(daypass try policy.json --for 15m --format env)\"

WHICH --via IS RIGHT
  role     A role of its own, made for this run and removed after it. The only
           right one when your own role carries an explicit Deny that the
           document must do without: a Deny binds every session of the role
           that has it. Takes AWS some seconds. Up to 9,721 characters.
  session  No new role: the role given by --role is assumed with the document
           as session policy. Ready at once, and needs no right to create
           roles. The result is what the role *and* the document allow: it can
           only ever be less than the role. Up to about 1,900 characters.
  auto     role; and session only where AWS refuses to let you create a role
           and --role is given. It says so.

Whatever happens to this process, IAM itself ends the access at the deadline.";

/// Run a command with exactly the permissions of a policy document
///
/// Makes a temporary role from POLICY, waits until it is proven to work, runs COMMAND (or a subshell) with its
/// credentials, tells which AWS calls were allowed and denied and why, and removes the role: after success, failure,
/// Ctrl-C, SIGTERM and hang-up alike. The exit code is COMMAND's own.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TryArgs {
    /// Policy document, JSON or YAML; `-` reads stdin
    pub(crate) policy: PathBuf,
    /// Assume this role first (an admin role), and act as it
    #[arg(long, value_name = "ARN", value_parser = values::role_arn)]
    pub(crate) role: Option<Arn>,
    /// How long the access lasts, from 1m to 12h
    #[arg(long = "for", value_name = "DURATION", default_value = "1h", value_parser = values::lasting)]
    pub(crate) lasts: SignedDuration,
    /// Attach this managed policy too (repeatable)
    #[arg(long = "managed-policy", value_name = "ARN", value_parser = values::policy_arn)]
    pub(crate) managed_policies: Vec<Arn>,
    /// Permissions boundary of the temporary role
    #[arg(long, value_name = "ARN", value_parser = values::policy_arn)]
    pub(crate) boundary: Option<Arn>,
    /// Tag the temporary role (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = values::tag)]
    pub(crate) tags: Vec<(String, String)>,
    /// How the permissions are made (see WHICH --via IS RIGHT below)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) via: ViaChoice,
    /// Shell command that must succeed with the credentials before they count as ready
    #[arg(long, value_name = "CMD")]
    pub(crate) probe: Option<String>,
    /// Print the credentials instead of running a command; they live until the deadline
    #[arg(long, value_enum, conflicts_with_all = ["command", "watch"])]
    pub(crate) format: Option<CredentialFormat>,
    /// Run the command again each time POLICY is saved, until Ctrl-C
    #[arg(long, requires = "command")]
    pub(crate) watch: bool,
    /// The command to run [default: a subshell]
    #[arg(last = true)]
    pub(crate) command: Vec<OsString>,
}

/// `--via` as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ViaChoice {
    /// `role`, or `session` where creating a role is refused.
    #[default]
    Auto,
    /// A temporary role.
    Role,
    /// The document as session policy of `--role`.
    Session,
}

/// How credentials are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialFormat {
    /// `export` lines for a shell.
    Env,
    /// Lines for PowerShell.
    Powershell,
    /// Lines for fish.
    Fish,
    /// One JSON object.
    Json,
    /// What `credential_process` in an AWS config file expects.
    CredentialProcess,
}
