//! What the rules look at: a document, what it is for, and the moment.

use std::cell::OnceCell;

use iam_policy::{Document, DocumentUse, Effect, Span, Statement, Value};
use jiff::Timestamp;

use crate::arn_shape::WrittenArn;
use crate::escalation::Way;
use crate::rules::wildcard;

/// Whether a document of this use says by an element of its own to whom it applies.
pub(crate) const fn names_principals(purpose: DocumentUse) -> bool {
    matches!(
        purpose,
        DocumentUse::Trust | DocumentUse::ResourcePolicy | DocumentUse::Rcp
    )
}

pub(crate) struct Subject<'d> {
    pub(crate) document: &'d Document,
    pub(crate) purpose: DocumentUse,
    pub(crate) now: Timestamp,
    /// Found once, for several rules.
    arns: OnceCell<Vec<WrittenArn<'d>>>,
    ways: OnceCell<Vec<(Span, &'static Way)>>,
}

impl<'d> Subject<'d> {
    pub(crate) fn new(document: &'d Document, purpose: DocumentUse, now: Timestamp) -> Self {
        Subject {
            document,
            purpose,
            now,
            arns: OnceCell::new(),
            ways: OnceCell::new(),
        }
    }

    pub(crate) fn statements(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.document.statements.iter()
    }

    pub(crate) fn allows(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.statements()
            .filter(|statement| statement.effect == Effect::Allow)
    }

    pub(crate) fn denies(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.statements()
            .filter(|statement| statement.effect == Effect::Deny)
    }

    /// The entries of `Action` and `NotAction`.
    pub(crate) fn action_entries(&self) -> impl Iterator<Item = &'d Value> + use<'d> {
        self.statements()
            .flat_map(|statement| &statement.action.actions.values)
    }

    /// The resources that are ARNs or patterns of ARNs.
    pub(crate) fn arns(&self) -> &[WrittenArn<'d>] {
        self.arns.get_or_init(|| {
            self.statements()
                .flat_map(|statement| {
                    let mut beside: Vec<_> = statement
                        .action
                        .actions
                        .texts()
                        .filter_map(|entry| iam_catalog::service(entry.split_once(':')?.0))
                        .collect();
                    beside.sort_unstable_by_key(|service| service.prefix());
                    beside.dedup();
                    let values = statement
                        .resource
                        .iter()
                        .flat_map(|clause| &clause.resources.values);
                    values.filter_map(move |value| WrittenArn::read(value, &beside))
                })
                .collect()
        })
    }

    /// The ways to more permissions that the document opens, each with the place that allows its first action.
    pub(crate) fn ways(&self) -> &[(Span, &'static Way)] {
        self.ways.get_or_init(|| crate::rules::ways_of(self))
    }

    /// What a statement is called in messages.
    pub(crate) fn named(&self, statement: &Statement, place: usize) -> String {
        match statement.sid.as_deref().filter(|sid| !sid.is_empty()) {
            Some(sid) => format!("statement `{sid}`"),
            None => format!("statement {} of {}", place + 1, self.document.statements.len()),
        }
    }
}

/// Whether a statement allows everything: `allows-everything` says all there is to say about it.
pub(crate) fn is_administrator(statement: &Statement) -> bool {
    let every_resource = statement
        .resource
        .as_ref()
        .is_some_and(|clause| !clause.negated && clause.resources.texts().any(|text| text == "*"));
    statement.effect == Effect::Allow
        && statement.conditions.is_empty()
        && !statement.action.negated
        && statement.action.actions.texts().any(|text| text == "*")
        && every_resource
}

/// Where a statement says that it is about an action: the first entry that fits, or `NotAction`.
pub(crate) fn place_of(statement: &Statement, action: &str) -> Span {
    let clause = &statement.action;
    let mut entries = clause.actions.values.iter();
    entries
        .find(|entry| !clause.negated && wildcard::matches(&entry.text, action))
        .map_or(clause.key_span, |entry| entry.span)
}
