//! Reading objects of known keys and gathering what is wrong with them.
//! What is built from them is used only when nothing is.

use std::collections::HashSet;

use crate::nearest::nearest;
use crate::span::{Diagnostic, Span};
use crate::syntax::{Member, Node};

/// Everything that has been found wrong so far.
#[derive(Default)]
pub(super) struct Reader {
    wrong: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<Diagnostic>> {
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => {
                self.wrong.sort_by_key(|diagnostic| diagnostic.span);
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

    /// Complains that a key holds something of another type.
    pub(super) fn wants(&mut self, node: &Node, key: &str, wanted: &str) {
        self.say(
            node.span,
            format!("{key} wants {wanted}, this is {}", node.described()),
        );
    }

    pub(super) fn members<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Member]> {
        let members = node.as_object();
        if members.is_none() {
            self.say(
                node.span,
                format!("{what} must be an object, this is {}", node.described()),
            );
        }
        members
    }

    /// Complains about a key that is none of `known`; with `is_note` only when it resembles one of them.
    pub(super) fn unknown_key(&mut self, member: &Member, place: &str, known: &[&str], is_note: bool) {
        if known.contains(&member.key.as_str()) {
            return;
        }
        let help = match nearest(&member.key, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None if is_note => return,
            None => format!("{place} may have {}", known.join(", ")),
        };
        let message = format!("{place} has no key `{}`", member.key);
        self.say_with_help(member.key_span, message, help);
    }

    pub(super) fn no_duplicates(&mut self, members: &[Member], place: &str) {
        self.duplicates(members, place, str::to_owned);
    }

    /// As [`no_duplicates`](Reader::no_duplicates), for keys that are the same whatever their case.
    pub(super) fn no_duplicates_of_any_case(&mut self, members: &[Member], place: &str) {
        self.duplicates(members, place, str::to_lowercase);
    }

    fn duplicates(&mut self, members: &[Member], place: &str, identity: fn(&str) -> String) {
        let mut seen = HashSet::new();
        for member in members {
            if !seen.insert(identity(&member.key)) {
                let message = format!("`{}` is written twice in {place}", member.key);
                self.say_with_help(member.key_span, message, "keep one of them");
            }
        }
    }
}
