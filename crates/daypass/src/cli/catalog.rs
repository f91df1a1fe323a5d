//! `daypass catalog`: its arguments and its help.

use super::ListFormat;
use clap::Args;

const EXAMPLES: &str = "\
EXAMPLES
  What does this daypass know of AWS, and as of when?
    $ daypass catalog

  Only the sources and their dates
    $ daypass catalog --version";

/// Tell what is known of AWS, from where and as of when
///
/// Services, actions, resource types, condition keys and AWS managed policies are in the program itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CatalogArgs {
    /// Only the sources and their dates
    #[arg(long)]
    pub(crate) version: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
}
