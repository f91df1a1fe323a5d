//! Where the code of an MFA device comes from: an option, a command, or whoever sits at the terminal.

use crate::cli::{AssumeArgs, mfa_code};
use crate::failure::Failure;
use crate::view;
use secrecy::SecretString;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// How often somebody may mistype.
const ATTEMPTS: usize = 3;

/// Where codes come from.
#[derive(Debug, Clone)]
pub(super) enum CodeSource {
    /// One that was given; it is good once.
    Given(SecretString),
    /// A shell command that prints one.
    Command(String),
    /// The terminal.
    Terminal,
    /// Nobody is there to ask.
    Nobody,
}

impl CodeSource {
    pub(super) fn of(arguments: &AssumeArgs) -> Self {
        match (&arguments.mfa.mfa_code, &arguments.mfa.mfa_command) {
            (Some(code), _) => CodeSource::Given(code.clone()),
            (None, Some(command)) => CodeSource::Command(command.clone()),
            (None, None) => CodeSource::Terminal,
        }
    }

    /// What is left of it once something runs that has the terminal for itself.
    pub(super) fn in_background(self) -> Self {
        match self {
            CodeSource::Command(command) => CodeSource::Command(command),
            _ => CodeSource::Nobody,
        }
    }

    /// How often a wrong code is worth another try.
    pub(super) fn attempts(&self) -> usize {
        match self {
            CodeSource::Terminal => ATTEMPTS,
            _ => 1,
        }
    }

    /// A code of the device. Waits for a person or a program.
    pub(super) fn code(&self, device: &str) -> Result<SecretString, Failure> {
        match self {
            CodeSource::Given(code) => Ok(code.clone()),
            CodeSource::Command(command) => printed(command),
            CodeSource::Terminal => asked(device),
            CodeSource::Nobody => Err(nobody(device)),
        }
    }
}

fn nobody(device: &str) -> Failure {
    Failure::bad_input(format!(
        "a code of MFA device {device} is needed, and there is no terminal to ask for it"
    ))
    .help("give it with --mfa-code, or name a program that prints it with --mfa-command")
}

fn printed(command: &str) -> Result<SecretString, Failure> {
    let failed = |why: String| Failure::failed("the command of --mfa-command gave no code").why(why);
    let output = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(output.status.to_string()));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    // What it printed instead may be a secret.
    mfa_code(first).map_err(|wrong| failed(format!("{wrong}, and its first line is something else")))
}

/// From the terminal itself: stdin and stdout may be somebody else's.
fn asked(device: &str) -> Result<SecretString, Failure> {
    let no_terminal = |_| nobody(device);
    let mut output = File::options()
        .write(true)
        .open("/dev/tty")
        .map_err(no_terminal)?;
    let mut input = BufReader::new(File::open("/dev/tty").map_err(no_terminal)?);
    for _ in 0..ATTEMPTS {
        write!(output, "MFA code of {device}: ").map_err(no_terminal)?;
        output.flush().map_err(no_terminal)?;
        let mut line = String::new();
        if input.read_line(&mut line).map_err(no_terminal)? == 0 {
            break;
        }
        match mfa_code(&line) {
            Ok(code) => return Ok(code),
            Err(wrong) => view::warn(wrong),
        }
    }
    Err(Failure::bad_input(format!(
        "no code of MFA device {device} was given"
    )))
}
