//! `daypass bootstrap`: its arguments and its help.

use clap::{Args, ValueEnum};
use daypass_core::team::{RoleName, TeamName};
use iam_policy::Arn;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Make the deployer role in the account that payments calls prod, with that account's admin's credentials
    $ daypass bootstrap --team payments --account prod \\
        --trust arn:aws:iam::111122223333:role/daypass-apply

  Show it as AWS CLI commands, CloudFormation or Terraform; nothing is called
    $ daypass bootstrap --team payments --account prod \\
        --trust arn:aws:iam::111122223333:role/daypass-apply --print terraform

  A role that may only look, for `daypass plan --read-only` on pull requests
    $ daypass bootstrap --team payments --account prod --read-only \\
        --trust arn:aws:iam::111122223333:role/daypass-plan

The role's policy is the least with which daypass works: docs/deployer-role.md has it. What is there and says the same is
left as it is, so this can be run again.";

/// Make the role that daypass is in an account
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct BootstrapArgs {
    /// The team whose accounts file names the account
    #[arg(long)]
    pub(crate) team: TeamName,
    /// The account: the team's name for it, or its id
    #[arg(long, value_name = "ENV")]
    pub(crate) account: String,
    /// Who may be the role: the ARN of a role, a user, or an account's root (repeatable)
    #[arg(long, value_name = "ARN", required = true, value_parser = super::values::principal_arn)]
    pub(crate) trust: Vec<Arn>,
    /// Only from this organization
    #[arg(long, value_name = "ID", value_parser = super::values::organization)]
    pub(crate) organization: Option<String>,
    /// The role's permissions boundary
    #[arg(long, value_name = "ARN", value_parser = super::values::policy_arn)]
    pub(crate) boundary: Option<Arn>,
    /// The role's name [default: deployer_role of daypass.yaml; for --read-only with ReadOnly behind it]
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<RoleName>,
    /// It may only look
    #[arg(long)]
    pub(crate) read_only: bool,
    /// It may also take over policies outside of policy_path: for `apply --adopt`
    #[arg(long, conflicts_with = "read_only")]
    pub(crate) adopt: bool,
    /// Only print it
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["yes", "dry_run"])]
    pub(crate) print: Option<DeployerFormat>,
    /// Only tell what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do it without being asked
    #[arg(long)]
    pub(crate) yes: bool,
    /// Where aws-accounts, aws-policies and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// How the role is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DeployerFormat {
    /// Commands of the AWS CLI, for a shell.
    Cli,
    /// A CloudFormation template, good for every account (of a StackSet too).
    Cloudformation,
    /// Terraform.
    Terraform,
}
