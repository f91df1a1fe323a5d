//! `daypass profile`: its arguments and its help.

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
EXAMPLES
  Remove what has ended
    $ daypass profile clean

  Remove all that daypass has written, ended or not
    $ daypass profile clean --all";

/// The profiles that `daypass assume --write-profile` has written
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    pub(crate) command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    Clean(ProfileCleanArgs),
}

/// Remove profiles that have ended from the credentials file
///
/// Only those that daypass wrote itself, which a comment in the file tells; everything else stays as it is.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ProfileCleanArgs {
    /// Also those that have not ended yet
    #[arg(long)]
    pub(crate) all: bool,
}
