//! One file per command. Here: from arguments to settings, to the command, to the exit code.

pub(crate) mod access;
mod actions;
mod apply;
mod assume;
mod bootstrap;
mod catalog;
mod check;
mod cleanup;
mod completions;
mod demo;
mod diff;
mod doctor;
mod format;
pub(crate) mod init;
mod lambda;
mod lease_run;
mod lint;
mod man;
mod plan;
mod policy;
mod prepared;
mod profile;
mod record;
mod request;
mod revoke;
mod role;
mod sandbox;
mod shell_init;
pub(crate) mod simulate;
mod status;
mod test;
mod try_policy;
mod validate;
mod whoami;

pub(crate) use access::Planned;

use crate::cli::{Cli, Command};
use crate::completion;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::settings::{Settings, Variables};
use crate::view;
use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs daypass with these arguments.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    if completion::answered(&arguments) {
        return Ending::Own(Exit::Done).into();
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // --help and --version are no errors, and go to stdout.
            let _ = error.print();
            let exit = if error.use_stderr() {
                Exit::BadInput
            } else {
                Exit::Done
            };
            return Ending::Own(exit).into();
        }
    };
    let settings = Settings::resolve(&cli.globals, Variables::of_this_process());
    let ending = dispatch(cli.command, &settings).unwrap_or_else(|failure| {
        view::failure(&failure);
        Ending::Own(failure.exit())
    });
    ending.into()
}

fn dispatch(command: Command, settings: &Settings) -> Result<Ending, Failure> {
    match command {
        Command::Completions(arguments) => Ok(completions::run(&arguments)),
        Command::Man(arguments) => man::run(&arguments),
        Command::Actions(arguments) => actions::run(&arguments),
        Command::Policy(arguments) => policy::run(&arguments),
        Command::Catalog(arguments) => catalog::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments, settings),
        Command::Test(arguments) => test::run(&arguments, settings),
        Command::Fmt(arguments) => format::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Bootstrap(arguments) => block_on(bootstrap::run(arguments, settings)),
        Command::Init(arguments) => init::run(&arguments),
        Command::Request(arguments) => request::run(arguments),
        Command::Schema(arguments) => validate::schema(&arguments),
        Command::Plan(arguments) => block_on(plan::run(arguments, settings)),
        Command::Apply(arguments) => block_on(apply::run(arguments, settings)),
        Command::Assume(arguments) => assume::run(&arguments, settings),
        Command::Profile(arguments) => profile::run(&arguments, settings),
        Command::ShellInit(arguments) => shell_init::run(&arguments),
        Command::Revoke(arguments) => block_on(revoke::run(arguments, settings)),
        Command::Status(arguments) => block_on(status::run(arguments, settings)),
        Command::Record(arguments) => block_on(record::run(arguments, settings)),
        Command::Try(arguments) => block_on(try_policy::run(arguments, settings)),
        Command::Check(arguments) => block_on(check::run(arguments, settings)),
        Command::Whoami(arguments) => block_on(whoami::run(arguments, settings)),
        Command::Doctor(arguments) => block_on(doctor::run(arguments, settings)),
        Command::Role(arguments) => block_on(role::run(arguments, settings)),
        Command::Cleanup(arguments) => block_on(cleanup::run(arguments, settings)),
        Command::Lambda(arguments) => block_on(lambda::run(arguments, settings)),
        Command::Sandbox(arguments) => block_on(sandbox::run(arguments, settings)),
        Command::Demo(arguments) => block_on(demo::run(arguments, settings)),
    }
}

/// How a command ends whose result could not be written: a reader that has read enough (`| head`) is no failure.
fn not_written(error: &std::io::Error) -> Result<Ending, Failure> {
    if error.kind() == std::io::ErrorKind::BrokenPipe {
        return Ok(Ending::Own(Exit::Done));
    }
    Err(Failure::failed("cannot write to stdout").why(error.to_string()))
}

fn block_on(command: impl Future<Output = Result<Ending, Failure>>) -> Result<Ending, Failure> {
    block_on_result(command)
}

/// Runs what calls AWS in the midst of a command that otherwise needs no runtime.
fn block_on_result<T>(command: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    // The embedded AWS, when there is one, answers on threads of its own.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start").why(error.to_string()))?;
    let outcome = runtime.block_on(command);
    // A call that hangs must not hold up the end.
    runtime.shutdown_background();
    outcome
}
