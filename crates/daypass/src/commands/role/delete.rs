//! `daypass role delete`: what we made; others' only when forced.

use super::half_way;
use super::show::no_role;
use crate::ask;
use crate::cli::RoleDeleteArgs;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::view;
use crate::view::role as shown;
use daypass_aws::{AwsError, change_role, observe_role};
use daypass_core::role::{ObservedRole, Standing, removal};

/// Runs `daypass role delete`.
pub(super) async fn run(arguments: &RoleDeleteArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let Ok(found) = interrupts.unless(find(arguments, settings)).await else {
        return Err(interrupted());
    };
    let (place, role) = found?;
    if role.standing() == Standing::Foreign && !arguments.force {
        return Err(Failure::failed(format!(
            "daypass has not made role {}: it is left as it is",
            role.name
        ))
        .why(role.arn.to_string())
        .help("add --force to delete it all the same"));
    }
    let changes = removal(&role);
    shown::announce_removal(&role, &changes);
    if arguments.dry_run {
        return Ok(Ending::Own(Exit::Done));
    }
    if !arguments.yes {
        let asked = ask::agreed("Delete it?");
        let Ok(agreed) = interrupts.unless(asked).await else {
            return Err(interrupted());
        };
        if !agreed? {
            view::say("Nothing was deleted.");
            return Ok(Ending::Own(Exit::Done));
        }
    }
    let again = format!(
        "the same command goes on from here; `daypass role show {}` tells what is there",
        role.name
    );
    let removing = async {
        for change in &changes {
            change_role(&place.connection, &role.name, change).await?;
        }
        Ok::<(), AwsError>(())
    };
    match interrupts.unless(removing).await {
        Ok(Ok(())) => {
            view::result(format_args!("Deleted role {}.", role.name));
            Ok(Ending::Own(Exit::Done))
        }
        Ok(Err(error)) if error.code() == Some("DeleteConflict") => Err(half_way(
            error,
            format!(
                "is it in an instance profile? aws iam list-instance-profiles-for-role --role-name {}",
                role.name
            ),
        )),
        Ok(Err(error)) => Err(half_way(error, again)),
        Err(_) => Err(Failure::failed(format!("stopped before role {} was gone", role.name)).help(again)),
    }
}

async fn find(arguments: &RoleDeleteArgs, settings: &Settings) -> Result<(Place, ObservedRole), Failure> {
    let place = Place::open(settings).await?;
    match observe_role(&place.connection, arguments.name.as_str()).await? {
        Some(role) => Ok((place, role)),
        None => Err(no_role(
            arguments.name.as_str(),
            &place.connection.caller().await?.account,
        )),
    }
}
