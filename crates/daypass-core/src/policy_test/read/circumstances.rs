//! Who asks, when, and in which context, as a file says it.

use iam_policy::syntax::{Node, NodeKind};
use iam_policy::{AccountId, Principal, Span, Values};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::known::principal;
use super::super::sense::{Oddity, odd_key, odd_value};
use crate::team::finding::Rule;
use crate::team::reader::{Fields, Reader, shortened};

/// Who asks, when, and in which context.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Circumstances {
    /// Whether a principal is written, right or wrong.
    pub(super) names_principal: bool,
    pub(in super::super) principal: Option<Principal>,
    pub(in super::super) resource_account: Option<AccountId>,
    /// A key without values is one that is not in the request.
    pub(in super::super) context: Vec<(String, Option<Values>)>,
    pub(in super::super) at: Option<Timestamp>,
}

impl Circumstances {
    /// These, and where they say nothing, those.
    pub(super) fn or(self, defaults: &Circumstances) -> Circumstances {
        let mut context = defaults.context.clone();
        for (key, values) in self.context {
            context.retain(|(default, _)| !default.eq_ignore_ascii_case(&key));
            context.push((key, values));
        }
        Circumstances {
            names_principal: self.names_principal || defaults.names_principal,
            principal: self.principal.or_else(|| defaults.principal.clone()),
            resource_account: self
                .resource_account
                .or_else(|| defaults.resource_account.clone()),
            context,
            at: self.at.or(defaults.at),
        }
    }
}

pub(super) fn circumstances(reader: &mut Reader<'_>, fields: Fields<'_>) -> Circumstances {
    let principal = reader
        .optional_text(fields, "principal")
        .and_then(|text| match principal(&text.value) {
            Ok(principal) => Some(principal),
            Err(error) => {
                reader
                    .findings
                    .error(&text.place, Rule::WrongValue, error.to_string(), "");
                None
            }
        });
    Circumstances {
        names_principal: fields.get("principal").is_some(),
        principal,
        resource_account: fields
            .get("resource_account")
            .and_then(|node| account(reader, node)),
        context: fields
            .get("context")
            .map(|node| context(reader, node))
            .unwrap_or_default(),
        at: fields.get("at").and_then(|node| {
            let moment = reader.moment(node, "at")?;
            moment.value.as_start(&TimeZone::UTC)
        }),
    }
}

fn account(reader: &mut Reader<'_>, node: &Node) -> Option<AccountId> {
    let text = match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => text.clone(),
        _ => {
            reader.wants(node, "resource_account", "twelve digits", "put them in quotes");
            return None;
        }
    };
    let text = reader.at(text, node.span);
    reader.parsed(&text, Rule::WrongAccount).map(|id| id.value)
}

fn context(reader: &mut Reader<'_>, node: &Node) -> Vec<(String, Option<Values>)> {
    let members = reader.members(node, "context", "condition keys and their values");
    let mut context: Vec<(String, Option<Values>)> = Vec::new();
    for member in members {
        let key = &member.key;
        if let Some(odd) = odd_key(key) {
            tell(reader, member.key_span, Rule::WrongName, odd);
        }
        let is_twice =
            |(other, _): &(String, Option<Values>)| other != key && other.eq_ignore_ascii_case(key);
        if context.iter().any(is_twice) {
            let message = format!("`{}` is written twice: keys have no case", shortened(key));
            reader.error(member.key_span, Rule::DuplicateKey, message, "keep one of them");
        }
        let values = match &member.value.kind {
            NodeKind::Null => None,
            NodeKind::Array(items) => {
                let values: Vec<String> = items
                    .iter()
                    .filter_map(|item| scalar(reader, item, key))
                    .collect();
                Some(Values(values))
            }
            _ => scalar(reader, &member.value, key).map(Values::from),
        };
        context.push((key.clone(), values));
    }
    context
}

fn scalar(reader: &mut Reader<'_>, node: &Node, key: &str) -> Option<String> {
    let text = match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => text.clone(),
        NodeKind::Bool(value) => value.to_string(),
        _ => {
            reader.wants(node, key, "a value or a list of values", "");
            return None;
        }
    };
    if let Some(odd) = odd_value(key, &text) {
        tell(reader, node.span, Rule::WrongValue, odd);
    }
    Some(text)
}

/// Certain mistakes are errors; what may only be unknown here is a warning.
fn tell(reader: &mut Reader<'_>, span: Span, rule: Rule, odd: Oddity) {
    let place = reader.place(span);
    if odd.is_certain {
        reader.findings.error(&place, rule, odd.message, odd.help);
    } else {
        reader.findings.warning(&place, rule, odd.message, odd.help);
    }
}
