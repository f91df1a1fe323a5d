//! `daypass policy`: its arguments and its help.

use super::ListFormat;
use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
EXAMPLES
  What does it really allow?
    $ daypass policy show ReadOnlyAccess

  Which policies of AWS's are about S3?
    $ daypass policy list s3";

const SHOW_EXAMPLES: &str = "\
EXAMPLES
  By name, or by ARN in any partition
    $ daypass policy show AmazonS3ReadOnlyAccess
    $ daypass policy show arn:aws:iam::aws:policy/job-function/ViewOnlyAccess

  Start a document of your own from it
    $ daypass policy show AmazonS3ReadOnlyAccess > mine.json

The document goes to stdout; on a terminal, ARN, version and dates to stderr.";

const LIST_EXAMPLES: &str = "\
EXAMPLES
  Those with `lambda` in their names
    $ daypass policy list lambda

  Those whose names begin so, for a program
    $ daypass policy list 'AmazonS3*' --format json";

/// Look into AWS managed policies
///
/// All of AWS's own are in the program, with their documents. No network is asked: `daypass catalog` says as of when.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

/// What is asked about managed policies.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    Show(PolicyShowArgs),
    List(PolicyListArgs),
}

/// Print the document of an AWS managed policy
#[derive(Debug, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub(crate) struct PolicyShowArgs {
    /// The policy's name or ARN
    #[arg(value_name = "NAME|ARN")]
    pub(crate) policy: String,
}

/// List AWS managed policies
#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(crate) struct PolicyListArgs {
    /// How a word of their names begins, such as `s3`; or a pattern with `*` and `?` for all of the name
    #[arg(value_name = "PATTERN")]
    pub(crate) pattern: Option<String>,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
}
