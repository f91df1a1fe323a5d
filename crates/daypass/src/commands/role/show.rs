//! `daypass role show`: a role with its documents, or those that daypass has made.

use crate::cli::RoleShowArgs;
use crate::commands::not_written;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::view::role as shown;
use daypass_aws::{list_roles, observe_role};

/// Runs `daypass role show`.
pub(super) async fn run(arguments: &RoleShowArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(text) = interrupts.unless(read(arguments, settings)).await else {
        return Err(interrupted());
    };
    match crate::view::deliver(&text?) {
        Ok(()) => Ok(Ending::Own(Exit::Done)),
        Err(error) => not_written(&error),
    }
}

async fn read(arguments: &RoleShowArgs, settings: &Settings) -> Result<String, Failure> {
    let place = Place::open(settings).await?;
    let connection = &place.connection;
    let account = connection.caller().await?.account;
    let now = connection.clock().now();
    match &arguments.name {
        None => {
            let roles = list_roles(connection).await?;
            Ok(if arguments.json {
                shown::listed_json(&roles)
            } else {
                shown::listed(&roles, &account, now)
            })
        }
        Some(name) => match observe_role(connection, name.as_str()).await? {
            Some(role) if arguments.json => Ok(shown::role_json(&role)),
            Some(role) => Ok(shown::role(&role, now)),
            None => Err(no_role(name.as_str(), &account)),
        },
    }
}

/// A role that is not there.
pub(super) fn no_role(name: &str, account: &iam_policy::AccountId) -> Failure {
    Failure::failed(format!("there is no role {name} in account {account}"))
        .help("daypass role show   lists those that daypass has made")
}
