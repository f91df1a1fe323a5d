//! Policy documents in a seed: objects, as JSON has them, or texts that hold JSON.

use std::collections::BTreeMap;

use iam_policy::syntax::{Member, Node, parse_json};
use iam_policy::{Document, PrincipalType, Span, Who};

use super::reader::{Fields, Reader};
use super::references::References;
use crate::wire::error::ApiError;
use crate::wire::json::Json;
use crate::world::entity::{Policies, PolicyText};

/// What holds of a kind of document, such as `policy_text::trust`.
pub(super) type Rules<'a> = &'a dyn Fn(&str) -> Result<PolicyText, ApiError>;

/// A document of some kind; none, and a complaint, if it is none.
pub(super) fn document(
    reader: &mut Reader,
    references: &mut References,
    node: &Node,
    rules: Rules<'_>,
) -> Option<PolicyText> {
    let (text, document) = match node.as_str() {
        None => (Json::from(node).to_string(), Document::from_node(node)),
        // Inside a text there are no places to point to.
        Some(text) => (
            parse_json(text).map_or_else(|_| text.to_owned(), |node| Json::from(&node).to_string()),
            Document::parse(text).map_err(|wrong| {
                let elsewhere = wrong.into_iter().map(|mut one| {
                    one.span = node.span;
                    one
                });
                elsewhere.collect()
            }),
        ),
    };
    let document = match document {
        Ok(document) => document,
        Err(wrong) => {
            reader.say_all(wrong);
            return None;
        }
    };
    if document.statements.is_empty() {
        let help = "AWS takes no document without a statement; leave the policy out";
        reader.say_with_help(node.span, "the document has no statements", help);
        return None;
    }
    remember_principals(references, &document, node.span);
    match rules(&text) {
        Ok(policy) => Some(policy),
        Err(refused) => {
            reader.say(node.span, refused.message);
            None
        }
    }
}

/// Whom a document names must be there by the end.
fn remember_principals(references: &mut References, document: &Document, whole: Span) {
    let clauses = document
        .statements
        .iter()
        .filter_map(|statement| statement.principal.as_ref());
    for clause in clauses {
        let Who::Listed(entries) = &clause.who else {
            continue;
        };
        for entry in entries.iter().filter(|entry| entry.kind == PrincipalType::Aws) {
            for value in &entry.values.values {
                let span = if whole.start() <= value.span.start() && value.span.end() <= whole.end() {
                    value.span
                } else {
                    whole
                };
                references.principal(&value.text, span);
            }
        }
    }
}

/// Inline policies and attachments of a user, group or role.
pub(super) fn of_entity(
    reader: &mut Reader,
    references: &mut References,
    fields: Fields<'_>,
    place: &str,
    rules: Rules<'_>,
) -> Policies {
    let mut inline = BTreeMap::new();
    if let Some(node) = fields.get("policies") {
        for Member { key, key_span, value } in reader.named(node, &format!("the policies of {place}")) {
            super::naming::check_name(reader, key, *key_span, 128);
            if let Some(policy) = document(reader, references, value, rules) {
                inline.insert(key.clone(), policy);
            }
        }
    }
    let attached = reader.texts(fields, "attached");
    if let Some((_, span)) = attached.get(10) {
        reader.say(
            *span,
            format!("{place} has more than 10 managed policies attached"),
        );
    }
    let attached = attached
        .into_iter()
        .map(|(policy, span)| references.policy(reader, &policy, span));
    Policies {
        inline,
        attached: attached.collect(),
    }
}
