//! `daypass demo`: its arguments and its help.

use clap::Args;

const EXAMPLES: &str = "\
EXAMPLES
  The whole story, offline
    $ daypass demo

  User, role, denied, allowed, torn down: on the account in the environment; asks first
    $ daypass demo --live";

/// Play the whole story, narrated: denied, allowed, and nothing left behind
///
/// Runs on an embedded AWS inside this process, with the same code that talks to a real account.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// Play the part with user and role on the real account in the environment
    #[arg(long)]
    pub(crate) live: bool,
    /// Do not ask before --live makes anything
    #[arg(long, requires = "live")]
    pub(crate) yes: bool,
}
