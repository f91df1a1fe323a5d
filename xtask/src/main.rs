//! The project's chores, run as `cargo xtask NAME`.

mod bench;
mod catalog;
mod documented;
mod picture;
mod process;
mod python;
mod sandbox_models;
mod simulate;
mod system;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Set up what the tests need, then run every test of the workspace
    Test(test::Arguments),
    /// Run a benchmark; without a name, list them
    Bench(bench::Arguments),
    /// Ask evaluators of policies the same questions, many of them, until they disagree
    Simulate(simulate::Arguments),
    /// Fetch what iam-catalog embeds, and write its tables anew
    Catalog(catalog::Arguments),
    /// Write what AWS's models say of the sandbox's operations
    SandboxModels(sandbox_models::Arguments),
    /// Draw docs/demo.svg from the real output of `daypass demo`
    Picture(picture::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Bench(arguments) => bench::run(&arguments),
        Chore::Simulate(arguments) => simulate::run(&arguments),
        Chore::Catalog(arguments) => catalog::run(&arguments),
        Chore::SandboxModels(arguments) => sandbox_models::run(&arguments),
        Chore::Picture(arguments) => picture::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            process::say(&format!("error: {error}"));
            if let Some(help) = error.help() {
                process::say(&format!("help: {help}"));
            }
            ExitCode::FAILURE
        }
    }
}
