//! What `plan`, `apply`, `cleanup`, `status` and `revoke` have in common: the files of teams, checked, as accounts that are
//! asked about, and a fleet to ask them.

use crate::cli::{OnlyArgs, PaceArgs};
use crate::failure::Failure;
use crate::place::Place;
use crate::settings::Settings;
use crate::team_files::{TeamDirectory, TeamsFound};
use crate::view;
use crate::view::fleet::Accounts;
use daypass_aws::{AccountFailure, Fleet, FleetSettings};
use daypass_core::plan::{AccountAsked, AccountPlan, Plan};
use daypass_core::team::{self, Grantee, Severity, TeamName, TeamSettings, Usernames};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Teams' files, right and read.
pub(crate) struct Asked {
    /// Each account, by id.
    pub(crate) accounts: Vec<AccountAsked>,
    /// The teams.
    pub(crate) teams: Vec<TeamName>,
    /// What holds for all of them.
    pub(crate) settings: Arc<TeamSettings>,
    /// Whether these are all teams that there are files of.
    pub(crate) all: bool,
}

/// What became of planning in each account.
pub(crate) type Planned = Vec<(AccountAsked, Result<AccountPlan, AccountFailure>)>;

/// Unless all teams were asked, that others have something in an account is as it should be.
pub(crate) fn without_others(planned: &mut Planned, all: bool) {
    for plan in planned.iter_mut().filter_map(|(_, plan)| plan.as_mut().ok()) {
        if !all {
            plan.others.clear();
        }
    }
}

/// Reads teams' files. What is wrong with them is shown, and is the end.
pub(crate) fn read(dir: &Path, teams: &[TeamName], all: bool, now: Timestamp) -> Result<Asked, Failure> {
    let found: TeamsFound = TeamDirectory::new(dir).read(teams, all)?;
    let checked = team::check(&found.settings, &found.teams, now);
    let Some(desired) = &checked.desired else {
        view::validate::quote(&found, &checked.findings);
        let errors = checked.count(Severity::Error);
        let s = if errors == 1 { "" } else { "s" };
        return Err(
            Failure::bad_input(format!("the files have {errors} error{s}; no account was asked"))
                .help("daypass validate checks them offline"),
        );
    };
    let warnings = checked.count(Severity::Warning);
    if warnings > 0 {
        let s = if warnings == 1 { "" } else { "s" };
        view::note(format_args!(
            "{warnings} warning{s} about the files; daypass validate shows them"
        ));
    }
    let settings = desired.first().map(|team| Arc::clone(&team.settings));
    let settings = settings.ok_or_else(|| Failure::bad_input("no team is asked for"))?;
    Ok(Asked {
        accounts: AccountAsked::of(desired),
        teams: desired.iter().map(|team| team.team.clone()).collect(),
        settings,
        all,
    })
}

impl Asked {
    /// Only these accounts, by environment or id.
    pub(crate) fn only_accounts(&mut self, names: &[String]) -> Result<(), Failure> {
        keep_accounts(&mut self.accounts, names)
    }
}

impl Asked {
    /// Accounts are reached as the role that may only look.
    pub(crate) fn look_only(&mut self) -> Result<(), Failure> {
        let role = self
            .settings
            .read_only_role()
            .map_err(|wrong| Failure::bad_input(wrong.to_string()))?;
        for account in &mut self.accounts {
            Arc::make_mut(&mut account.settings).deployer_role = role.clone();
        }
        Ok(())
    }
}

/// Keeps accounts that are named by environment or id.
pub(crate) fn keep_accounts(accounts: &mut Vec<AccountAsked>, names: &[String]) -> Result<(), Failure> {
    let is_named = |account: &AccountAsked, name: &str| {
        account.account.as_str() == name || account.environments.iter().any(|one| one.as_str() == name)
    };
    if let Some(stranger) = names
        .iter()
        .find(|name| !accounts.iter().any(|one| is_named(one, name)))
    {
        let known: Vec<&str> = accounts
            .iter()
            .flat_map(|one| &one.environments)
            .map(team::Environment::as_str)
            .collect();
        let failure = Failure::bad_input(format!("no account is called {stranger}"));
        return Err(
            match iam_policy::syntax::nearest(stranger, known.iter().copied()) {
                Some(near) => failure.help(format!(
                    "did you mean {near}? The environments are {}",
                    known.join(", ")
                )),
                None => failure.help(format!("the environments are {}", known.join(", "))),
            },
        );
    }
    if !names.is_empty() {
        accounts.retain(|account| names.iter().any(|name| is_named(account, name)));
    }
    Ok(())
}

/// The IAM user that somebody means by an e-mail address or a name.
pub(crate) fn user(written: &str, settings: &TeamSettings) -> Result<Grantee, Failure> {
    let without_domain = || written.split_once('@').map_or(written, |(name, _)| name);
    let name = match &settings.usernames {
        Usernames::Keep => written,
        Usernames::StripDomain => without_domain(),
        Usernames::Map(names) => names
            .get(written)
            .map_or_else(without_domain, team::UserName::as_str),
    };
    name.parse()
        .map(Grantee::User)
        .map_err(|wrong: team::NameError| Failure::bad_input(wrong.to_string()))
}

/// The user that `--user` names.
pub(crate) fn only_user(only: &OnlyArgs, settings: &TeamSettings) -> Result<Option<Grantee>, Failure> {
    only.user
        .as_deref()
        .map(|written| user(written, settings))
        .transpose()
}

/// A fleet that treats accounts as asked, and tells `shown` what it does.
pub(crate) fn fleet(at: &Place, pace: &PaceArgs, shown: &Accounts) -> Fleet {
    let settings = FleetSettings {
        parallel: usize::from(pace.parallel),
        calls_per_second: f64::from(pace.calls_per_second),
        burst: f64::from(pace.calls_per_second) * 2.0,
        deadline: pace.deadline.unsigned_abs(),
        ..FleetSettings::default()
    };
    // The embedded AWS knows of everything at once, and throttles nobody.
    let settings = if at.embedded.is_some() {
        FleetSettings {
            patience: Duration::ZERO,
            calls_per_second: 10_000.0,
            burst: 10_000.0,
            ..settings
        }
    } else {
        settings
    };
    Fleet::new(at.connection.clone(), settings, shown.watch())
}

/// Opens the place where the accounts are; with `--sandbox` one that is made of them.
pub(crate) async fn place(settings: &Settings, accounts: &[AccountAsked]) -> Result<Place, Failure> {
    if settings.sandbox {
        crate::place::refuse_beside_sandbox(settings)?;
        return crate::rehearsal::start(accounts).await;
    }
    Place::open(settings).await
}

/// The plan of those accounts that could be read.
pub(crate) fn plan_of(planned: &Planned, teams: &[TeamName], made_at: Timestamp) -> Plan {
    let plans = planned.iter().filter_map(|(_, plan)| plan.as_ref().ok());
    Plan {
        made_at,
        teams: teams.to_vec(),
        accounts: plans.cloned().collect(),
        unread: planned
            .iter()
            .filter(|(_, plan)| plan.is_err())
            .map(|(asked, _)| asked.account.to_string())
            .collect(),
    }
}
