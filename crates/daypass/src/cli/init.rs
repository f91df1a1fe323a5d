//! `daypass init`: its arguments and its help.

use clap::{Args, ValueEnum};
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
#[command(after_help = EXAMPLES)]
pub(crate) struct InitArgs {
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
