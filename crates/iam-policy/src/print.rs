//! Documents as text: pretty for people, minified for AWS, and the size that IAM counts.
//! Elements stand in the order of the user guide; values keep the order they were written in.

use std::fmt::Write as _;

use crate::document::{Condition, Document, PrincipalClause, Statement, ValueForm, ValueList, Version, Who};

impl Document {
    /// The canonical text: two spaces of indentation, elements in a fixed order, a list of one value as
    /// the plain value, no line break at the end.
    pub fn to_json(&self) -> String {
        self.printed(Some(0))
    }

    /// The canonical text without white space between its tokens: what is sent to AWS.
    pub fn to_minified(&self) -> String {
        self.printed(None)
    }

    /// The size in characters as IAM counts it against its quotas: white space outside of strings is not
    /// counted (IAM User Guide, "IAM and AWS STS quotas").
    pub fn iam_size(&self) -> usize {
        self.to_minified().chars().count()
    }

    fn printed(&self, indent: Option<usize>) -> String {
        let mut printer = Printer {
            out: String::new(),
            indent,
        };
        printer.document(self);
        printer.out
    }
}

struct Printer {
    out: String,
    /// The current depth, or `None` for no white space at all.
    indent: Option<usize>,
}

impl Printer {
    fn document(&mut self, document: &Document) {
        // The old version is what an absent one means, so it is left out and costs nothing.
        let version = match document.version {
            Version::V2012 => Some(Version::V2012),
            Version::V2008 => document.version_span.map(|_| Version::V2008),
        };
        self.open('{');
        let mut first = true;
        if let Some(version) = version {
            self.key("Version", &mut first);
            self.string(version.as_str());
        }
        if let Some(id) = &document.id {
            self.key("Id", &mut first);
            self.string(id);
        }
        self.key("Statement", &mut first);
        self.list(&document.statements, Printer::statement);
        self.close('}', first);
    }

    fn statement(&mut self, statement: &Statement) {
        self.open('{');
        let mut first = true;
        if let Some(sid) = &statement.sid {
            self.key("Sid", &mut first);
            self.string(sid);
        }
        self.key("Effect", &mut first);
        self.string(statement.effect.as_str());
        if let Some(clause) = &statement.principal {
            self.key(
                if clause.negated {
                    "NotPrincipal"
                } else {
                    "Principal"
                },
                &mut first,
            );
            self.principal(clause);
        }
        self.key(
            if statement.action.negated {
                "NotAction"
            } else {
                "Action"
            },
            &mut first,
        );
        self.values(&statement.action.actions);
        if let Some(clause) = &statement.resource {
            self.key(
                if clause.negated { "NotResource" } else { "Resource" },
                &mut first,
            );
            self.values(&clause.resources);
        }
        if !statement.conditions.is_empty() {
            self.key("Condition", &mut first);
            self.conditions(&statement.conditions);
        }
        self.close('}', first);
    }

    fn principal(&mut self, clause: &PrincipalClause) {
        match &clause.who {
            Who::Everyone(_) => self.string("*"),
            Who::Listed(entries) => {
                self.open('{');
                let mut first = true;
                for entry in entries {
                    self.key(entry.kind.as_str(), &mut first);
                    self.values(&entry.values);
                }
                self.close('}', first);
            }
        }
    }

    fn conditions(&mut self, conditions: &[Condition]) {
        self.open('{');
        let mut first = true;
        for (index, condition) in conditions.iter().enumerate() {
            let same = |other: &&Condition| other.operator == condition.operator;
            if conditions.iter().take(index).any(|earlier| same(&earlier)) {
                continue;
            }
            self.key(&condition.operator, &mut first);
            self.open('{');
            let mut first_key = true;
            for member in conditions.iter().filter(same) {
                self.key(&member.key, &mut first_key);
                self.values(&member.values);
            }
            self.close('}', first_key);
        }
        self.close('}', first);
    }

    fn values(&mut self, list: &ValueList) {
        match list.values.as_slice() {
            [single] => self.value(&single.text, single.form),
            many => self.list(many, |printer, value| printer.value(&value.text, value.form)),
        }
    }

    fn value(&mut self, text: &str, form: ValueForm) {
        match form {
            ValueForm::String => self.string(text),
            ValueForm::Bool | ValueForm::Number => self.out.push_str(text),
        }
    }

    fn list<T>(&mut self, items: &[T], mut print: impl FnMut(&mut Self, &T)) {
        self.open('[');
        let mut first = true;
        for item in items {
            self.separate(&mut first);
            print(self, item);
        }
        self.close(']', first);
    }

    fn key(&mut self, key: &str, first: &mut bool) {
        self.separate(first);
        self.string(key);
        self.out.push_str(if self.indent.is_some() { ": " } else { ":" });
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.indent = self.indent.map(|depth| depth + 1);
    }

    fn close(&mut self, bracket: char, empty: bool) {
        self.indent = self.indent.map(|depth| depth.saturating_sub(1));
        if !empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn separate(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
        self.line();
    }

    fn line(&mut self) {
        if let Some(depth) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    /// AWS takes tab, LF, CR and U+0020 to U+00FF in a document, so anything else is escaped.
    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                ' '..='~' | '\u{a0}'..='\u{ff}' => self.out.push(c),
                _ => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        // Writing to a string cannot fail.
                        let _ = write!(self.out, "\\u{unit:04x}");
                    }
                }
            }
        }
        self.out.push('"');
    }
}
