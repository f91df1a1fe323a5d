//! `daypass sandbox`: its arguments and its help.

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use iam_sandbox::Propagation;
use std::ffi::{OsStr, OsString};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Run any program against it
    $ daypass sandbox exec -- aws s3 ls
    $ daypass sandbox exec --seed world.yaml -- pytest

  Leave it running, and use it from another terminal
    $ daypass sandbox start --port 4566

  With IAM's delays, as a real account has them
    $ daypass sandbox start --propagation realistic

  Two days later; who was denied what, and why
    $ daypass sandbox clock +2d
    $ daypass sandbox log --follow";

const EXEC_EXAMPLES: &str = "\
EXAMPLES
  The real AWS CLI, as admin of the sandbox
    $ daypass sandbox exec -- aws sts get-caller-identity

  Several commands, one sandbox
    $ daypass sandbox exec -- sh -c 'aws iam create-user --user-name ann && aws iam list-users'

  A world of your own, and what became of it
    $ daypass sandbox exec --seed world.yaml --dump after.yaml -- ./migrate.sh";

const START_EXAMPLES: &str = "\
EXAMPLES
  In one terminal
    $ daypass sandbox start --port 4566 --seed world.yaml --dump world.yaml

  With access keys that are seen after half a minute, everything else as in a real account
    $ daypass sandbox start --propagation realistic,access-keys=30s

PROPAGATION
  MODEL is a lag for every kind of change, or lags for some (KIND=LAG), or both, with commas between.
  A lag is none, realistic, a duration (5s), or a range (5s..20s). The kinds are users, groups, roles,
  trust, policies, permissions, access-keys and other.";

const CLOCK_EXAMPLES: &str = "\
EXAMPLES
  What time is it there?
    $ daypass sandbox clock

  Two days later, an hour earlier, at an instant
    $ daypass sandbox clock +2d
    $ daypass sandbox clock -1h
    $ daypass sandbox clock 2026-01-01T00:00:00Z

  Stand still, and run on
    $ daypass sandbox clock freeze
    $ daypass sandbox clock run

Signatures are checked against the real time, so that no client breaks.";

const LOG_EXAMPLES: &str = "\
EXAMPLES
  The calls so far
    $ daypass sandbox log

  Denials as they happen
    $ daypass sandbox log --follow --format json | jq 'select(.decision != \"allow\")'";

/// An embedded AWS that enforces IAM, for any program
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct SandboxArgs {
    #[command(subcommand)]
    pub(crate) command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    Exec(SandboxExecArgs),
    Start(SandboxStartArgs),
    Clock(SandboxClockArgs),
    Log(SandboxLogArgs),
}

/// Which world a sandbox has.
#[derive(Debug, Args)]
pub(crate) struct WorldArgs {
    /// Start with the world of this file, YAML or JSON [default: a small world]
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Write the world to this file at the end, as a seed (JSON if it is named .json)
    ///
    /// Access keys stand in it with their secrets: it is written for you alone to read.
    #[arg(long, value_name = "FILE")]
    pub(crate) dump: Option<PathBuf>,
    /// Delays with which IAM changes are seen: none, realistic, or as `sandbox start --help` says
    #[arg(long, value_name = "MODEL", default_value = "none", value_parser = PropagationParser)]
    pub(crate) propagation: Propagation,
    /// Make the same ids, keys and delays each time
    #[arg(long, value_name = "NUMBER")]
    pub(crate) entropy: Option<u64>,
}

/// Run a command against a fresh sandbox, as its admin
///
/// The exit code is the command's own. The sandbox is gone when it ends.
#[derive(Debug, Args)]
#[command(after_help = EXEC_EXAMPLES)]
pub(crate) struct SandboxExecArgs {
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    /// The command to run
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// Serve a fresh sandbox on loopback until Ctrl-C
///
/// Prints the lines that make any AWS program in a shell use it, as its admin.
#[derive(Debug, Args)]
#[command(after_help = START_EXAMPLES)]
pub(crate) struct SandboxStartArgs {
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    /// Port [default: a free one]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) listen: IpAddr,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub(crate) expose: bool,
    /// The shell that the printed lines are for
    #[arg(long, value_enum, default_value_t)]
    pub(crate) shell: Shell,
}

/// Which shell is to read the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Shell {
    /// sh, bash, zsh and their like.
    #[default]
    Sh,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
}

/// Show, set, move, freeze or run the clock of a running sandbox
///
/// The sandbox is the one at AWS_ENDPOINT_URL, or at --endpoint-url.
#[derive(Debug, Args)]
#[command(after_help = CLOCK_EXAMPLES)]
pub(crate) struct SandboxClockArgs {
    /// +DURATION or -DURATION, an instant, `freeze` or `run` [default: only show it]
    #[arg(value_parser = clock_change, allow_hyphen_values = true)]
    pub(crate) change: Option<ClockChange>,
}

/// A change of the clock.
#[derive(Debug, Clone)]
pub(crate) enum ClockChange {
    /// Forwards or backwards.
    Move(jiff::Span),
    /// To an instant.
    Set(jiff::Timestamp),
    /// Stand still.
    Freeze,
    /// Run on.
    Run,
}

/// Show the calls that a running sandbox has answered, with who, what, and why it was decided so
///
/// The sandbox is the one at AWS_ENDPOINT_URL, or at --endpoint-url.
#[derive(Debug, Args)]
#[command(after_help = LOG_EXAMPLES)]
pub(crate) struct SandboxLogArgs {
    /// Go on with the calls to come, until Ctrl-C
    #[arg(long, short)]
    pub(crate) follow: bool,
    /// How they are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: LogFormat,
}

/// How calls are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for each, in columns.
    #[default]
    Human,
    /// A line of JSON for each.
    Json,
}

/// Reads a model; what a shell completes are the two that most people want.
#[derive(Clone)]
struct PropagationParser;

impl TypedValueParser for PropagationParser {
    type Value = Propagation;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Propagation, clap::Error> {
        let read = |text: &str| text.parse::<Propagation>();
        read.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            ["none", "realistic"].into_iter().map(PossibleValue::new),
        ))
    }
}

fn clock_change(text: &str) -> Result<ClockChange, String> {
    match text.trim() {
        "freeze" => return Ok(ClockChange::Freeze),
        "run" => return Ok(ClockChange::Run),
        _ => {}
    }
    if text.starts_with(['+', '-']) {
        let span = text.parse().map(ClockChange::Move);
        return span.map_err(|_| "write a duration like +2d, +90m or -1h30m".to_owned());
    }
    text.parse()
        .map(ClockChange::Set)
        .map_err(|_| "write +2d or -1h, an instant like 2026-01-01T00:00:00Z, freeze or run".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_the_clock() {
        assert!(matches!(clock_change("freeze"), Ok(ClockChange::Freeze)));
        assert!(matches!(clock_change("+2d"), Ok(ClockChange::Move(by)) if by.get_days() == 2));
        assert!(matches!(clock_change("-1h30m"), Ok(ClockChange::Move(by)) if by.is_negative()));
        assert!(matches!(
            clock_change("2026-01-01T00:00:00Z"),
            Ok(ClockChange::Set(_))
        ));
        for wrong in ["", "2d", "+", "tomorrow", "2026-01-01"] {
            assert!(clock_change(wrong).is_err(), "{wrong}");
        }
    }
}
