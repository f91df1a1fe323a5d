//! What a revocation does not do by itself: what it cannot recall, and what would give the access again.

use super::plan::{count, place, said};
use super::terminal;
use daypass_core::plan::{Plan, Revocation, Source, Thing};
use daypass_core::team::Grantee;
use std::collections::BTreeSet;

/// Says that there is nothing to take away, so that a misspelt name is noticed.
pub(crate) fn nothing(revocation: &Revocation, accounts: usize) {
    let grant = revocation
        .grant
        .as_ref()
        .map(|grant| format!(" by {grant}"))
        .unwrap_or_default();
    super::warn(format_args!(
        "{} has nothing{grant} that daypass gave in {}; is the name right?",
        revocation.grantee,
        count(accounts, "account")
    ));
}

/// What goes on for a while, or for good.
pub(crate) fn not_recalled(revocation: &Revocation, plan: &Plan) {
    let changes = || plan.accounts.iter().flat_map(|account| &account.changes);
    if changes().any(|change| change.thing == Thing::Role) {
        super::note("sessions of a role above end at once: they are denied before the role goes");
    }
    // What stands before it takes some of the first line.
    let width = terminal::width().map(|width| width.saturating_sub("note: ".len()));
    if matches!(revocation.grantee, Grantee::User(_)) {
        let groups = "what comes by way of a group stays: take people out of it, or end it for all of its members with --group";
        super::note(terminal::wrapped(groups, width));
    }
    let told = "what cannot be recalled: credentials of other roles that were assumed with this access, until they \
                expire; and whatever was made with it, such as access keys, roles or copies of data. CloudTrail tells \
                what was done";
    super::note(terminal::wrapped(told, width));
}

/// The entries that would undo it.
pub(crate) fn given_again(sources: &BTreeSet<Source>) {
    if sources.is_empty() {
        return;
    }
    let these = if sources.len() == 1 {
        "this entry gives it again at the next apply; remove it first"
    } else {
        "these entries give it again at the next apply; remove them first"
    };
    super::warn(these);
    for source in sources {
        super::say(format_args!("  {}{}", place(source), said(source)));
    }
}

/// What is asked before.
pub(crate) fn question(revocation: &Revocation, plan: &Plan) -> String {
    let accounts = plan
        .accounts
        .iter()
        .filter(|account| !account.changes.is_empty())
        .count();
    let what = match &revocation.grant {
        Some(grant) => format!("{grant} of {}", revocation.grantee),
        None => format!("all access of {} that daypass gave", revocation.grantee),
    };
    format!("End {what} in {} now?", count(accounts, "account"))
}
