//! For the rules' tests: a statement as JSON, and which rules fire on it.

use iam_policy::Document;
use jiff::Timestamp;

use crate::{DocumentUse, Finding, lint};

/// The moment at which the tests run.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// A document of the current version with these statements.
pub(crate) fn with(statements: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#)
}

/// What one rule finds.
pub(crate) fn found(rule: &str, text: &str, purpose: DocumentUse) -> Vec<Finding> {
    let document = Document::parse(text).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{text}"));
    let mut findings = lint(&document, purpose, now());
    findings.retain(|finding| finding.rule == rule);
    findings
}

/// The texts that one rule underlines.
pub(crate) fn underlined<'t>(rule: &str, text: &'t str, purpose: DocumentUse) -> Vec<&'t str> {
    found(rule, text, purpose)
        .iter()
        .map(|finding| finding.span.of(text).unwrap())
        .collect()
}

/// Asserts that a rule underlines exactly these texts.
#[track_caller]
pub(crate) fn fires(rule: &str, text: &str, purpose: DocumentUse, expected: &[&str]) {
    assert_eq!(underlined(rule, text, purpose), expected, "{rule} on {text}");
}

/// Asserts that a rule has nothing to say.
#[track_caller]
pub(crate) fn silent(rule: &str, text: &str, purpose: DocumentUse) {
    fires(rule, text, purpose, &[]);
}

/// A statement that allows an action on a resource under a condition, all as JSON.
pub(crate) fn allow(action: &str, resource: &str, condition: &str) -> String {
    statement("Allow", action, resource, condition)
}

/// The same, denied.
pub(crate) fn deny(action: &str, resource: &str, condition: &str) -> String {
    statement("Deny", action, resource, condition)
}

fn statement(effect: &str, action: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", "Action": {action}, "Resource": {resource}, "Condition": {{{condition}}}}}"#
    )
}

/// A statement of a trust policy: who, how, under a condition.
pub(crate) fn trust(principal: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": {principal}, "Action": {action}, "Condition": {{{condition}}}}}"#
    )
}
