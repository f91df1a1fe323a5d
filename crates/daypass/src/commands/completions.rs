//! `daypass completions SHELL`.

use crate::cli::{Cli, CompletionsArgs};
use crate::completion;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::view;
use clap::CommandFactory;

/// Prints the completions.
pub(crate) fn run(arguments: &CompletionsArgs) -> Ending {
    let mut script = Vec::new();
    if arguments.fixed {
        clap_complete::generate(arguments.shell, &mut Cli::command(), "daypass", &mut script);
    } else {
        match completion::script(arguments.shell) {
            Ok(asking) => script = asking,
            Err(error) => {
                view::failure(&Failure::failed("cannot write the script").why(error.to_string()));
                return Ending::Own(Exit::Failed);
            }
        }
    }
    deliver(String::from_utf8_lossy(&script).trim_end()).unwrap_or_else(|failure| {
        view::failure(&failure);
        Ending::Own(failure.exit())
    })
}

/// Writes what the whole command is for.
pub(super) fn deliver(text: &str) -> Result<Ending, Failure> {
    match view::deliver(text) {
        Err(error) => super::not_written(&error),
        Ok(()) => Ok(Ending::Own(Exit::Done)),
    }
}
