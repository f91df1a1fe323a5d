//! `daypass init`: its arguments and its help.

use clap::{Args, Subcommand, ValueEnum};
use daypass_core::team::TeamName;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Begin here, with a GitHub Actions workflow
    $ daypass init

  In a folder of a repository that holds other things too, with GitLab CI
    $ daypass init aws --ci gitlab --team payments

  Another team in the same folder: what is there stays
    $ daypass init --team billing

WHAT IS WRITTEN
  DIR/daypass.yaml, DIR/aws-accounts/TEAM.yaml and the other three files of a team, with examples
  DIR/.schemas/*.json             JSON Schemas: editors complete and check the files by them
  .github/workflows/daypass.yml   validate and plan on pull requests, apply on merge, cleanup every day
  .github/CODEOWNERS              who has to agree
  With --ci gitlab .gitlab-ci.yml and .gitlab/CODEOWNERS. Those of CI go to the root of the git repository.

docs/ci.md has what to set up at GitHub, GitLab and AWS.";

/// Write the folders, files and CI of access as code
///
/// What is there already is kept and told, unless --force.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct InitArgs {
    #[command(subcommand)]
    pub(crate) command: Option<InitCommand>,
    /// Where the team files go
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Where CI runs
    #[arg(long, value_enum, default_value_t)]
    pub(crate) ci: CiChoice,
    /// The first team's name
    #[arg(long, value_name = "NAME", default_value = "example")]
    pub(crate) team: TeamName,
    /// Write files anew that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// What else can be begun with.
#[derive(Debug, Subcommand)]
pub(crate) enum InitCommand {
    Lambda(InitLambdaArgs),
}

/// Write what runs daypass as an AWS Lambda function
///
/// A CloudFormation template of the function, its role and its daily schedule; with --fan-out also of a state machine of
/// AWS Step Functions that runs it once for each account.
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  One function for all accounts
    $ daypass init lambda

  Thousands of accounts: a state machine with a Distributed Map, one item an account
    $ daypass init lambda infrastructure/daypass --fan-out

docs/lambda.md has how to put it into an account.")]
pub(crate) struct InitLambdaArgs {
    /// Where it goes
    #[arg(value_name = "DIR", default_value = "lambda")]
    pub(crate) dir: PathBuf,
    /// An item for each account
    #[arg(long)]
    pub(crate) fan_out: bool,
    /// Write files anew that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Where CI runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CiChoice {
    /// GitHub Actions.
    #[default]
    #[value(name = "github")]
    GitHub,
    /// GitLab CI.
    #[value(name = "gitlab")]
    GitLab,
    /// Nowhere yet.
    None,
}
