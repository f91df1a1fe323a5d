//! Reading objects of known keys, and gathering what is wrong with them.

use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use iam_policy::Span;
use iam_policy::syntax::{Member, Node, NodeKind, nearest};

use super::finding::{Findings, Place, Rule};
use super::shape::Shape;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// Reads on after a mistake, so that all of them are told.
pub(crate) struct Reader<'f> {
    pub(crate) file: Arc<str>,
    pub(crate) findings: &'f mut Findings,
}

/// An object whose keys have been looked at.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    pub(crate) node: &'n Node,
}

impl<'n> Fields<'n> {
    /// The value of a key, if there is one.
    pub(crate) fn get(self, key: &str) -> Option<&'n Node> {
        self.node.get(key).filter(|node| node.kind != NodeKind::Null)
    }
}

impl Reader<'_> {
    pub(crate) fn place(&self, span: Span) -> Place {
        Place {
            file: Arc::clone(&self.file),
            span,
        }
    }

    pub(crate) fn at<T>(&self, value: T, span: Span) -> At<T> {
        At {
            value,
            place: self.place(span),
        }
    }

    pub(crate) fn error(
        &mut self,
        span: Span,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.error(&self.place(span), rule, message, help);
    }

    pub(crate) fn warning(
        &mut self,
        span: Span,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.warning(&self.place(span), rule, message, help);
    }

    /// Complains that a key holds something of another type.
    pub(crate) fn wants(&mut self, node: &Node, key: &str, wanted: &str, help: impl Into<String>) {
        if node.kind == NodeKind::Null {
            return self.error(
                node.span,
                Rule::EmptyValue,
                format!("{key} has no value"),
                format!("write {wanted}, or remove the line"),
            );
        }
        let message = format!("{key} wants {wanted}, this is {}", node.described());
        self.error(node.span, Rule::WrongType, message, help);
    }

    pub(crate) fn members<'n>(&mut self, node: &'n Node, key: &str, wanted: &str) -> &'n [Member] {
        if let Some(members) = node.as_object() {
            self.no_duplicates(members, key);
            return members;
        }
        self.wants(node, key, wanted, "");
        &[]
    }

    /// An object of this shape. `what` is what people call it here, such as `policy dev.read-only`.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, what: &str, shape: &Shape) -> Option<Fields<'n>> {
        let names = || shape.keys.iter().map(|key| key.name);
        let Some(members) = node.as_object() else {
            let help = format!(
                "{} may have {}",
                shape.place,
                names().collect::<Vec<_>>().join(", ")
            );
            self.wants(node, what, "keys and values", help);
            return None;
        };
        self.no_duplicates(members, what);
        for member in members {
            if names().any(|name| name == member.key) {
                if member.value.kind == NodeKind::Null && !takes_nothing(shape, &member.key) {
                    self.error(
                        member.key_span,
                        Rule::EmptyValue,
                        format!("`{}` has no value", member.key),
                        "write one, or remove the line",
                    );
                }
                continue;
            }
            let help = match (misplaced(&member.key), nearest(&member.key, names())) {
                (_, Some(near)) => format!("did you mean `{near}`?"),
                (Some(elsewhere), None) => elsewhere.to_owned(),
                (None, None) => format!(
                    "{} may have {}",
                    shape.place,
                    names().collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("{what} has no key `{}`", shortened(&member.key));
            self.error(member.key_span, Rule::UnknownKey, message, help);
        }
        self.no_gaps(node, members, what, shape);
        Some(Fields { node })
    }

    fn no_gaps(&mut self, node: &Node, members: &[Member], what: &str, shape: &Shape) {
        let has = |key: &str| members.iter().any(|member| member.key == key);
        for key in shape.keys.iter().filter(|key| key.required && !has(key.name)) {
            let message = format!("{what} has no `{}`", key.name);
            self.error(
                start_of(node),
                Rule::MissingKey,
                message,
                format!("add `{}`: {}", key.name, key.about),
            );
        }
        for some in shape.some_of {
            if !some.iter().any(|key| has(key)) {
                let message = format!("{what} has none of {}", some.join(", "));
                let first = some
                    .first()
                    .and_then(|first| shape.keys.iter().find(|key| key.name == *first));
                let help = first.map(|key| format!("add `{}`, for instance: {}", key.name, key.about));
                let help = help.unwrap_or_default();
                self.error(start_of(node), Rule::MissingKey, message, help);
            }
        }
        for (one, other) in shape.not_both {
            if has(one) && has(other) {
                let span = members
                    .iter()
                    .find(|member| member.key == *other)
                    .map_or(node.span, |m| m.key_span);
                let message = format!("{what} has both {one} and {other}");
                self.error(span, Rule::WrongValue, message, "make two of it");
            }
        }
    }

    pub(crate) fn no_duplicates(&mut self, members: &[Member], what: &str) {
        let mut seen = HashSet::new();
        for member in members {
            if !seen.insert(member.key.as_str()) {
                let message = format!("`{}` is written twice in {what}", shortened(&member.key));
                self.error(member.key_span, Rule::DuplicateKey, message, "keep one of them");
            }
        }
    }

    /// Text that is not empty.
    pub(crate) fn text(&mut self, node: &Node, key: &str) -> Option<At<String>> {
        match node.as_str() {
            Some(text) if text.trim().is_empty() => {
                self.error(
                    node.span,
                    Rule::EmptyValue,
                    format!("{key} is empty"),
                    "write one, or remove the line",
                );
                None
            }
            Some(text) => Some(self.at(text.to_owned(), node.span)),
            None => {
                let help = match &node.kind {
                    NodeKind::Number(text) => format!("put it in quotes: \"{text}\""),
                    NodeKind::Bool(value) => format!("put it in quotes: \"{value}\""),
                    _ => String::new(),
                };
                self.wants(node, key, "text", help);
                None
            }
        }
    }

    pub(crate) fn optional_text(&mut self, fields: Fields<'_>, key: &str) -> Option<At<String>> {
        fields.get(key).and_then(|node| self.text(node, key))
    }

    /// A list with at least one element.
    pub(crate) fn list<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        match node.as_array() {
            Some([]) => {
                let help = "name at least one, or remove the line";
                self.error(
                    node.span,
                    Rule::EmptyValue,
                    format!("{key} is an empty list"),
                    help,
                );
                &[]
            }
            Some(items) => items,
            None => {
                let help = match node.as_str() {
                    Some(text) => format!("write {key}: [{}]", shortened(text)),
                    None => String::new(),
                };
                self.wants(node, key, "a list", help);
                &[]
            }
        }
    }

    /// A value, or a list with at least one.
    pub(crate) fn one_or_list<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        if node.as_array().is_some() {
            self.list(node, key)
        } else {
            std::slice::from_ref(node)
        }
    }

    /// What `singular` and `plural` name together, each text once.
    pub(crate) fn named(&mut self, fields: Fields<'_>, singular: &str, plural: &str) -> Vec<At<String>> {
        let mut named: Vec<At<String>> = Vec::new();
        if let Some(node) = fields.get(singular) {
            if node.as_array().is_some() {
                let help = format!("write `{plural}` for several");
                self.wants(node, singular, "one name", help);
            } else {
                named.extend(self.text(node, singular));
            }
        }
        if let Some(node) = fields.get(plural) {
            for item in self.list(node, plural) {
                named.extend(self.text(item, plural));
            }
        }
        let mut seen = HashSet::new();
        named.retain(|name| {
            let is_new = seen.insert(name.value.clone());
            if !is_new {
                let message = format!("`{}` is listed twice", name.value);
                self.findings
                    .warning(&name.place, Rule::Repeated, message, "keep one of them");
            }
            is_new
        });
        named
    }

    /// A text as a name that cannot hold nonsense.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(
        &mut self,
        text: &At<String>,
        rule: Rule,
    ) -> Option<At<T>> {
        match text.value.parse() {
            Ok(value) => Some(At {
                value,
                place: text.place.clone(),
            }),
            Err(error) => {
                self.findings.error(&text.place, rule, error.to_string(), "");
                None
            }
        }
    }
}

fn takes_nothing(shape: &Shape, key: &str) -> bool {
    use super::shape::Form;
    shape
        .keys
        .iter()
        .any(|known| known.name == key && matches!(known.form, Form::OrNothing(_)))
}

/// Keys that stand elsewhere, and what to do.
fn misplaced(key: &str) -> Option<&'static str> {
    match key {
        "expiration_date" | "starts_at" => Some("access with an end belongs into temporary-access"),
        _ => None,
    }
}

/// The first line of an object: enough to find it by.
fn start_of(node: &Node) -> Span {
    let first = node.as_object().and_then(<[Member]>::first);
    first.map_or(node.span, |member| member.key_span)
}

/// What is quoted from a file in a message.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain("...".chars()).collect()
}
