//! `cargo xtask test`: everything the tests need, then every test.

use std::ffi::OsString;

use crate::process::{self, Error};
use crate::{python, sandbox_models, system};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `cargo test`, for example `-p daypass` or a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    rest: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let environment = python::environment()?;
    sandbox_models::check(&environment)?;
    let moto = python::moto()?;
    let variables = system::variables()?;
    let mut cargo = process::cargo();
    // All of them, even if the first crate has a failure.
    cargo.args(["test", "--all-features", "--no-fail-fast"]);
    // With `--workspace`, cargo would build and run the rest as well.
    if !arguments
        .rest
        .iter()
        .any(|argument| argument == "-p" || argument == "--package")
    {
        cargo.arg("--workspace");
    }
    cargo.args(&arguments.rest);
    cargo
        .env("DAYPASS_TEST_VENV", environment)
        .env("DAYPASS_TEST_MOTO", moto)
        .envs(variables);
    process::run(&mut cargo)
}
