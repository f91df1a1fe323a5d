//! `daypass completions SHELL`.

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::{Ending, Exit};
use crate::view;
use clap::CommandFactory;

/// Prints the completions.
pub(crate) fn run(arguments: &CompletionsArgs) -> Ending {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "daypass", &mut script);
    view::result(String::from_utf8_lossy(&script).trim_end());
    Ending::Own(Exit::Done)
}
