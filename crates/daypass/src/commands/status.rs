//! `daypass status`: who has what, by the accounts' own marks beside the files. Nothing is changed.

use super::access;
use crate::cli::{ListFormat, StatusArgs};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::status::{self as view, AccountStatus, Held, Status};
use crate::whole_file::{self, Readers};
use daypass_aws::{AccountFailure, Fleet, What, Work};
use daypass_core::plan::{AccountAsked, AccountPlan, ObservedAccount, Options, holdings, plan_account};
use daypass_core::team::Grantee;
use jiff::Timestamp;
use std::path::Path;

/// Runs `daypass status`.
pub(crate) async fn run(arguments: StatusArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let now = Timestamp::now();
    let teams = &arguments.teams;
    let mut asked = access::read(&teams.dir, &teams.teams, teams.all, now)?;
    asked.only_accounts(&arguments.only.accounts)?;
    let user = access::only_user(&arguments.only, &asked.settings)?;
    let at = arguments.at.unwrap_or(now);
    let looking = async {
        let place = access::place(settings, &asked.accounts).await?;
        let shown = Accounts::new(asked.accounts.len());
        let fleet = access::fleet(&place, &arguments.pace, &shown);
        let mut accounts = Vec::new();
        for (asked, observed) in asked.accounts.iter().zip(fleet.observe(&asked.accounts).await) {
            accounts.push(AccountStatus {
                account: asked.account.clone(),
                environments: asked.environments.clone(),
                found: match observed {
                    Ok(observed) => held(&fleet, asked, &observed, at, now, teams.all).await,
                    Err(failure) => Err(failure),
                },
            });
        }
        Ok::<_, Failure>(accounts)
    };
    let mut accounts = interrupts.unless(looking).await.map_err(|_| stopped())??;
    if let Some(user) = &user {
        keep_only(&mut accounts, user);
    }
    let status = Status {
        at,
        teams: asked.teams,
        accounts,
    };
    if let Some(path) = &arguments.html {
        write_page(path, &status)?;
        // The page is what is printed.
        if path == Path::new("-") {
            return Ok(Ending::Own(ending(&status)));
        }
    }
    let text = match arguments.format {
        ListFormat::Human => view::human(&status),
        ListFormat::Json => view::json(&status),
    };
    if let Err(error) = crate::view::deliver(&text) {
        return super::not_written(&error);
    }
    if arguments.format == ListFormat::Human {
        view::hints(&status);
    }
    Ok(Ending::Own(ending(&status)))
}

fn ending(status: &Status) -> Exit {
    let is_whole = status.accounts.iter().all(|account| account.found.is_ok());
    if is_whole { Exit::Done } else { Exit::Failed }
}

/// What an account holds at `at`, with `every_team` also of teams whose files are not here, and what of it is not as it was
/// left. Only where a plan takes more than has been read, more is asked.
async fn held(
    fleet: &Fleet,
    asked: &AccountAsked,
    observed: &ObservedAccount,
    at: Timestamp,
    now: Timestamp,
    every_team: bool,
) -> Result<Held, AccountFailure> {
    let plan: Option<AccountPlan> = match plan_account(asked, observed, now, Options::default()) {
        Ok(mut plan) => {
            fleet.tell_who_changed(asked, &mut plan).await?;
            Some(plan)
        }
        Err(_needs) => {
            let work = Work::of(What::Apply(Options::default()));
            let plans = fleet.plan(std::slice::from_ref(asked), &work).await;
            plans.into_iter().next().transpose()?
        }
    };
    let (mut drift, problems) = plan.map(|plan| (plan.changes, plan.problems)).unwrap_or_default();
    drift.retain(|change| change.drift.is_some());
    Ok(Held {
        holdings: if every_team {
            holdings(&asked.with_every_team(observed), observed, at)
        } else {
            holdings(asked, observed, at)
        },
        drift,
        problems,
    })
}

fn keep_only(accounts: &mut [AccountStatus], user: &Grantee) {
    let is_theirs = |who: &Option<Grantee>| who.as_ref().is_some_and(|who| who.is_same(user));
    for account in accounts {
        if let Ok(held) = &mut account.found {
            held.holdings.retain(|holding| holding.principal.is_same(user));
            held.drift.retain(|change| is_theirs(&change.principal));
            held.problems.retain(|problem| is_theirs(&problem.principal));
        }
    }
}

fn write_page(path: &Path, status: &Status) -> Result<(), Failure> {
    // The page runs the one script that carries this mark, and nothing that a name might bring along.
    let mark = format!("{:032x}", fastrand::u128(..));
    let page = view::page(status, &mark);
    if path == Path::new("-") {
        crate::view::result(&page);
        return Ok(());
    }
    whole_file::replace(path, &page, Readers::AsBefore).map_err(|error| {
        Failure::failed(format!("cannot write {}", path.display())).why(error.to_string())
    })?;
    crate::view::say(format_args!(
        "{} is written; it opens in any browser",
        path.display()
    ));
    Ok(())
}
