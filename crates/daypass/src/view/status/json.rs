//! Who has what, for programs.

use super::{AccountStatus, Held, Status};
use daypass_core::plan::Holding;
use jiff::Timestamp;
use serde_json::{Value, json};

/// One object.
pub(crate) fn json(status: &Status) -> String {
    let accounts: Vec<Value> = status
        .accounts
        .iter()
        .map(|account| of_account(account, status.at))
        .collect();
    format!(
        "{:#}",
        json!({ "at": status.at, "teams": status.teams, "accounts": accounts })
    )
}

fn of_account(account: &AccountStatus, at: Timestamp) -> Value {
    let nothing = Held::default();
    let (held, failure) = match &account.found {
        Ok(held) => (held, None),
        Err(failure) => (&nothing, Some(failure)),
    };
    let holdings: Vec<Value> = held.holdings.iter().map(|one| of_holding(one, at)).collect();
    json!({
        "account": account.account.to_string(),
        "environments": account.environments,
        "holdings": holdings,
        "drift": held.drift,
        "problems": held.problems,
        "error": failure.map(|failure| json!({
            "message": failure.error.to_string(),
            "code": failure.error.code(),
            "help": failure.error.help(),
        })),
    })
}

/// A holding, and for how much longer it lasts.
fn of_holding(holding: &Holding, at: Timestamp) -> Value {
    let left = holding.ends_at.map(|end| end.duration_since(at).as_secs().max(0));
    let mut value = json!(holding);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("seconds_left".to_owned(), json!(left));
    }
    value
}
