//! What an AWS Lambda function answers: small, since a state machine may gather the answers of thousands of accounts.

use crate::commands::access::Planned;
use crate::failure::Failure;
use daypass_aws::AccountOutcome;
use daypass_core::plan::AccountAsked;
use serde_json::{Value, json};

/// So many failures of an account are told in full.
const MOST: usize = 10;

/// The accounts, for a state machine to start the function for each.
pub(crate) fn accounts(accounts: &[AccountAsked]) -> Value {
    let ids: Vec<String> = accounts
        .iter()
        .map(|account| account.account.to_string())
        .collect();
    json!({ "accounts": ids })
}

/// What came of each account.
pub(crate) fn summary(outcomes: &[AccountOutcome], planned: &Planned) -> Value {
    let unread = planned.iter().filter_map(|(_, plan)| plan.as_ref().err());
    let mut accounts: Vec<Value> = outcomes.iter().map(outcome).collect();
    accounts.extend(unread.map(|failure| {
        json!({ "account": failure.account.to_string(), "done": 0, "error": failure.error.to_string() })
    }));
    let done: usize = outcomes.iter().map(|outcome| outcome.done.len()).sum();
    json!({ "done": done, "complete": is_complete(outcomes, planned), "accounts": accounts })
}

/// Whether every account is as it is to be.
pub(crate) fn is_complete(outcomes: &[AccountOutcome], planned: &Planned) -> bool {
    planned.iter().all(|(_, plan)| plan.is_ok()) && outcomes.iter().all(AccountOutcome::is_complete)
}

fn outcome(outcome: &AccountOutcome) -> Value {
    let failed = outcome.failed.iter().take(MOST);
    let failed: Vec<String> = failed
        .map(|one| format!("{}: {}", one.operation, one.error))
        .collect();
    let mut told = json!({
        "account": outcome.account.to_string(),
        "done": outcome.done.len(),
    });
    if let Value::Object(told) = &mut told {
        if !failed.is_empty() {
            told.insert("failed".to_owned(), json!(failed));
        }
        let counts = [
            ("skipped", outcome.skipped.len()),
            ("left", outcome.left.len()),
            ("problems", outcome.problems.len()),
        ];
        for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            told.insert(name.to_owned(), json!(count));
        }
        if let Some(error) = &outcome.error {
            told.insert("error".to_owned(), json!(error.to_string()));
        }
        if outcome.stopped {
            told.insert("stopped".to_owned(), json!(true));
        }
    }
    told
}

/// A failure in one text.
pub(crate) fn told(failure: &Failure) -> String {
    match failure {
        Failure::Told { what, why, help, .. } => {
            let causes = why.iter().map(|cause| format!("\n{cause}"));
            let advice = help.iter().map(|advice| format!("\nhelp: {advice}"));
            format!("{what}{}", causes.chain(advice).collect::<String>())
        }
        Failure::Document { name, .. } | Failure::Findings { name, .. } => format!("{name} is wrong"),
    }
}
