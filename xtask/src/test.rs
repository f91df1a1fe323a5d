//! `cargo xtask test`: everything the tests need, then every test.

use std::ffi::OsString;

use crate::process::{self, Error};
use crate::python;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `cargo test`, for example `-p daypass` or a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    rest: Vec<OsString>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let environment = python::environment()?;
    let mut cargo = process::cargo();
    cargo
        .args(["test", "--workspace", "--all-features"])
        .args(&arguments.rest);
    process::run(cargo.env("DAYPASS_TEST_VENV", environment))
}
