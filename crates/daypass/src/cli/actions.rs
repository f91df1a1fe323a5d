//! `daypass actions`: its arguments and its help.

use super::ListFormat;
use clap::{Args, ValueEnum};
use iam_catalog::AccessLevel;

const EXAMPLES: &str = "\
EXAMPLES
  What can be read in S3, and of what?
    $ daypass actions 's3:Get*'

  Everything about one action: its resources' ARNs, its condition keys
    $ daypass actions s3:ListBucket

  Which services have an action of this name?
    $ daypass actions TagResource

  What changes permissions in IAM, for a program
    $ daypass actions --service iam --access-level permissions --format json

A resource type with an asterisk is named by every request of the action. No network is asked: `daypass catalog`
says as of when this is.";

/// List the actions that a pattern stands for
///
/// With access level, resource types and the number of condition keys. `*` and `?` are as in a policy; a name
/// without a service is looked for in all of them. A single action is shown in full.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct ActionsArgs {
    /// Actions, such as s3:GetObject, 's3:Get*' or TagResource
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// Only of this service, by its prefix
    #[arg(long, value_name = "PREFIX")]
    pub(crate) service: Option<String>,
    /// Only with these access levels (separated by commas)
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LEVEL")]
    pub(crate) access_level: Vec<LevelChoice>,
    /// Show each in full: resource types with ARNs, condition keys with types, dependent actions
    #[arg(long, alias = "resources")]
    pub(crate) detail: bool,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
}

/// An access level, as one types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelChoice {
    /// Tells which resources there are
    List,
    /// Tells what is in them
    Read,
    /// Makes, changes or deletes them
    Write,
    /// Grants or changes permissions
    #[value(alias = "permissions-management")]
    Permissions,
    /// Changes nothing but tags
    Tagging,
}

impl LevelChoice {
    /// The level that it is.
    pub(crate) fn level(self) -> AccessLevel {
        match self {
            LevelChoice::List => AccessLevel::List,
            LevelChoice::Read => AccessLevel::Read,
            LevelChoice::Write => AccessLevel::Write,
            LevelChoice::Permissions => AccessLevel::PermissionsManagement,
            LevelChoice::Tagging => AccessLevel::Tagging,
        }
    }
}
