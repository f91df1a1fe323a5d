//! `daypass validate` and `daypass schema`: their arguments and their help.

use clap::{Args, ValueEnum};
use daypass_core::team::TeamName;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Are a team's files right? Everything that is not, at its place
    $ daypass validate payments

  All teams of a directory
    $ daypass validate --all --dir aws

  In GitHub Actions: annotations on the changed lines
    $ daypass validate --all --format github

  For code scanning
    $ daypass validate --all --format sarif > daypass.sarif

FILES
  DIR/aws-accounts/TEAM.yaml      environments and their account ids
  DIR/aws-policies/TEAM.yaml      policies that can be granted
  DIR/permanent-access/TEAM.yaml  who has which until the entry is removed
  DIR/temporary-access/TEAM.yaml  who has which until when
  DIR/daypass.yaml                what holds for all teams; may be left out
  docs/team-files.md has all their keys, `daypass schema` their JSON Schemas.

EXIT CODE
  0 when nothing is wrong, warnings or not; 1 for warnings with --deny-warnings;
  2 when something is wrong.";

/// Check a team's files, offline
///
/// Reads the accounts, policies and access of a team and tells everything that is wrong with them at once, each with
/// its place and what to write instead. Nothing is called.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) teams: TeamsArgs,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: FindingFormat,
    #[command(flatten)]
    pub(crate) denied: DeniedArgs,
}

/// What is no mistake and ends with an exit code of its own all the same.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DeniedArgs {
    /// End with exit code 1 when there are warnings (also: --deny warnings)
    #[arg(long)]
    deny_warnings: bool,
    /// The same in two words, as compilers have it
    #[arg(long, value_enum, hide = true)]
    deny: Option<Denied>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Denied {
    Warnings,
}

impl DeniedArgs {
    /// Whether warnings are.
    pub(crate) fn warnings(self) -> bool {
        self.deny_warnings || self.deny == Some(Denied::Warnings)
    }
}

/// Which teams, and where their files are.
#[derive(Debug, Clone, Args)]
pub(crate) struct TeamsArgs {
    /// The team: its files are called TEAM.yaml (repeatable)
    #[arg(value_name = "TEAM", required_unless_present = "all")]
    pub(crate) teams: Vec<TeamName>,
    /// Every team that has a file
    #[arg(long, conflicts_with = "teams")]
    pub(crate) all: bool,
    /// Where aws-accounts, aws-policies and the others are
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum FindingFormat {
    /// Each at its place, and a summary.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// Workflow commands: annotations in GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// Print the JSON Schema of a team's file, of a policy test file, or of a check file
///
/// For editors: they complete the keys of the file and check it while it is written.
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  $ mkdir -p .schemas
  $ daypass schema policies > .schemas/policies.json

  In the file, for editors with a YAML language server, a first line
    # yaml-language-server: $schema=../.schemas/policies.json")]
pub(crate) struct SchemaArgs {
    /// Which file
    #[arg(value_enum)]
    pub(crate) file: SchemaFile,
}

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFile {
    /// aws-accounts/TEAM.yaml
    Accounts,
    /// aws-policies/TEAM.yaml
    Policies,
    /// permanent-access/TEAM.yaml
    Permanent,
    /// temporary-access/TEAM.yaml
    Temporary,
    /// daypass.yaml
    Daypass,
    /// *.test.yaml, for `daypass test`
    Test,
    /// The file of `daypass check`
    Check,
}
