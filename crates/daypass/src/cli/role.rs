//! `daypass role`: its arguments and its help.

use super::values;
use clap::{Args, Subcommand};
use daypass_core::role::{RoleName, Trust};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  A role for yourself that takes MFA
    $ daypass role create DeveloperRole --attach PowerUserAccess --require-mfa

  Who is trusted, what is allowed, until when?
    $ daypass role show DeveloperRole

  Away with it
    $ daypass role delete DeveloperRole";

const CREATE_EXAMPLES: &str = "\
EXAMPLES
  For yourself, with MFA
    $ daypass role create DeveloperRole --attach PowerUserAccess --require-mfa

  For everybody in an account whose own policies allow it, eight hours at a time
    $ daypass role create Support --trust 111122223333 --max-session 8h \\
        --attach ReadOnlyAccess

  For a vendor, through November; AWS ends it whatever happens
    $ daypass role create Audit --trust 444455556666 --external-id k3x-91 \\
        --attach SecurityAudit --expires 2026-11-30

  For a service, with a document of your own
    $ daypass role create Worker --trust service:lambda --policy worker.yaml

  For the workflows of a repository, of its main branch only
    $ daypass role create Deploy --policy deploy.json \\
        --trust github:octo-org/app:ref:refs/heads/main

  The same again: `already so`, or what differs, and a question
    $ daypass role create DeveloperRole --attach ReadOnlyAccess --require-mfa

WHO CAN BE TRUSTED
  me                     whoever runs this: the user, or the session of a role by
                         its name. Others of that role: name the role's ARN
  ARN                    a user, a role, or one session of a role
  ACCOUNT                everybody in the account whose policies allow it
  service:NAME           a service: service:ec2, service:lambda.amazonaws.com.
                         If it tells for which account it acts, only this one
  github:OWNER/REPO      workflows of a repository. Narrower, by the subject of
                         GitHub's token: github:OWNER/REPO:environment:prod

EXIT CODE
  0 when the role is as asked; 3 when it differs and nobody can be asked (see
  --yes); 1 when it could not be made or not be proven to be ready.";

const SHOW_EXAMPLES: &str = "\
EXAMPLES
  One, with its documents
    $ daypass role show DeveloperRole

  All that daypass has made in this account
    $ daypass role show

  For a program
    $ daypass role show DeveloperRole --json";

const DELETE_EXAMPLES: &str = "\
EXAMPLES
  Asks first
    $ daypass role delete DeveloperRole

  In a script
    $ daypass role delete DeveloperRole --yes

  One that daypass has not made
    $ daypass role delete OldRole --force";

/// Make, show and delete roles that stay
///
/// For access that lasts longer than one command: a developer's role, a vendor's, a service's. Roles are made under the
/// path /daypass/role/ with tags that say who made them; by these they are found again from any machine.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct RoleArgs {
    #[command(subcommand)]
    pub(crate) command: RoleCommand,
}

/// What to do with roles.
#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    Create(RoleCreateArgs),
    Show(RoleShowArgs),
    Delete(RoleDeleteArgs),
}

/// Make a role, or bring one up to date
///
/// Shows what it makes, makes it, waits until the role can be assumed, and tells the next command. Where a role of this
/// name is there already, only what differs is changed, after asking. A role that daypass has not made is never changed.
#[derive(Debug, Args)]
#[command(after_help = CREATE_EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct RoleCreateArgs {
    /// The role's name
    pub(crate) name: RoleName,
    /// Who may assume it (repeatable; see WHO CAN BE TRUSTED below)
    #[arg(long = "trust", value_name = "WHO", default_value = "me")]
    pub(crate) trusts: Vec<Trust>,
    /// Only with MFA
    #[arg(long)]
    pub(crate) require_mfa: bool,
    /// Only with this external id
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Let callers pass session tags and a source identity
    #[arg(long)]
    pub(crate) session_tags: bool,
    /// A managed policy, by ARN or name: AWS's, else the account's own (repeatable)
    #[arg(long, value_name = "ARN|NAME")]
    pub(crate) attach: Vec<String>,
    /// A policy document, JSON or YAML; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Permissions boundary, by ARN or name
    #[arg(long, value_name = "ARN|NAME")]
    pub(crate) boundary: Option<String>,
    /// The longest session, from 1h to 12h
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = values::session_length)]
    pub(crate) max_session: SignedDuration,
    /// When IAM ends the role: an instant, or a day, which is meant through its end in UTC
    #[arg(long, value_name = "INSTANT", value_parser = values::end)]
    pub(crate) expires: Option<Timestamp>,
    /// Change what differs without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only tell what would be made or changed
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show a role with its documents, or all that daypass has made
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct RoleShowArgs {
    /// The role's name [default: list those that daypass has made]
    pub(crate) name: Option<RoleName>,
    /// Print the result as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Delete a role that daypass has made
///
/// Its policies go first, the role last. Sessions of it end at once: AWS finds no permissions for them any more.
#[derive(Debug, Args)]
#[command(after_help = DELETE_EXAMPLES)]
pub(crate) struct RoleDeleteArgs {
    /// The role's name
    pub(crate) name: RoleName,
    /// Also one that daypass has not made
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only tell what would be deleted
    #[arg(long)]
    pub(crate) dry_run: bool,
}
