//! Who has what: for people, for programs, as a page with a timeline.

mod human;
mod json;
mod page;
mod timeline;

use daypass_aws::AccountFailure;
use daypass_core::plan::{Change, Form, Holding, Problem, State};
use daypass_core::team::{Environment, TeamName};
use iam_policy::AccountId;
use jiff::Timestamp;
use std::collections::BTreeSet;

pub(crate) use human::{hints, human};
pub(crate) use json::json;
pub(crate) use page::page;

/// How access stands in some accounts.
#[derive(Debug)]
pub(crate) struct Status {
    /// The moment that was asked about.
    pub(crate) at: Timestamp,
    /// Whose files.
    pub(crate) teams: Vec<TeamName>,
    /// By account id.
    pub(crate) accounts: Vec<AccountStatus>,
}

/// How access stands in one account.
#[derive(Debug)]
pub(crate) struct AccountStatus {
    /// Which.
    pub(crate) account: AccountId,
    /// What the teams call it.
    pub(crate) environments: Vec<Environment>,
    /// What was found there.
    pub(crate) found: Result<Held, AccountFailure>,
}

/// What an account holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Who has what.
    pub(crate) holdings: Vec<Holding>,
    /// What is not as it was left, with the change that would mend it.
    pub(crate) drift: Vec<Change>,
    /// What the files ask for and cannot be given.
    pub(crate) problems: Vec<Problem>,
}

impl AccountStatus {
    /// `dev, test (111122223333)`
    fn title(&self) -> String {
        format!("{} ({})", self.names(), self.account)
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.environments.iter().map(Environment::as_str).collect();
        names.join(", ")
    }
}

impl Status {
    fn held(&self) -> impl Iterator<Item = &Held> + Clone {
        self.accounts
            .iter()
            .filter_map(|account| account.found.as_ref().ok())
    }

    fn holdings(&self) -> impl Iterator<Item = &Holding> + Clone {
        self.held().flat_map(|held| &held.holdings)
    }

    fn count(&self, state: State) -> usize {
        self.holdings().filter(|holding| holding.state == state).count()
    }

    fn drift(&self) -> usize {
        self.held().map(|held| held.drift.len()).sum()
    }

    /// Teams that have given something and have no files here.
    fn without_files(&self) -> BTreeSet<&TeamName> {
        let teams = self.holdings().map(|holding| &holding.team);
        teams.filter(|team| !self.teams.contains(team)).collect()
    }

    /// Everything in one line: `3 active, 1 expired and not cleaned up`.
    fn summary(&self) -> String {
        let told = STATES.into_iter().filter_map(|state| {
            let many = self.count(state);
            (many > 0).then(|| format!("{many} {}", in_short(state)))
        });
        let mut parts: Vec<String> = told.collect();
        if parts.is_empty() {
            parts.push("nobody has anything".to_owned());
        }
        if self.drift() > 0 {
            parts.push(format!("{} not as the files say", self.drift()));
        }
        let unread = self
            .accounts
            .iter()
            .filter(|account| account.found.is_err())
            .count();
        if unread > 0 {
            parts.push(format!("{} not read", super::plan::count(unread, "account")));
        }
        parts.join(", ")
    }
}

const STATES: [State; 5] = [
    State::Active,
    State::NotBegun,
    State::Ended,
    State::NotAsked,
    State::Missing,
];

fn in_short(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::NotBegun => "to begin later",
        State::Ended => "expired and not cleaned up",
        State::NotAsked => "in no file any more",
        State::Missing => "not applied yet",
    }
}

/// `a role that only they can assume`
fn form_told(form: Form) -> String {
    match form {
        Form::Attached => "attached policies".to_owned(),
        Form::Inline => "an inline policy".to_owned(),
        Form::Policies(1) => "a managed policy".to_owned(),
        Form::Policies(many) => format!("{many} managed policies"),
        Form::Role => "a role that only they can assume".to_owned(),
    }
}

/// What of a policy of ours differs, and who changed it if that is known.
fn drift_told(change: &Change) -> String {
    let whose = change
        .principal
        .as_ref()
        .map(|who| format!(" of {who}"))
        .unwrap_or_default();
    let by = change.drift.as_ref().and_then(|drift| drift.changed_by.as_ref());
    let by = by.map(|who| format!(", changed by {who}")).unwrap_or_default();
    format!("{}{whose} is not as the files say{by}", change.name)
}
