//! `daypass cleanup`: tidying away what IAM has ended already.

mod leases;
mod teams;

use crate::cli::CleanupArgs;
use crate::exit::Ending;
use crate::failure::Failure;
use crate::settings::Settings;

/// Runs `daypass cleanup`.
pub(crate) async fn run(arguments: CleanupArgs, settings: &Settings) -> Result<Ending, Failure> {
    if arguments.leases {
        leases::run(arguments, settings).await
    } else if arguments.all || !arguments.teams.is_empty() {
        teams::run(arguments, settings).await
    } else {
        Err(Failure::bad_input("tell what to clean up: a team, --all teams, or --leases")
            .help("daypass cleanup --all --dry-run      what has ended of all teams' temporary access; looks only")
            .help("daypass cleanup --leases --dry-run   what runs of `daypass try` have left; looks only"))
    }
}
