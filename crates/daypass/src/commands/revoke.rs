//! `daypass revoke`: somebody's access ended now, whatever the files say.

use super::access;
use super::prepared::Prepared;
use crate::ask::agreed;
use crate::cli::{OutcomeFormat, RevokeArgs};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::settings::Settings;
use crate::view::revoke as view;
use daypass_aws::{What, Work};
use daypass_core::plan::{Revocation, Source, given_again};
use daypass_core::team::{Grantee, TeamSettings};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Runs `daypass revoke`.
pub(crate) async fn run(arguments: RevokeArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let now = Timestamp::now();
    let all = arguments.all || arguments.teams.is_empty();
    let mut asked = access::read(&arguments.dir, &arguments.teams, all, now)?;
    asked.only_accounts(&arguments.environments)?;
    let revocation = Revocation {
        grantee: grantee(&arguments, &asked.settings)?,
        grant: arguments.grant.clone(),
    };
    let again: BTreeSet<Source> = asked
        .accounts
        .iter()
        .flat_map(|account| given_again(account, &revocation))
        .collect();
    let work = Work::of(What::Revoke {
        revocation: revocation.clone(),
        every_team: all,
    });
    let preparing = Prepared::plan(&asked, work, &arguments.pace, now, settings);
    let prepared = interrupts.unless(preparing).await.map_err(|_| stopped())??;
    let human = arguments.format == OutcomeFormat::Human;
    if (human || arguments.dry_run)
        && let Err(error) = prepared.show(human, now)
    {
        return super::not_written(&error);
    }
    if prepared.plan.is_empty() {
        view::nothing(&revocation, prepared.planned.len());
    }
    if human && !prepared.plan.is_empty() {
        view::not_recalled(&revocation, &prepared.plan);
    }
    view::given_again(&again);
    if arguments.dry_run || (prepared.plan.is_empty() && human) {
        let failed = prepared.has_failed();
        return Ok(Ending::Own(if failed { Exit::Failed } else { Exit::Done }));
    }
    if !arguments.yes && !prepared.plan.is_empty() {
        let question = view::question(&revocation, &prepared.plan);
        let agreed = interrupts
            .unless(agreed(&question))
            .await
            .map_err(|_| stopped())?;
        if !agreed? {
            crate::view::say("Nothing was changed.");
            return Ok(Ending::Own(Exit::Done));
        }
    }
    // Not compared with what was shown: whatever they have got meanwhile is to end as well.
    let outcomes = prepared.carry_out(false, &mut interrupts).await;
    Ok(prepared.end(&outcomes, human))
}

fn grantee(arguments: &RevokeArgs, settings: &TeamSettings) -> Result<Grantee, Failure> {
    match (&arguments.user, &arguments.role, &arguments.group) {
        (Some(user), _, _) => access::user(user, settings),
        (_, Some(role), _) => Ok(Grantee::Role(role.clone())),
        (_, _, Some(group)) => Ok(Grantee::Group(group.clone())),
        _ => Err(Failure::bad_input(
            "name whose access is to end with --user, --role or --group",
        )),
    }
}
