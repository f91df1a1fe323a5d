//! `daypass completions` and `daypass man`: made from the command line itself.

use clap::Args;
use clap_complete::Shell;
use std::path::PathBuf;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  $ daypass completions bash > ~/.local/share/bash-completion/completions/daypass
  $ daypass completions zsh > ~/.zfunc/_daypass
  $ daypass completions fish > ~/.config/fish/completions/daypass.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

/// Print the man page, or write all of them
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  $ daypass man | man -l -
  $ daypass man --out ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write one page per command into this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
