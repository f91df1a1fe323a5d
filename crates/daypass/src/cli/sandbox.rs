//! `daypass sandbox`: its arguments and its help.

use clap::{Args, Subcommand};
use iam_sandbox::Propagation;
use std::ffi::OsString;

const EXAMPLES: &str = "\
EXAMPLES
  Run any program against it
    $ daypass sandbox exec -- aws s3 ls
    $ daypass sandbox exec -- python my_tests.py

  Leave it running, and use it from another terminal
    $ daypass sandbox start --port 4566

  With IAM's delays, as a real account has them
    $ daypass sandbox start --propagation realistic";

const EXEC_EXAMPLES: &str = "\
EXAMPLES
  The real AWS CLI, as admin of the sandbox
    $ daypass sandbox exec -- aws sts get-caller-identity

  Several commands, one sandbox
    $ daypass sandbox exec -- sh -c 'aws iam create-user --user-name ann && aws iam list-users'";

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
}

/// Run a command against a fresh sandbox, as its admin
///
/// The exit code is the command's own. The sandbox is gone when it ends.
#[derive(Debug, Args)]
#[command(after_help = EXEC_EXAMPLES)]
pub(crate) struct SandboxExecArgs {
    /// Delays with which IAM changes are seen
    #[arg(long, value_name = "MODEL", default_value = "none", value_parser = propagation)]
    pub(crate) propagation: Propagation,
    /// The command to run
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// Serve a fresh sandbox on loopback until Ctrl-C
///
/// Prints the `export` lines that make any AWS program use it, as its admin.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SandboxStartArgs {
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// Delays with which IAM changes are seen
    #[arg(long, value_name = "MODEL", default_value = "none", value_parser = propagation)]
    pub(crate) propagation: Propagation,
}

fn propagation(text: &str) -> Result<Propagation, String> {
    text.parse()
        .map_err(|wrong: iam_sandbox::UnknownPropagation| wrong.to_string())
}
