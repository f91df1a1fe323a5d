//! Everything that a person or a program reads: results on stdout, narration and progress on stderr.

pub(crate) mod actions;
pub(crate) mod calls;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod columns;
pub(crate) mod credentials;
pub(crate) mod deployer;
pub(crate) mod diagnostics;
pub(crate) mod difference;
pub(crate) mod doctor;
pub(crate) mod findings;
pub(crate) mod fleet;
pub(crate) mod format;
pub(crate) mod init;
pub(crate) mod lambda;
pub(crate) mod leases;
pub(crate) mod lint;
pub(crate) mod outcome;
pub(crate) mod paint;
pub(crate) mod plan;
pub(crate) mod policies;
pub(crate) mod progress;
pub(crate) mod record;
pub(crate) mod request;
pub(crate) mod revoke;
pub(crate) mod role;
pub(crate) mod sandbox_log;
pub(crate) mod simulate;
pub(crate) mod status;
pub(crate) mod story;
pub(crate) mod terminal;
pub(crate) mod test;
pub(crate) mod validate;
pub(crate) mod whoami;

use crate::failure::Failure;
use jiff::SignedDuration;
use paint::{ERROR, HELP, NOTE, WARNING, paint};
use std::fmt::Display;
use std::io::Write;

/// Writes a result to stdout.
pub(crate) fn result(text: impl Display) {
    // A reader that has gone away (`| head`) is not our failure.
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// Writes a result that is lost when it does not arrive.
pub(crate) fn deliver(text: &str) -> std::io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    writeln!(stdout, "{text}")?;
    stdout.flush()
}

/// Writes a line of narration to stderr.
pub(crate) fn say(text: impl Display) {
    // After a hang-up there is nobody to read, and cleanup must go on.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Says something that the user should know and can go on with.
pub(crate) fn warn(text: impl Display) {
    say(format_args!("{} {text}", paint(WARNING, "warning:")));
}

/// Says something in passing.
pub(crate) fn note(text: impl Display) {
    say(format_args!("{} {text}", paint(NOTE, "note:")));
}

/// How much time is left, as people say it.
pub(crate) fn whole_minutes(left: SignedDuration) -> String {
    match left.as_mins() {
        0 => "less than a minute".to_owned(),
        1 => "1 minute".to_owned(),
        minutes if minutes < 120 => format!("{minutes} minutes"),
        minutes => format!("{} hours", minutes / 60),
    }
}

/// Shows why a command failed.
pub(crate) fn failure(failure: &Failure) {
    match failure {
        Failure::Told { what, why, help, .. } => {
            say(format_args!("{} {what}", paint(ERROR, "error:")));
            for cause in why {
                say(format_args!("  {cause}"));
            }
            for advice in help {
                say(format_args!("{} {advice}", paint(HELP, "help:")));
            }
        }
        Failure::Document {
            name,
            text,
            diagnostics,
        } => diagnostics::errors(name, text, diagnostics),
        Failure::Findings { name, text, findings } => diagnostics::findings(name, text, findings),
    }
}
