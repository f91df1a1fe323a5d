//! `daypass role`: roles that stay.

mod create;
mod delete;
mod show;

use crate::cli::{RoleArgs, RoleCommand};
use crate::exit::Ending;
use crate::failure::Failure;
use crate::settings::Settings;
use daypass_aws::AwsError;

/// Runs `daypass role`.
pub(crate) async fn run(arguments: RoleArgs, settings: &Settings) -> Result<Ending, Failure> {
    match arguments.command {
        RoleCommand::Create(arguments) => create::run(arguments, settings).await,
        RoleCommand::Show(arguments) => show::run(&arguments, settings).await,
        RoleCommand::Delete(arguments) => delete::run(&arguments, settings).await,
    }
}

/// How a command ends that stopped between two changes.
fn half_way(error: AwsError, help: String) -> Failure {
    Failure::from(error).help(help)
}
