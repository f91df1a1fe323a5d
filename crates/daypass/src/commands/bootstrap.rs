//! `daypass bootstrap`: the deployer role of one account, printed, or made with the credentials of its admin.

use crate::cli::BootstrapArgs;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::team_files::TeamDirectory;
use crate::view::{self, deployer as shown};
use daypass_aws::{find_deployer, make_deployer_step};
use daypass_core::deployer::{DeployerOptions, DeployerRole};
use daypass_core::team::{self, DesiredState};
use iam_policy::AccountId;
use jiff::Timestamp;

/// Runs `daypass bootstrap`.
pub(crate) async fn run(arguments: BootstrapArgs, settings: &Settings) -> Result<Ending, Failure> {
    let state = state(&arguments)?;
    let account = account(&arguments, &state)?;
    let partition = arguments
        .trust
        .first()
        .map_or("aws", |arn| arn.partition())
        .to_owned();
    let options = DeployerOptions {
        account,
        partition,
        role_name: arguments.role_name.clone(),
        trusted: arguments.trust.clone(),
        organization: arguments.organization.clone(),
        boundary: arguments.boundary.clone(),
        read_only: arguments.read_only,
        adopts: arguments.adopt,
    };
    let role = DeployerRole::new(&state.settings, &options)
        .map_err(|error| Failure::bad_input(error.to_string()).help("name the role with --role-name"))?;
    if let Some(format) = arguments.print {
        return match shown::print(format, &role) {
            Ok(()) => Ok(Ending::Own(Exit::Done)),
            Err(error) => super::not_written(&error),
        };
    }
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    match interrupts.unless(make(&arguments, &role, settings)).await {
        Ok(ending) => ending,
        Err(_) => Err(interrupted_between()),
    }
}

/// Every call may be made again, so there is nothing to take back.
fn interrupted_between() -> Failure {
    match interrupted() {
        Failure::Told { exit, .. } => Failure::told(exit, "interrupted").help("run this again to finish it"),
        other => other,
    }
}

fn state(arguments: &BootstrapArgs) -> Result<DesiredState, Failure> {
    let directory = TeamDirectory::new(&arguments.dir);
    let found = directory.read(std::slice::from_ref(&arguments.team), false)?;
    let checked = team::check(&found.settings, &found.teams, Timestamp::now());
    if let Some(state) = checked.desired.and_then(|desired| desired.into_iter().next()) {
        return Ok(state);
    }
    view::validate::quote(&found, &checked.findings);
    Err(Failure::bad_input(format!(
        "the files of team {} are wrong",
        arguments.team
    )))
}

fn account(arguments: &BootstrapArgs, state: &DesiredState) -> Result<AccountId, Failure> {
    let named = &arguments.account;
    let is_it = |account: &&team::DesiredAccount| {
        account.account.to_string() == *named || account.environments.iter().any(|one| one.as_str() == named)
    };
    if let Some(account) = state.accounts.iter().find(is_it) {
        return Ok(account.account.clone());
    }
    let known: Vec<&str> = state
        .accounts
        .iter()
        .flat_map(|account| account.environments.iter().map(team::Environment::as_str))
        .collect();
    let failure = Failure::bad_input(format!("team {} has no account {named}", arguments.team));
    Err(match iam_policy::syntax::nearest(named, known.iter().copied()) {
        Some(near) => failure.help(format!(
            "did you mean {near}? Its accounts are {}",
            known.join(", ")
        )),
        None => failure.help(format!("its accounts are {}", known.join(", "))),
    })
}

async fn make(
    arguments: &BootstrapArgs,
    role: &DeployerRole,
    settings: &Settings,
) -> Result<Ending, Failure> {
    let place = Place::open(settings).await?;
    let caller = place.connection.caller().await?;
    if caller.account != role.account {
        return Err(Failure::failed(format!(
            "these credentials are of account {}, and {} is {}",
            caller.account, arguments.account, role.account
        ))
        .why(format!("principal: {}", caller.arn))
        .help("nothing was done; sign in to that account, or name its profile with --profile"));
    }
    if caller.arn.partition() != role.partition() {
        return Err(Failure::bad_input(format!(
            "{} is in the partition {}, and --trust names one in {}",
            caller.account,
            caller.arn.partition(),
            role.partition()
        )));
    }
    let found = find_deployer(&place.connection, role).await?;
    shown::found(role, &found);
    if found.steps.is_empty() || arguments.dry_run {
        return Ok(Ending::Own(Exit::Done));
    }
    if !arguments.yes && !crate::ask::agreed("Do this now?").await? {
        view::say("Nothing was done.");
        return Ok(Ending::Own(Exit::Done));
    }
    for step in &found.steps {
        make_deployer_step(&place.connection, role, step).await?;
        view::say(format_args!("done  {step}"));
    }
    shown::made(role);
    Ok(Ending::Own(Exit::Done))
}
