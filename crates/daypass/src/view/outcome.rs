//! What came of a plan: for people a line for each failure and a summary, for programs everything, the calls included.

use super::paint::{ERROR, GOOD, HELP, WARNING, paint};
use super::plan::count;
use crate::commands::Planned;
use daypass_aws::AccountOutcome;
use serde_json::{Value, json};

/// Failures on stderr, the summary on stdout.
pub(crate) fn show(outcomes: &[AccountOutcome], planned: &Planned) {
    for outcome in outcomes {
        let account = &outcome.account;
        for failed in &outcome.failed {
            super::say(format_args!(
                "{} account {account}: {}: {}",
                paint(ERROR, "error:"),
                failed.operation,
                failed.error
            ));
            if let Some(help) = failed.error.help() {
                super::say(format_args!("{} {help}", paint(HELP, "help:")));
            }
        }
        for skipped in &outcome.skipped {
            super::warn(format_args!(
                "account {account}: {} was not tried: {}",
                skipped.change.name, skipped.why
            ));
        }
        if let Some(error) = &outcome.error {
            super::say(format_args!(
                "{} account {account}: {error}",
                paint(ERROR, "error:")
            ));
            if let Some(help) = error.help() {
                super::say(format_args!("{} {help}", paint(HELP, "help:")));
            }
        }
        if let Some(moved) = &outcome.moved {
            super::say(format_args!(
                "{} account {account}: {moved}: nothing was done there",
                paint(ERROR, "error:")
            ));
            super::say(format_args!("{} make the plan again", paint(HELP, "help:")));
        }
        let told = outcome.failed.len() + outcome.skipped.len();
        if !outcome.stopped && outcome.moved.is_none() && outcome.error.is_none() && outcome.left.len() > told
        {
            let left = count(outcome.left.len(), "change");
            super::warn(format_args!("account {account}: {left} left to do; run it again"));
        }
    }
    super::result(summary(outcomes, planned));
}

fn summary(outcomes: &[AccountOutcome], planned: &Planned) -> String {
    let done: usize = outcomes.iter().map(|outcome| outcome.done.len()).sum();
    let failed: usize = outcomes
        .iter()
        .map(|outcome| {
            // Nothing was tried of what is left where the account was given up.
            let given_up = outcome.error.is_some() || outcome.moved.is_some();
            let left = if given_up { outcome.left.len() } else { 0 };
            outcome.failed.len() + outcome.skipped.len() + left
        })
        .sum();
    let unread = planned.iter().filter(|(_, plan)| plan.is_err()).count();
    let wrong = unread
        + outcomes
            .iter()
            .filter(|outcome| !outcome.is_complete() && !outcome.stopped)
            .count();
    let stopped = outcomes.iter().any(|outcome| outcome.stopped);
    let before: usize = outcomes.iter().map(|outcome| outcome.before).sum();
    let mut parts = vec![format!("{} made", count(done, "change"))];
    if before > 0 && done + failed + wrong == 0 && !stopped {
        let all = format!(
            "Nothing left to do: all {} had been made before.",
            count(before, "change")
        );
        return paint(GOOD, all);
    }
    if before > 0 {
        parts.push(format!("{before} had been made before"));
    }
    if failed > 0 {
        parts.push(format!("{failed} failed or not tried"));
    }
    if wrong > 0 {
        parts.push(format!(
            "{} of {} not as it should be",
            wrong,
            count(planned.len(), "account")
        ));
    }
    if stopped {
        parts.push("stopped: run it again to continue".to_owned());
    }
    let style = if stopped {
        WARNING
    } else if wrong > 0 {
        ERROR
    } else {
        GOOD
    };
    paint(style, format_args!("{}.", parts.join("; ")))
}

/// One object.
pub(crate) fn json(outcomes: &[AccountOutcome], planned: &Planned) -> String {
    let accounts: Vec<Value> = outcomes.iter().map(account).collect();
    let unread: Vec<Value> = planned
        .iter()
        .filter_map(|(_, plan)| plan.as_ref().err())
        .map(|failure| {
            json!({
                "account": failure.account.to_string(),
                "error": failure.error.to_string(),
                "code": failure.error.code(),
                "help": failure.error.help(),
                "calls": failure.calls,
            })
        })
        .collect();
    format!("{:#}", json!({ "accounts": accounts, "failures": unread }))
}

fn account(outcome: &AccountOutcome) -> Value {
    let failed: Vec<Value> = outcome
        .failed
        .iter()
        .map(|failed| {
            json!({
                "change": failed.change,
                "operation": failed.operation,
                "error": failed.error.to_string(),
                "code": failed.error.code(),
                "help": failed.error.help(),
            })
        })
        .collect();
    let skipped: Vec<Value> = outcome
        .skipped
        .iter()
        .map(|skipped| json!({ "change": skipped.change, "why": skipped.why }))
        .collect();
    json!({
        "account": outcome.account.to_string(),
        "environments": outcome.environments,
        "complete": outcome.is_complete(),
        "done": outcome.done,
        "failed": failed,
        "skipped": skipped,
        "left": outcome.left,
        "problems": outcome.problems,
        "before": outcome.before,
        "moved": outcome.moved.as_ref().map(ToString::to_string),
        "stopped": outcome.stopped,
        "error": outcome.error.as_ref().map(ToString::to_string),
        "calls": outcome.calls,
    })
}
