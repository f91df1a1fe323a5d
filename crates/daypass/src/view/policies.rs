//! AWS managed policies, listed, and what stands over a document.

use super::columns::{Cell, table};
use super::paint::{QUIET, STRONG, paint};
use iam_catalog::ManagedPolicy;
use serde_json::{Value, json};

/// Says whose document follows, on stderr: stdout is the document.
pub(crate) fn about(policy: &ManagedPolicy) {
    super::say(paint(STRONG, policy.arn));
    let words = format!(
        "{}, of {}; first of {}",
        policy.version,
        day(policy.updated),
        day(policy.created)
    );
    super::say(paint(QUIET, words));
}

/// A line for each.
pub(crate) fn listed(policies: &[ManagedPolicy]) -> String {
    let rows: Vec<_> = policies
        .iter()
        .map(|policy| {
            vec![
                Cell::plain(day(policy.updated)),
                Cell::plain(policy.version),
                Cell::plain(policy.name),
            ]
        })
        .collect();
    table(&["updated", "version", "name"], &rows)
}

/// For a program.
pub(crate) fn json(policies: &[ManagedPolicy]) -> String {
    let policies: Vec<Value> = policies
        .iter()
        .map(|policy| {
            json!({
                "name": policy.name,
                "arn": policy.arn,
                "version": policy.version,
                "created": policy.created,
                "updated": policy.updated,
            })
        })
        .collect();
    format!("{:#}", json!({ "policies": policies }))
}

/// The day of an instant in RFC 3339.
fn day(instant: &str) -> &str {
    instant.split('T').next().unwrap_or(instant)
}
