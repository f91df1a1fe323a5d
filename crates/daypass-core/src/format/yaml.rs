//! A document as YAML that every reader of YAML reads alike, whichever version it follows.

use std::fmt::Write as _;

use iam_policy::{
    Condition, Document, PrincipalClause, Statement, Value, ValueForm, ValueList, Version, Who,
};

/// The document in block style, two spaces deep.
pub(super) fn printed(document: &Document) -> String {
    let mut lines = Lines::default();
    // The old version is what an absent one means.
    let version = match document.version {
        Version::V2012 => Some(Version::V2012),
        Version::V2008 => document.version_span.map(|_| Version::V2008),
    };
    if let Some(version) = version {
        lines.member(0, "Version", &quoted(version.as_str()));
    }
    if let Some(id) = &document.id {
        lines.member(0, "Id", &text(id));
    }
    if document.statements.is_empty() {
        lines.member(0, "Statement", "[]");
    } else {
        lines.key(0, "Statement");
    }
    for statement in &document.statements {
        let first = lines.0.len();
        lines.statement(2, statement);
        lines.dash(first, 1);
    }
    lines.0.join("\n")
}

#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn push(&mut self, depth: usize, line: &str) {
        self.0.push(format!("{}{line}", "  ".repeat(depth)));
    }

    fn key(&mut self, depth: usize, key: &str) {
        self.push(depth, &format!("{}:", text(key)));
    }

    fn member(&mut self, depth: usize, key: &str, value: &str) {
        self.push(depth, &format!("{}: {value}", text(key)));
    }

    /// Makes an item of a list of the lines from `first` on, which stand one deeper than `depth`.
    fn dash(&mut self, first: usize, depth: usize) {
        if let Some(line) = self.0.get_mut(first) {
            let rest = line.trim_start().to_owned();
            *line = format!("{}- {rest}", "  ".repeat(depth));
        }
    }

    fn statement(&mut self, depth: usize, statement: &Statement) {
        if let Some(sid) = &statement.sid {
            self.member(depth, "Sid", &text(sid));
        }
        self.member(depth, "Effect", statement.effect.as_str());
        if let Some(clause) = &statement.principal {
            self.principal(depth, clause);
        }
        let name = if statement.action.negated {
            "NotAction"
        } else {
            "Action"
        };
        self.values(depth, name, &statement.action.actions);
        if let Some(clause) = &statement.resource {
            let name = if clause.negated { "NotResource" } else { "Resource" };
            self.values(depth, name, &clause.resources);
        }
        if !statement.conditions.is_empty() {
            self.key(depth, "Condition");
            self.conditions(depth + 1, &statement.conditions);
        }
    }

    fn principal(&mut self, depth: usize, clause: &PrincipalClause) {
        let name = if clause.negated {
            "NotPrincipal"
        } else {
            "Principal"
        };
        match &clause.who {
            Who::Everyone(_) => self.member(depth, name, &text("*")),
            Who::Listed(entries) if entries.is_empty() => self.member(depth, name, "{}"),
            Who::Listed(entries) => {
                self.key(depth, name);
                for entry in entries {
                    self.values(depth + 1, entry.kind.as_str(), &entry.values);
                }
            }
        }
    }

    fn conditions(&mut self, depth: usize, conditions: &[Condition]) {
        for (place, condition) in conditions.iter().enumerate() {
            let same = |other: &&Condition| other.operator == condition.operator;
            if conditions.iter().take(place).any(|earlier| same(&earlier)) {
                continue;
            }
            self.key(depth, &condition.operator);
            for member in conditions.iter().filter(same) {
                self.values(depth + 1, &member.key, &member.values);
            }
        }
    }

    fn values(&mut self, depth: usize, key: &str, list: &ValueList) {
        match list.values.as_slice() {
            [] => self.member(depth, key, "[]"),
            [single] => self.member(depth, key, &value(single)),
            many => {
                self.key(depth, key);
                for one in many {
                    self.push(depth + 1, &format!("- {}", value(one)));
                }
            }
        }
    }
}

fn value(value: &Value) -> String {
    match value.form {
        ValueForm::String => text(&value.text),
        ValueForm::Bool | ValueForm::Number => value.text.clone(),
    }
}

/// A scalar that is text for every reader: plain where nothing in it could be taken for something else.
fn text(text: &str) -> String {
    let first = text.chars().next();
    let begins = first.is_some_and(|c| c.is_ascii_alphabetic());
    let all = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./:*?+=@".contains(c));
    if begins && all && !text.ends_with(':') && !is_a_word_of_yaml(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// YAML 1.1 takes more words for booleans than YAML 1.2 does.
fn is_a_word_of_yaml(text: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// In double quotes, with the escapes that JSON and YAML share.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' => {
                out.push(c);
            }
            c => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}
