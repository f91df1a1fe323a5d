//! A plan: for people, for programs, for a comment on a pull request.

mod change;
mod human;
mod json;
mod markdown;
mod statements;
mod times;

use crate::commands::Planned;
use daypass_core::plan::{ChangeKind, Plan, Removals};
use daypass_core::team::TeamName;
use std::collections::BTreeMap;

pub(crate) use change::{place, said};
pub(crate) use human::human;
pub(crate) use json::json;
pub(crate) use markdown::markdown;
pub(crate) use times::left;

/// The question before a plan is carried out.
pub(crate) fn question(plan: &Plan) -> String {
    let changes: usize = plan.accounts.iter().map(|account| account.changes.len()).sum();
    let accounts = plan
        .accounts
        .iter()
        .filter(|account| !account.changes.is_empty())
        .count();
    format!(
        "Make {} in {}?",
        count(changes, "change"),
        count(accounts, "account")
    )
}

/// What a mass revocation is, in words.
pub(crate) fn mass_revocation(removals: &Removals) -> String {
    format!(
        "this takes away {} of {} that no file asks for any more",
        removals.taken,
        count(removals.standing, "grant")
    )
}

/// What `apply` will say to a plan that takes away much.
fn needs_a_word(planned: &Planned) -> Option<String> {
    let removals = Removals::of(planned.iter().filter_map(|(_, plan)| plan.as_ref().ok()));
    removals.are_more_than(None).then(|| {
        format!(
            "{}: `apply` does so only with --max-removals {}",
            mass_revocation(&removals),
            removals.taken
        )
    })
}

/// Teams that have something in an account though all teams were asked: their files are gone. A line for each.
pub(crate) fn without_files(planned: &Planned) -> Vec<String> {
    let mut accounts: BTreeMap<&TeamName, Vec<&str>> = BTreeMap::new();
    for plan in planned.iter().filter_map(|(_, plan)| plan.as_ref().ok()) {
        for team in &plan.others {
            accounts.entry(team).or_default().push(plan.account.as_str());
        }
    }
    let told = accounts.into_iter().map(|(team, accounts)| {
        format!(
            "team {team} has no files here, and still has access in {}: it stays as it is; `status --all` shows it, \
             `revoke` ends it",
            accounts.join(", ")
        )
    });
    told.collect()
}

/// `1 change`, `2 changes`.
pub(crate) fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The kinds of change in words, each with its number, as `2 to create, 1 to remove`.
fn numbers(kinds: &(impl Iterator<Item = ChangeKind> + Clone)) -> String {
    let order = [
        ChangeKind::Create,
        ChangeKind::Update,
        ChangeKind::Attach,
        ChangeKind::Detach,
        ChangeKind::Remove,
    ];
    let told = order.into_iter().filter_map(|kind| {
        let many = kinds.clone().filter(|one| *one == kind).count();
        (many > 0).then(|| format!("{many} to {}", kind.as_str()))
    });
    told.collect::<Vec<_>>().join(", ")
}
