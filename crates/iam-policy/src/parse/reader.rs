//! Reading a syntax tree member by member, gathering what is wrong: what all elements have in common.

use std::borrow::Cow;

use crate::arn::is_account_id;
use crate::document::{Value, ValueForm, ValueList};
use crate::nearest::nearest;
use crate::span::{Diagnostic, Span};
use crate::syntax::{Member, Node, NodeKind};

pub(super) const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
pub(super) const STATEMENT_ELEMENTS: [&str; 10] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Statement",
];

/// Which values may stand without quotes: "Quotation marks are optional for numeric and Boolean values".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unquoted {
    Nothing,
    /// Booleans and numbers, in conditions.
    Scalars,
    /// Account ids, in principals.
    Accounts,
}

/// Reads on after a mistake; what it returns is used only when nothing is wrong.
pub(super) struct Reader {
    pub(super) wrong: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn say(&mut self, span: Span, message: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message));
    }

    pub(super) fn say_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message).with_help(help));
    }

    /// The one of two opposite elements that is written.
    pub(super) fn either<'m>(
        &mut self,
        members: &'m [Member],
        plain: &str,
        negated: &str,
    ) -> Option<(&'m Member, bool)> {
        let plain_member = members.iter().find(|member| member.key == plain);
        let negated_member = members.iter().find(|member| member.key == negated);
        match (plain_member, negated_member) {
            (Some(member), Some(other)) => {
                let message = format!("a statement has {plain} or {negated}, not both");
                self.say_with_help(other.key_span, message, "make two statements of it");
                // Read on: what is wrong inside is told as well.
                Some((member, false))
            }
            (Some(member), None) => Some((member, false)),
            (None, Some(member)) => Some((member, true)),
            (None, None) => None,
        }
    }

    pub(super) fn members<'n>(&mut self, node: &'n Node, what: &str, wanted: &str) -> Option<&'n [Member]> {
        let members = node.as_object();
        if members.is_none() {
            self.say(
                node.span,
                format!("{what} must be {wanted}, this is {}", node.described()),
            );
        }
        members
    }

    pub(super) fn no_strangers(&mut self, members: &[Member], place: &str, known: &[&str]) {
        self.no_duplicates(members, place);
        for member in members {
            // "Statement" is listed for statements so that a misnested one gets its own help.
            let nested = place == "a statement" && member.key == "Statement";
            if known.contains(&member.key.as_str()) && !nested {
                continue;
            }
            let help = match nearest(&member.key, known.iter().copied()) {
                Some("Statement") if place == "a statement" => {
                    "statements stand side by side in one list".to_owned()
                }
                Some(near) => format!("did you mean \"{near}\"?"),
                None if STATEMENT_ELEMENTS.contains(&member.key.as_str()) => {
                    format!("\"{}\" belongs inside a statement", member.key)
                }
                None if DOCUMENT_ELEMENTS.contains(&member.key.as_str()) => {
                    format!("\"{}\" belongs beside \"Statement\"", member.key)
                }
                None => {
                    let names: Vec<&str> = known.iter().copied().filter(|name| *name != place).collect();
                    format!("{place} may have {}", names.join(", "))
                }
            };
            self.say_with_help(
                member.key_span,
                format!("{place} has no element `{}`", member.key),
                help,
            );
        }
    }

    pub(super) fn no_duplicates(&mut self, members: &[Member], place: &str) {
        let keys = members.iter().map(|member| member.key.as_str().into());
        self.duplicates(members, place, keys.collect());
    }

    /// Condition keys are the same whatever their case.
    pub(super) fn no_duplicate_keys(&mut self, members: &[Member], place: &str) {
        let keys = members.iter().map(|member| member.key.to_lowercase().into());
        self.duplicates(members, place, keys.collect());
    }

    pub(super) fn duplicates(&mut self, members: &[Member], place: &str, keys: Vec<Cow<'_, str>>) {
        let mut keys: Vec<_> = keys.into_iter().zip(members).collect();
        // Stable: of the same keys the first one written stays the first.
        keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        for pair in keys.windows(2) {
            let [(first, _), (second, member)] = pair else {
                continue;
            };
            if first == second {
                let message = format!("`{}` is written twice in {place}", member.key);
                self.say_with_help(
                    member.key_span,
                    message,
                    "AWS refuses a document with a key written twice",
                );
            }
        }
    }

    pub(super) fn string(&mut self, node: &Node, element: &str) -> Option<String> {
        let text = node.as_str();
        if text.is_none() {
            self.say(
                node.span,
                format!("{element} must be a string, this is {}", node.described()),
            );
        }
        text.map(str::to_owned)
    }

    pub(super) fn strings(&mut self, node: &Node, element: &str) -> ValueList {
        self.values(node, element, Unquoted::Nothing)
    }

    /// A value or a list of values.
    pub(super) fn values(&mut self, node: &Node, element: &str, unquoted: Unquoted) -> ValueList {
        let (items, written_as_list) = match &node.kind {
            NodeKind::Array(items) => (items.as_slice(), true),
            _ => (std::slice::from_ref(node), false),
        };
        // Exactly as long as it has to be: documents are kept for as long as their engine.
        let mut values = Vec::with_capacity(items.len());
        values.extend(
            items
                .iter()
                .filter_map(|item| self.value(item, element, unquoted)),
        );
        ValueList {
            values,
            written_as_list,
            span: node.span,
        }
    }

    pub(super) fn value(&mut self, node: &Node, element: &str, unquoted: Unquoted) -> Option<Value> {
        let (text, form) = match &node.kind {
            NodeKind::String(text) => (text.clone(), ValueForm::String),
            NodeKind::Bool(value) if unquoted == Unquoted::Scalars => (value.to_string(), ValueForm::Bool),
            NodeKind::Number(number) if unquoted == Unquoted::Scalars => (number.clone(), ValueForm::Number),
            // Printed in quotes: as a number an account id would lose its zeros.
            NodeKind::Number(digits) if unquoted == Unquoted::Accounts && is_account_id(digits) => {
                (digits.clone(), ValueForm::String)
            }
            _ => {
                let message = format!(
                    "{element} wants a string or a list of strings, this is {}",
                    node.described()
                );
                self.say(node.span, message);
                return None;
            }
        };
        Some(Value {
            text,
            form,
            span: node.span,
        })
    }
}

pub(super) fn find<'m>(members: &'m [Member], key: &str) -> Option<&'m Node> {
    members
        .iter()
        .find(|member| member.key == key)
        .map(|member| &member.value)
}
