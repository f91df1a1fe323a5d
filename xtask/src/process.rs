//! Running programs, where the repository is, and what can go wrong with either.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Why a chore did not get done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{program}` could not be started: {source}")]
    Start { program: String, source: std::io::Error },
    #[error("`{command}` failed: {status}")]
    Failed { command: String, status: ExitStatus },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{what}")]
    Missing { what: String, help: String },
    #[error("{what}")]
    Differs { what: String, help: String },
}

impl Error {
    /// What to do about it.
    pub(crate) fn help(&self) -> Option<&str> {
        match self {
            Self::Missing { help, .. } | Self::Differs { help, .. } => Some(help),
            Self::Start { .. } | Self::Failed { .. } | Self::File { .. } => None,
        }
    }
}

/// One line of progress or of an error, on standard error: standard output is the tests' and benchmarks'.
pub(crate) fn say(line: &str) {
    // A closed standard error is no reason to stop the tests.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds: what the caller chose, else `target`.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(chosen) if !chosen.is_empty() => root().join(chosen),
        _ => root().join("target"),
    }
}

/// The cargo that runs this program, in the repository's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root());
    command
}

/// Runs to the end, passing on what it prints.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    say(&format!("$ {}", shown(command)));
    let status = command.status().map_err(|source| not_started(command, source))?;
    succeeded(command, status)
}

/// Runs to the end and gives what it printed on standard output; standard error is passed on.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Error> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| not_started(command, source))?;
    succeeded(command, output.status)?;
    Ok(output.stdout)
}

fn not_started(command: &Command, source: std::io::Error) -> Error {
    Error::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    }
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), Error> {
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed {
            command: shown(command),
            status,
        })
    }
}

/// A command as a person would type it, its program by name only.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` failed: exit status: 3");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`no-such-program-anywhere` could not be started:"),
            "{error}"
        );
    }

    #[test]
    fn output_is_what_was_printed() {
        assert_eq!(
            output(Command::new("sh").args(["-c", "echo one"])).unwrap(),
            b"one\n"
        );
    }
}
