//! `daypass`: arguments -> settings -> command -> view -> exit code. Nothing else happens here.

mod ask;
mod aws_files;
mod child;
mod cli;
mod commands;
mod completion;
mod exit;
mod failure;
mod interrupt;
mod lease_lock;
mod lint_files;
mod monitoring;
mod place;
mod plan_file;
mod policy_file;
mod policy_named;
mod private_directory;
mod rehearsal;
mod scaffold;
mod session_cache;
mod settings;
mod simulation;
mod team_files;
mod test_files;
mod test_results;
mod verdict;
mod view;
mod whole_file;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let code = commands::run(std::env::args_os());
    // What could not be written, as on a full disk, is still there to be written; nobody reads a broken pipe.
    match std::io::stdout().flush() {
        Err(error) if error.kind() != ErrorKind::BrokenPipe && code == ExitCode::SUCCESS => {
            let lost = failure::Failure::failed("cannot write to stdout").why(error.to_string());
            view::failure(&lost);
            exit::Ending::Own(lost.exit()).into()
        }
        _ => code,
    }
}
