//! Rules over AWS IAM policy documents: what AWS would refuse, and what does something else than it seems to.
#![doc = include_str!("../README.md")]

mod arn_shape;
pub mod escalation;
mod finding;
mod rules;
mod subject;
#[cfg(test)]
mod testing;

use iam_policy::Document;
use jiff::Timestamp;

pub use finding::{Finding, Fix, Level};
pub use iam_policy::DocumentUse;

/// Everything that the rules find, in the order of the text.
///
/// `purpose` says what the document is for: an element that one kind of policy needs is refused in another. `now` is
/// what dates in conditions are compared with.
///
/// Nothing is found in documents that cannot be parsed: unknown elements, effects, versions and condition operators are
/// `iam_policy`'s diagnostics.
pub fn lint(document: &Document, purpose: DocumentUse, now: Timestamp) -> Vec<Finding> {
    let subject = subject::Subject::new(document, purpose, now);
    let mut findings: Vec<Finding> = rules::ALL
        .iter()
        .flat_map(|rule| rule.findings(&subject))
        .collect();
    findings.sort_by_key(|finding| (finding.span, finding.rule));
    findings
}

/// The ids of all rules, each of which has a section of that name in the documentation.
pub fn rule_ids() -> impl Iterator<Item = &'static str> {
    rules::ALL.iter().map(|rule| rule.id)
}

/// What a rule finds, in one sentence; `None` for an id that is no rule's.
pub fn about(rule: &str) -> Option<&'static str> {
    let found = rules::ALL.iter().find(|known| known.id == rule)?;
    Some(found.about)
}

/// How bad what a rule finds is; `None` for an id that is no rule's.
pub fn level(rule: &str) -> Option<Level> {
    let found = rules::ALL.iter().find(|known| known.id == rule)?;
    Some(found.level)
}
