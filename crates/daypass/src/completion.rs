//! What a shell is told while a command line is typed: beside commands and options the names of profiles, roles and teams.
//!
//! The shell's own script (`daypass completions`) asks this program again with what has been typed so far, so it never knows
//! less than the program that is installed. Nothing is said when something fails: a person is typing.

mod known;

use crate::cli::Cli;
use clap::{Command, CommandFactory};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::EnvCompleter;
use std::ffi::{OsStr, OsString};
use std::io;

/// Set by the shell's script, to the shell's name.
const VARIABLE: &str = "DAYPASS_COMPLETE";
const NAME: &str = "daypass";

/// Answers a shell that asks for completions; whether one did.
pub(crate) fn answered(arguments: &[OsString]) -> bool {
    if std::env::var_os(VARIABLE).is_none() {
        return false;
    }
    let directory = std::env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .bin(NAME)
        .completer(NAME)
        .try_complete(arguments.iter().cloned(), directory.as_deref())
        // It did, and there is nobody to tell what went wrong.
        .unwrap_or(true)
}

/// The script that makes a shell ask.
pub(crate) fn script(shell: clap_complete::Shell) -> io::Result<Vec<u8>> {
    use clap_complete::Shell;
    use clap_complete::env::{Bash, Elvish, Fish, Powershell, Zsh};
    let shell: &dyn EnvCompleter = match shell {
        Shell::Elvish => &Elvish,
        Shell::Fish => &Fish,
        Shell::PowerShell => &Powershell,
        Shell::Zsh => &Zsh,
        _ => &Bash,
    };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    Ok(script)
}

/// The command line, with those who know the values of arguments.
fn command() -> Command {
    with_values(Cli::command())
}

fn with_values(command: Command) -> Command {
    let path = command.get_name().to_owned();
    let inner: Vec<String> = command
        .get_subcommands()
        .map(|inner| inner.get_name().to_owned())
        .collect();
    let command = inner
        .iter()
        .fold(command, |command, name| command.mut_subcommand(name, with_values));
    let arguments: Vec<String> = command
        .get_arguments()
        .map(|argument| argument.get_id().to_string())
        .collect();
    // All of them: one that is changed goes to the end, and positional arguments are told by their order.
    arguments.iter().fold(command, |command, name| {
        command.mut_arg(name, |argument| match values_of(&path, name) {
            Some(values) => argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
                candidates(values, typed)
            })),
            None => argument,
        })
    })
}

/// Who knows the values of an argument of a command.
fn values_of(command: &str, argument: &str) -> Option<fn() -> Vec<String>> {
    match (command, argument) {
        (NAME, "profile") => Some(known::profiles),
        (_, "teams" | "team") => Some(known::teams),
        ("create" | "show" | "delete", "name") => Some(known::own_roles),
        ("assume", "role") => Some(known::roles_and_profiles),
        ("check", "role") => Some(known::all_roles),
        (_, "role") => Some(known::role_arns),
        _ => None,
    }
}

fn candidates(values: fn() -> Vec<String>, typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let mut names = values();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| name.starts_with(typed.as_ref()))
        .map(CompletionCandidate::new)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_stays_consistent() {
        command().debug_assert();
    }
}
