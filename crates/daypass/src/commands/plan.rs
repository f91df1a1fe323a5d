//! `daypass plan`: what would change, and why. Nothing is changed.

use super::access::{self, Planned};
use crate::cli::{PlanArgs, PlanFormat};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::plan_file;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::plan as view;
use daypass_aws::{What, Work};
use daypass_core::plan::Options;
use jiff::Timestamp;

/// Runs `daypass plan`.
pub(crate) async fn run(arguments: PlanArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let now = Timestamp::now();
    let teams = &arguments.teams;
    let mut asked = access::read(&teams.dir, &teams.teams, teams.all, now)?;
    asked.only_accounts(&arguments.only.accounts)?;
    let deployer = asked.settings.deployer_role.clone();
    if arguments.read_only {
        asked.look_only()?;
    }
    let options = Options {
        adopt: arguments.adopt,
    };
    let work = Work {
        what: What::Apply(options),
        only: access::only_user(&arguments.only, &asked.settings)?,
    };
    let planning = async {
        let place = access::place(settings, &asked.accounts).await?;
        let shown = Accounts::new(asked.accounts.len());
        let fleet = access::fleet(&place, &arguments.pace, &shown);
        let plans = fleet.plan(&asked.accounts, &work).await;
        Ok::<Planned, Failure>(asked.accounts.iter().cloned().zip(plans).collect())
    };
    let mut planned = interrupts.unless(planning).await.map_err(|_| stopped())??;
    access::without_others(&mut planned, asked.all);
    let mut plan = access::plan_of(&planned, &asked.teams, now);
    for account in &mut plan.accounts {
        // Whoever carries it out is the deployer.
        account.reach.deployer_role.clone_from(&deployer);
    }
    if let Some(path) = &arguments.out {
        plan_file::write(path, &plan)?;
    }
    let text = match arguments.format {
        PlanFormat::Human => view::human(&planned, now),
        PlanFormat::Json => view::json(&planned, &plan),
        PlanFormat::Markdown => view::markdown(&planned, now),
    };
    if let Err(error) = crate::view::deliver(&text) {
        return super::not_written(&error);
    }
    Ok(Ending::Own(ending(&planned, arguments.detailed_exitcode)))
}

/// How a command ends that has shown a plan.
pub(crate) fn ending(planned: &Planned, detailed: bool) -> Exit {
    let is_whole = |(_, plan): &(_, Result<daypass_core::plan::AccountPlan, _>)| {
        plan.as_ref().is_ok_and(|plan| plan.problems.is_empty())
    };
    if !planned.iter().all(is_whole) {
        return Exit::Failed;
    }
    let changes = planned
        .iter()
        .any(|(_, plan)| plan.as_ref().is_ok_and(|plan| !plan.changes.is_empty()));
    if detailed && changes {
        Exit::Pending
    } else {
        Exit::Done
    }
}
