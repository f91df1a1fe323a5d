//! `daypass-lint.yaml`: what to ignore in the documents beside and below it, and why.

use iam_lint::{Finding, Level};
use iam_policy::syntax::{Member, Node, NodeKind, nearest};
use iam_policy::{Document, Span};

use super::{IGNORE_UNUSED, IGNORE_WRONG, own, statement_of, unknown_rule};
use crate::policy_text;

/// What the file is called.
pub const IGNORE_FILE: &str = "daypass-lint.yaml";

const FORM: &str = "the file looks like `ignore: [{rule: allows-everything, file: admin.json, reason: ...}]`";
const KEYS: [&str; 4] = ["rule", "file", "sid", "reason"];

/// What to ignore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IgnoreList {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    rule: String,
    /// A path as it is seen from the list, with `*` for any characters; every file where there is none.
    file: Option<String>,
    sid: Option<String>,
    span: Span,
}

impl IgnoreList {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Everything that is wrong with it, each at its place.
    pub fn read(text: &str) -> Result<IgnoreList, Vec<Finding>> {
        let wrong = |span, message: String, help: &str| own(IGNORE_WRONG, Level::Error, span, message, help);
        let root = policy_text::tree_of_yaml(text).map_err(|diagnostics| {
            diagnostics
                .into_iter()
                .map(|diagnostic| {
                    let help = diagnostic.help.unwrap_or_else(|| FORM.to_owned());
                    wrong(diagnostic.span, diagnostic.message, &help)
                })
                .collect::<Vec<_>>()
        })?;
        let mut found = Vec::new();
        let members = root.as_object().unwrap_or_default();
        for stranger in members.iter().filter(|member| member.key != "ignore") {
            found.push(wrong(
                stranger.key_span,
                format!("unknown key `{}`", stranger.key),
                FORM,
            ));
        }
        let Some(items) = root.get("ignore").and_then(Node::as_array) else {
            found.push(wrong(root.span, "the file has no list `ignore`".to_owned(), FORM));
            return Err(found);
        };
        let mut entries = Vec::new();
        for item in items {
            match entry(item) {
                Ok(entry) => entries.push(entry),
                Err(wrong) => found.extend(wrong),
            }
        }
        if found.is_empty() {
            Ok(IgnoreList { entries })
        } else {
            Err(found)
        }
    }

    /// The place of the entry by which a finding in `file` is ignored.
    pub(super) fn entry_for(&self, finding: &Finding, document: &Document, file: &str) -> Option<usize> {
        self.entries.iter().position(|entry| {
            entry.rule == finding.rule
                && entry.is_about(file)
                && entry.sid.as_ref().is_none_or(|sid| {
                    statement_of(document, finding)
                        .is_some_and(|statement| statement.sid.as_ref() == Some(sid))
                })
        })
    }

    /// The entries that ignored nothing. `used`: those that did; `linted`: the files that were looked at, and `all`
    /// whether they were all files that the list is about. Of a file that was not looked at nothing can be said.
    pub fn unused(&self, used: &[usize], linted: &[&str], all: bool) -> Vec<Finding> {
        self.entries
            .iter()
            .enumerate()
            .filter(|(place, entry)| {
                let looked_at = all || entry.file.is_some() && linted.iter().any(|file| entry.is_about(file));
                looked_at && !used.contains(place)
            })
            .map(|(_, entry)| {
                let message = format!("nothing is found by `{}` where it is to be ignored", entry.rule);
                own(
                    IGNORE_UNUSED,
                    Level::Warning,
                    entry.span,
                    message,
                    "remove the entry",
                )
            })
            .collect()
    }
}

impl Entry {
    fn is_about(&self, file: &str) -> bool {
        self.file
            .as_ref()
            .is_none_or(|pattern| matches(pattern.as_bytes(), file.as_bytes()))
    }
}

fn entry(item: &Node) -> Result<Entry, Vec<Finding>> {
    let wrong = |span, message: String, help: &str| own(IGNORE_WRONG, Level::Error, span, message, help);
    let NodeKind::Object(members) = &item.kind else {
        return Err(vec![wrong(
            item.span,
            format!("an entry is an object, this is {}", item.described()),
            FORM,
        )]);
    };
    let mut found = Vec::new();
    for Member { key, key_span, value } in members {
        if !KEYS.contains(&key.as_str()) {
            let help = match nearest(key, KEYS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("an entry has {}", KEYS.join(", ")),
            };
            found.push(wrong(*key_span, format!("unknown key `{key}`"), &help));
        } else if value.as_str().is_none_or(|text| text.trim().is_empty()) {
            found.push(wrong(value.span, format!("`{key}` wants text"), FORM));
        }
    }
    let text = |key: &str| item.get(key).and_then(Node::as_str).map(str::to_owned);
    let rule = text("rule");
    if let Some(rule) = item.get("rule") {
        found.extend(rule.as_str().and_then(|id| unknown_rule(id, rule.span)));
    } else {
        found.push(wrong(item.span, "the entry names no rule".to_owned(), FORM));
    }
    if item.get("reason").is_none() {
        let message = "what is ignored has no reason".to_owned();
        found.push(wrong(
            item.span,
            message,
            "add `reason:` so that the next one who looks knows why",
        ));
    }
    match rule {
        Some(rule) if found.is_empty() => Ok(Entry {
            rule,
            file: text("file"),
            sid: text("sid"),
            span: item.span,
        }),
        _ => Err(found),
    }
}

/// `*` is any characters.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| matches(rest, text.get(at..).unwrap_or_default())),
        Some((first, rest)) => text
            .split_first()
            .is_some_and(|(is, behind)| is == first && matches(rest, behind)),
    }
}
