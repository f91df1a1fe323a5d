//! Reading a tree of known keys, and gathering everything that is wrong with it, each at its place.

use std::collections::HashMap;

use iam_policy::syntax::{Member, Node, NodeKind, nearest};
use iam_policy::{Diagnostic, Span};
use jiff::Timestamp;

/// Everything that has been found wrong so far.
#[derive(Default)]
pub(super) struct Reader {
    wrong: Vec<Diagnostic>,
}

/// An object whose keys are all known, each there once.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    pub(super) node: &'n Node,
}

impl<'n> Fields<'n> {
    /// The value of a key; one that is null is as good as missing.
    pub(super) fn get(self, key: &str) -> Option<&'n Node> {
        self.node.get(key).filter(|node| node.kind != NodeKind::Null)
    }
}

impl Reader {
    /// What was read, if nothing is wrong; else everything that is, in the order of the text.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<Diagnostic>> {
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => {
                self.wrong.sort_by_key(|diagnostic| diagnostic.span);
                self.wrong.dedup();
                Err(self.wrong)
            }
        }
    }

    pub(super) fn say(&mut self, span: Span, message: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message));
    }

    pub(super) fn say_with_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.wrong.push(Diagnostic::new(span, message).with_help(help));
    }

    pub(super) fn say_all(&mut self, wrong: Vec<Diagnostic>) {
        self.wrong.extend(wrong);
    }

    /// An object with some of these keys. `place` is what people call it, such as `user ann`.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, place: &str, known: &[&str]) -> Fields<'n> {
        for member in self.named(node, place) {
            if known.contains(&member.key.as_str()) {
                continue;
            }
            let help = match nearest(&member.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there may be {}", known.join(", ")),
            };
            self.say_with_help(
                member.key_span,
                format!("{place} has no key `{}`", member.key),
                help,
            );
        }
        Fields { node }
    }

    /// An object whose keys are names, unique without regard to case; null is an empty one.
    pub(super) fn named<'n>(&mut self, node: &'n Node, place: &str) -> &'n [Member] {
        let members = match &node.kind {
            NodeKind::Null => &[],
            NodeKind::Object(members) => members.as_slice(),
            _ => {
                let message = format!("{place} must be an object, this is {}", node.described());
                self.say(node.span, message);
                &[]
            }
        };
        let mut seen: HashMap<String, &str> = HashMap::new();
        for member in members {
            if let Some(earlier) = seen.insert(member.key.to_ascii_lowercase(), &member.key) {
                let help = if earlier == member.key {
                    "keep one of them".to_owned()
                } else {
                    format!("`{earlier}` is the same name: case does not count")
                };
                let message = format!("`{}` is there twice in {place}", member.key);
                self.say_with_help(member.key_span, message, help);
            }
        }
        members
    }

    /// A list; one element alone may stand without its brackets.
    pub(super) fn list<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        match &node.kind {
            NodeKind::Null => &[],
            NodeKind::Array(items) => items,
            NodeKind::Object(_) => {
                let message = format!("`{key}` wants a list, this is {}", node.described());
                self.say(node.span, message);
                &[]
            }
            _ => std::slice::from_ref(node),
        }
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&mut self, fields: Fields<'_>, key: &str) -> Vec<(String, Span)> {
        let Some(node) = fields.get(key) else {
            return Vec::new();
        };
        let items = self.list(node, key);
        items
            .iter()
            .filter_map(|item| Some((self.text_of(item, key)?, item.span)))
            .collect()
    }

    pub(super) fn text(&mut self, fields: Fields<'_>, key: &str) -> Option<String> {
        fields.get(key).and_then(|node| self.text_of(node, key))
    }

    /// A text; a number stands for its digits, as in an account's id that nobody quoted.
    pub(super) fn text_of(&mut self, node: &Node, key: &str) -> Option<String> {
        match &node.kind {
            NodeKind::String(text) | NodeKind::Number(text) => Some(text.clone()),
            _ => {
                self.wants(node, key, "a text");
                None
            }
        }
    }

    pub(super) fn flag(&mut self, fields: Fields<'_>, key: &str) -> Option<bool> {
        let node = fields.get(key)?;
        let NodeKind::Bool(is) = node.kind else {
            self.wants(node, key, "true or false");
            return None;
        };
        Some(is)
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, fields: Fields<'_>, key: &str, least: i64, most: i64) -> Option<i64> {
        let node = fields.get(key)?;
        let number = match &node.kind {
            NodeKind::Number(text) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wants(node, key, &format!("a whole number from {least} to {most}"));
        }
        number
    }

    pub(super) fn instant(&mut self, fields: Fields<'_>, key: &str) -> Option<Timestamp> {
        let node = fields.get(key)?;
        let read = node.as_str().and_then(|text| text.parse().ok());
        if read.is_none() {
            self.wants(node, key, "an instant such as 2026-01-01T00:00:00Z");
        }
        read
    }

    /// Complains that a key holds something else than it should.
    pub(super) fn wants(&mut self, node: &Node, key: &str, wanted: &str) {
        let found = match &node.kind {
            NodeKind::String(text) | NodeKind::Number(text) => format!("`{text}`"),
            _ => node.described().to_owned(),
        };
        self.say(node.span, format!("`{key}` wants {wanted}, this is {found}"));
    }
}
