//! `daypass demo`: the whole story, told while it happens.

mod cast;
mod embedded;
mod live;

use crate::cli::DemoArgs;
use crate::exit::Ending;
use crate::failure::Failure;
use crate::settings::Settings;

/// Runs `daypass demo`.
pub(crate) async fn run(arguments: DemoArgs, settings: &Settings) -> Result<Ending, Failure> {
    match (arguments.live, settings.sandbox) {
        (true, true) => Err(Failure::bad_input("--live and --sandbox: choose one")),
        (true, false) => live::play(arguments.yes, settings).await,
        (false, _) => embedded::play().await,
    }
}
