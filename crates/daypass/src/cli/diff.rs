//! `daypass diff`: its arguments and its help.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  What may be done now that could not be done before, and the other way round?
    $ daypass diff old.json new.json

  What does my change mean, beside the last commit?
    $ git show HEAD:policy.json | daypass diff - policy.json

  For a pull request
    $ daypass diff old.json new.json --format markdown

  In a script: 3 when the documents differ in meaning
    $ daypass diff --detailed-exitcode old.json new.json

  How much narrower is mine than AWS's?
    $ daypass diff AmazonS3FullAccess mine.yaml

HOW IT IS READ
  A `+` is what only NEW allows, a `-` what only OLD allows, a `!` what is
  denied whatever another policy says, in NEW only; `~` in OLD only. Each has
  an example, for which both documents were asked. `?` is what cannot be
  decided, with the reason.

EXIT CODE
  0 when they could be compared; with --detailed-exitcode 3 when they differ in
  meaning, or when that cannot be decided.";

/// Tell what a change of a policy document means
///
/// Not which lines changed, but which requests one document allows and the other does not, as patterns of actions,
/// resources, principals and conditions. Order, spelling and statements that another covers make no difference. What
/// other policies in force allow or deny is not looked at.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    /// The document as it was: a file, `-` for stdin, or the name of an AWS managed policy
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The document as it is
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DiffFormat,
    /// End with exit code 3 when the documents differ in meaning
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

/// How a difference is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// For a pull request.
    Markdown,
}
