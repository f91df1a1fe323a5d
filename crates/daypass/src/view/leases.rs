//! What a sweep found and what became of it.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, QUIET, WARNING};
use crate::lease_lock::Liveness;
use daypass_aws::FoundLease;
use jiff::Timestamp;
use serde_json::json;

/// A lease that was found, and what became of it.
#[derive(Debug)]
pub(crate) struct Row {
    /// The lease.
    pub(crate) lease: FoundLease,
    /// What became of it.
    pub(crate) fate: Fate,
}

/// What became of a lease.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is gone.
    Removed(Reason),
    /// It would be gone without `--dry-run`.
    WouldRemove(Reason),
    /// It still has time.
    Kept(Liveness),
    /// It was to be removed, and a signal came before its turn.
    NotTried,
    /// It could not be removed; why.
    Left(String),
}

/// Why a lease is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its deadline is past.
    Expired,
    /// Its process on this machine is dead.
    Dead,
    /// The user named it.
    Named,
    /// The user asked for all.
    Now,
}

/// Shows the sweep to a person.
pub(crate) fn show(rows: &[Row], now: Timestamp) {
    if rows.is_empty() {
        super::result("Nothing to do: this account holds no temporary role of daypass's.");
        return;
    }
    let cells: Vec<Vec<Cell>> = rows
        .iter()
        .map(|Row { lease, fate }| {
            vec![
                Cell::plain(&lease.role_name),
                Cell::plain(
                    lease
                        .expires_at
                        .map_or_else(|| "no end known".to_owned(), |end| ends(end, now)),
                ),
                told(fate),
            ]
        })
        .collect();
    super::result(table(&["role", "deadline", "outcome"], &cells));
    let kept = rows
        .iter()
        .filter(|row| matches!(row.fate, Fate::Kept(_)))
        .count();
    if kept > 0 {
        super::note(format_args!(
            "{kept} still within their time; --lease ROLE removes one of them now, --now all of them"
        ));
    }
    for row in rows {
        if let Fate::Left(why) = &row.fate {
            super::warn(format_args!("{} may be left behind: {why}", row.lease.role_name));
        }
    }
}

/// Shows the sweep to a program: an object per lease.
pub(crate) fn show_json(rows: &[Row]) {
    let leases: Vec<serde_json::Value> = rows
        .iter()
        .map(|Row { lease, fate }| {
            let (outcome, why) = match fate {
                Fate::Removed(reason) => ("removed", Some(reason.word().to_owned())),
                Fate::WouldRemove(reason) => ("would_remove", Some(reason.word().to_owned())),
                Fate::Kept(_) => ("kept", None),
                Fate::NotTried => ("kept", Some("not tried".to_owned())),
                Fate::Left(why) => ("failed", Some(why.clone())),
            };
            json!({
                "role_name": lease.role_name,
                "account": lease.account.to_string(),
                "owner": lease.owner,
                "created": lease.created.map(|at| at.to_string()),
                "expires_at": lease.expires_at.map(|at| at.to_string()),
                "outcome": outcome,
                "why": why,
            })
        })
        .collect();
    super::result(format_args!("{:#}", json!({ "leases": leases })));
}

fn told(fate: &Fate) -> Cell {
    match fate {
        Fate::Removed(reason) => Cell::styled(GOOD, format!("removed ({})", reason.described())),
        Fate::WouldRemove(reason) => {
            Cell::styled(WARNING, format!("would be removed ({})", reason.described()))
        }
        Fate::Kept(Liveness::Alive) => Cell::styled(QUIET, "kept: in use on this machine"),
        Fate::Kept(_) => Cell::styled(QUIET, "kept: has time left"),
        Fate::NotTried => Cell::styled(WARNING, "kept: not tried"),
        Fate::Left(_) => Cell::styled(ERROR, "not removed"),
    }
}

fn ends(end: Timestamp, now: Timestamp) -> String {
    let minutes = end.duration_since(now).as_mins();
    match minutes {
        ..=0 => "past".to_owned(),
        1..120 => format!("in {minutes} min"),
        _ => format!("in {} h", minutes / 60),
    }
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Reason::Expired => "expired",
            Reason::Dead => "dead",
            Reason::Named => "named",
            Reason::Now => "now",
        }
    }

    fn described(self) -> &'static str {
        match self {
            Reason::Expired => "over",
            Reason::Dead => "its run is dead",
            Reason::Named => "named",
            Reason::Now => "all now",
        }
    }
}
