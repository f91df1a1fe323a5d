//! The call log: who asked for what, what was decided and why, and what came of it.

use std::sync::Arc;

use iam_policy::{Decision, Explanation, StatementRef};
use jiff::Timestamp;

use crate::event::Event;

/// One call.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// The caller's ARN; empty if the caller was not authenticated.
    pub principal: String,
    /// `iam`, `sts`, `s3`, `ec2` or `cloudtrail`.
    pub service: String,
    /// Such as `CreateRole`.
    pub operation: String,
    /// The action that was decided on last, such as `s3:ListBucket`; empty if nothing was.
    pub action: String,
    /// The resource that was decided on last; empty if nothing was.
    pub resource: String,
    /// All that was decided, in its order: an operation may need several actions, or one on several resources.
    pub checked: Vec<Checked>,
    /// What was decided; none where the call came to no decision or needs none.
    pub decision: Option<Decision>,
    /// Why.
    pub explanation: Option<Arc<Explanation>>,
    /// The HTTP status that was answered, or would have been had the connection held.
    pub status: u16,
    /// AWS's error code, if the call failed.
    pub error_code: Option<String>,
    /// What CloudTrail's event history tells besides; none where it does not tell of the call.
    pub(crate) event: Option<Arc<Event>>,
}

/// One question that a call was decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Such as `s3:GetObject`.
    pub action: String,
    /// The resource, or `*`.
    pub resource: String,
    /// What was decided.
    pub decision: Decision,
}

/// A part of the log.
#[derive(Clone, Debug)]
pub struct LogPage {
    /// The number of the first of the calls; the first call of all has number 1.
    pub first: u64,
    /// The calls, oldest first.
    pub calls: Vec<CallRecord>,
    /// The number to ask after for what comes next.
    pub next: u64,
    /// How many calls before these have been forgotten, and are told nobody any more.
    pub missed: u64,
}

impl CallRecord {
    /// Why it was decided so, and what came of it, in one line.
    pub fn reason(&self) -> String {
        let decided = self.explanation.as_deref().map(decided).unwrap_or_default();
        match (self.decision, &self.error_code) {
            (Some(Decision::Allow), Some(code)) => format!("{decided}; then {code}"),
            // AWS's code for a denial adds nothing to the reason.
            (Some(_), _) => decided,
            (None, Some(code)) => code.clone(),
            (None, None) => "needs no permission".to_owned(),
        }
    }
}

fn decided(explanation: &Explanation) -> String {
    let deciding: Vec<String> = explanation.deciding.iter().map(place).collect();
    match explanation.decision {
        Decision::Allow if deciding.is_empty() => "allowed to the account's root".to_owned(),
        Decision::Allow => format!("allowed by {}", deciding.join(" and ")),
        Decision::ExplicitDeny => format!("denied by {}", deciding.join(" and ")),
        Decision::ImplicitDeny => {
            let kinds: Vec<String> = explanation.blocked_by.iter().map(ToString::to_string).collect();
            let missing = match kinds.as_slice() {
                [] => "nothing allows it".to_owned(),
                kinds => format!("no {} allows it", kinds.join(" and no ")),
            };
            match explanation.near_misses.first() {
                None => missing,
                Some(miss) => {
                    let key = miss.key.as_ref().map(|key| format!(" {key}"));
                    let (key, place) = (key.unwrap_or_default(), place(&miss.statement));
                    format!("{missing}; {place} would, but for its {}{key}", miss.name)
                }
            }
        }
    }
}

fn place(statement: &StatementRef) -> String {
    let sid = statement
        .sid
        .as_ref()
        .map(|sid| format!(" ({sid})"))
        .unwrap_or_default();
    format!("statement {}{sid} of {}", statement.index + 1, statement.policy)
}
