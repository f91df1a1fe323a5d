//! `daypass completions`, `daypass man` and `daypass shell-init`: what a shell and a pager are given.

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Print completions for a shell
///
/// The script asks daypass itself while you type, so that it completes profiles, roles and teams too. Roles are asked of the
/// account, for two seconds at most.
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  $ daypass completions bash > ~/.local/share/bash-completion/completions/daypass
  $ source <(daypass completions zsh)     # in ~/.zshrc, behind compinit
  $ daypass completions fish > ~/.config/fish/completions/daypass.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
    /// Print a script that never asks daypass: commands and options alone
    #[arg(long = "static")]
    pub(crate) fixed: bool,
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

/// Print a function with which `assume` sets the variables of the current shell
#[derive(Debug, Args)]
#[command(after_help = "EXAMPLES
  In ~/.bashrc, or with zsh in ~/.zshrc
    $ eval \"$(daypass shell-init bash)\"

  In ~/.config/fish/config.fish
    $ daypass shell-init fish | source

  In PowerShell's $PROFILE
    $ daypass shell-init powershell | Out-String | Invoke-Expression

  Then, in any shell
    $ assume Dev --for 2h     # takes what `daypass assume` takes
    $ aws s3 ls
    $ assume --clear          # what was set before comes back")]
pub(crate) struct ShellInitArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: InitShell,
}

/// The shells that can be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InitShell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}
