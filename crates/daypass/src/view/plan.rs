//! A plan: for people, for programs, for a comment on a pull request.

mod change;
mod human;
mod json;
mod markdown;
mod statements;
mod times;

use daypass_core::plan::{ChangeKind, Plan};

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
