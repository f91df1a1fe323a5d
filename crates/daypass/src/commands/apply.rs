//! `daypass apply`: a plan shown, agreed to, and carried out.

use super::access;
use super::prepared::Prepared;
use crate::ask::agreed;
use crate::cli::{ApplyArgs, OutcomeFormat};
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, stopped};
use crate::interrupt::Interrupts;
use crate::plan_file;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::plan as view;
use daypass_aws::{What, Work};
use daypass_core::plan::{Options, Plan, Removals};
use daypass_core::team::TeamName;
use jiff::Timestamp;
use std::path::Path;

/// Runs `daypass apply`.
pub(crate) async fn run(arguments: ApplyArgs, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let now = Timestamp::now();
    let preparing = async {
        match plan_file_of(&arguments.targets) {
            Some(path) => from_file(&arguments, path, settings).await,
            None => from_files(&arguments, now, settings).await,
        }
    };
    let prepared = interrupts.unless(preparing).await.map_err(|_| stopped())??;
    let human = arguments.format == OutcomeFormat::Human;
    if (human || arguments.dry_run)
        && let Err(error) = prepared.show(human, now)
    {
        return super::not_written(&error);
    }
    if arguments.dry_run {
        return Ok(Ending::Own(super::plan::ending(&prepared.planned, false)));
    }
    within_bounds(&prepared.plan, arguments.max_removals)?;
    // A program is told of the calls all the same.
    if prepared.plan.is_empty() && human {
        return Ok(Ending::Own(super::plan::ending(&prepared.planned, false)));
    }
    if !arguments.yes && !prepared.plan.is_empty() {
        let question = view::question(&prepared.plan);
        let agreed = interrupts
            .unless(agreed(&question))
            .await
            .map_err(|_| stopped())?;
        if !agreed? {
            crate::view::say("Nothing was changed.");
            return Ok(Ending::Own(Exit::Done));
        }
    }
    let outcomes = prepared.carry_out(!arguments.yes, &mut interrupts).await;
    Ok(prepared.end(&outcomes, human))
}

/// The file, where one is meant and no team.
fn plan_file_of(targets: &[String]) -> Option<&Path> {
    let [only] = targets else { return None };
    let path = Path::new(only);
    let is_json = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    (is_json || only.contains('/') || path.is_file()).then_some(path)
}

async fn from_files(arguments: &ApplyArgs, now: Timestamp, settings: &Settings) -> Result<Prepared, Failure> {
    let parsed: Result<Vec<TeamName>, _> = arguments.targets.iter().map(|name| name.parse()).collect();
    let teams =
        parsed.map_err(|wrong: daypass_core::team::NameError| Failure::bad_input(wrong.to_string()))?;
    let mut asked = access::read(&arguments.dir, &teams, arguments.all, now)?;
    asked.only_accounts(&arguments.only.accounts)?;
    let work = Work {
        what: What::Apply(Options {
            adopt: arguments.adopt,
        }),
        only: access::only_user(&arguments.only, &asked.settings)?,
    };
    Prepared::plan(&asked, work, &arguments.pace, now, settings).await
}

async fn from_file(arguments: &ApplyArgs, path: &Path, settings: &Settings) -> Result<Prepared, Failure> {
    if arguments.adopt || arguments.only.user.is_some() {
        return Err(
            Failure::bad_input("a plan is carried out as it was made: without --adopt and --user")
                .help("give them to `daypass plan --out`"),
        );
    }
    let mut plan = plan_file::read(path)?;
    if !plan.unread.is_empty() {
        crate::view::warn(format_args!(
            "nothing is planned in {}: it could not be read when the plan was made",
            plan.unread.join(", ")
        ));
    }
    let broken = || Failure::bad_input(format!("{} cannot be carried out", path.display()));
    let mut accounts = Vec::new();
    for account in &plan.accounts {
        accounts.push(account.asked().ok_or_else(broken)?);
    }
    access::keep_accounts(&mut accounts, &arguments.only.accounts)?;
    plan.accounts
        .retain(|account| accounts.iter().any(|one| one.account == account.account));
    let place = access::place(settings, &accounts).await?;
    let shown = Accounts::new(accounts.len());
    let fleet = access::fleet(&place, &arguments.pace, &shown);
    let plans = plan.accounts.iter().cloned().map(Ok);
    Ok(Prepared {
        planned: accounts.into_iter().zip(plans).collect(),
        plan,
        work: None,
        fleet,
        shown,
        place,
    })
}

/// That it is no mass revocation, unless that was asked for.
pub(crate) fn within_bounds(plan: &Plan, most: Option<usize>) -> Result<(), Failure> {
    let removals = Removals::of(&plan.accounts);
    if !removals.are_more_than(most) {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{}: nothing was changed",
        view::mass_revocation(&removals)
    ))
    .help(format!(
        "are all files there? If it is meant: --max-removals {}",
        removals.taken
    )))
}
