//! `daypass status`: its arguments and its help.

use super::ListFormat;
use super::apply::{OnlyArgs, PaceArgs};
use super::validate::TeamsArgs;
use clap::Args;
use jiff::Timestamp;
use std::path::PathBuf;

const EXAMPLES: &str = "\
EXAMPLES
  Who has what in the accounts of a team, until when, and why?
    $ daypass status payments

  What does one person have, over all teams?
    $ daypass status --all --user bert@example.com

  What will be left on Monday morning, if nothing is applied until then?
    $ daypass status payments --at 2026-11-30T08:00:00Z

  A page with a timeline, to open in a browser or to keep
    $ daypass status --all --html status.html

  For a program
    $ daypass status --all --format json

EXIT CODE
  0 when every account was read; 1 when one could not be; 2 when the files are wrong.";

/// Tell who has what, where, until when, and why
///
/// Reads the accounts' own marks beside the team's files: what is there and asked for, what has expired and is not
/// cleaned up yet, what no file asks for any more, what is still to be applied, and what somebody has changed. Nothing is
/// changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) teams: TeamsArgs,
    #[command(flatten)]
    pub(crate) only: OnlyArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// As it stands at this instant, or as a day (UTC) begins, from what is there now [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = super::values::moment)]
    pub(crate) at: Option<Timestamp>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// Also write a page with a timeline, which needs nothing but a browser; `-` prints it alone
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}
