//! `daypass man`: man pages from the command line itself.

use crate::cli::{Cli, ManArgs};
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::view;
use clap::CommandFactory;
use clap_mangen::Man;

/// Prints the main page, or writes a page per command.
pub(crate) fn run(arguments: &ManArgs) -> Result<Ending, Failure> {
    if let Some(directory) = &arguments.out {
        let written = std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), directory));
        written.map_err(|error| {
            Failure::failed(format!("cannot write man pages into {}", directory.display()))
                .why(error.to_string())
        })?;
    } else {
        let mut page = Vec::new();
        let rendered = Man::new(Cli::command()).render(&mut page);
        rendered.map_err(|error| Failure::failed("cannot make the man page").why(error.to_string()))?;
        view::result(String::from_utf8_lossy(&page).trim_end());
    }
    Ok(Ending::Own(Exit::Done))
}
