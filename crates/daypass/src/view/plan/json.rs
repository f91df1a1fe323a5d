//! A plan for programs.

use crate::commands::Planned;
use daypass_core::plan::Plan;
use serde_json::{Value, json};

/// The plan as in a plan file, and the accounts that could not be read.
pub(crate) fn json(planned: &Planned, plan: &Plan) -> String {
    let failures: Vec<Value> = planned
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
    format!("{:#}", json!({ "plan": plan, "failures": failures }))
}
