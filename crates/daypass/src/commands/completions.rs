//! `daypass completions SHELL`.

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::view;
use clap::CommandFactory;

/// Prints the completions.
pub(crate) fn run(arguments: &CompletionsArgs) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "daypass", &mut script);
    view::result(String::from_utf8_lossy(&script).trim_end());
    Ok(Ending::Own(Exit::Done))
}
