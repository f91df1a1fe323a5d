//! `daypass cleanup TEAM|--all`: what has ended of temporary access, told by the accounts' own marks.

use crate::cli::CleanupArgs;
use crate::commands::access;
use crate::commands::prepared::Prepared;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::settings::Settings;
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
    if (arguments.dry_run || !json)
        && let Err(error) = prepared.show(!json, now)
    {
        return crate::commands::not_written(&error);
    }
    if arguments.dry_run || (prepared.plan.is_empty() && !json) {
        let failed = prepared.has_failed();
        return Ok(Ending::Own(if failed { Exit::Failed } else { Exit::Done }));
    }
    let outcomes = prepared.carry_out(false, &mut interrupts).await;
    Ok(prepared.end(&outcomes, !json))
}

async fn prepare(arguments: &CleanupArgs, now: Timestamp, settings: &Settings) -> Result<Prepared, Failure> {
    let mut asked = access::read(&arguments.dir, &arguments.teams, arguments.all, now)?;
    asked.only_accounts(&arguments.accounts)?;
    let work = Work::of(What::Cleanup {
        every_team: arguments.all,
    });
    Prepared::plan(&asked, work, &arguments.pace, now, settings).await
}
