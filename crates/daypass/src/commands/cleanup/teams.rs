//! `daypass cleanup TEAM|--all`: what has ended of temporary access, told by the accounts' own marks.

use crate::cli::CleanupArgs;
use crate::commands::access::{self, Planned};
use crate::commands::apply::{Prepared, carry_out, ending};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::{outcome, plan as view};
use daypass_aws::{What, Work};
use jiff::Timestamp;

/// Runs it. Nobody is asked: what is removed grants nothing any more.
pub(super) async fn run(arguments: CleanupArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let now = Timestamp::now();
    let prepared = interrupts
        .unless(prepare(&arguments, now, settings))
        .await
        .map_err(|_| stopped())??;
    let json = arguments.json;
    if arguments.dry_run || !json {
        let text = if json {
            view::json(&prepared.planned, &prepared.plan)
        } else {
            view::human(&prepared.planned, now)
        };
        if let Err(error) = crate::view::deliver(&text) {
            return crate::commands::not_written(&error);
        }
    }
    let failed_before = prepared.planned.iter().any(|(_, plan)| plan.is_err());
    if arguments.dry_run || (prepared.plan.is_empty() && !json) {
        return Ok(Ending::Own(if failed_before { Exit::Failed } else { Exit::Done }));
    }
    let outcomes = carry_out(&prepared, false, &mut interrupts).await;
    if json {
        crate::view::result(outcome::json(&outcomes, &prepared.planned));
    } else {
        outcome::show(&outcomes, &prepared.planned);
    }
    Ok(Ending::Own(ending(&outcomes, failed_before)))
}

async fn prepare(arguments: &CleanupArgs, now: Timestamp, settings: &Settings) -> Result<Prepared, Failure> {
    let mut asked = access::read(&arguments.dir, &arguments.teams, arguments.all, now)?;
    asked.only_accounts(&arguments.accounts)?;
    let work = Work::of(What::Cleanup {
        every_team: arguments.all,
    });
    let place = access::place(settings, &asked.accounts).await?;
    let shown = Accounts::new(asked.accounts.len());
    let fleet = access::fleet(&place, &arguments.pace, &shown);
    let plans = fleet.plan(&asked.accounts, &work).await;
    let planned: Planned = asked.accounts.iter().cloned().zip(plans).collect();
    Ok(Prepared {
        plan: access::plan_of(&planned, &asked.teams, now),
        planned,
        work: Some(work),
        fleet,
        shown,
        _place: place,
    })
}
