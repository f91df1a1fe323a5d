//! What was found in files, whoever found it: as data, for GitHub Actions, as SARIF.

mod github;
mod sarif;

use iam_policy::Span;
use serde_json::{Value, json};

pub(crate) use github::{github, message, property};
pub(crate) use sarif::sarif;

/// A finding as all of these forms show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The file's path as it is called.
    pub(crate) file: &'a str,
    /// What the file holds; empty when it is not there.
    pub(crate) text: &'a str,
    /// The place.
    pub(crate) span: Span,
    /// `error`, `warning` or `note`.
    pub(crate) severity: &'static str,
    /// The rule's id.
    pub(crate) rule: &'static str,
    /// What the rule finds.
    pub(crate) about: &'static str,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// What to do about it.
    pub(crate) help: Option<&'a str>,
}

impl Shown<'_> {
    /// As a JSON object.
    pub(crate) fn json(&self) -> Value {
        let region = self.region();
        json!({
            "file": self.file,
            "line": region.map(|region| region.line),
            "column": region.map(|region| region.column),
            "end_line": region.map(|region| region.end_line),
            "end_column": region.map(|region| region.end_column),
            "severity": self.severity,
            "rule": self.rule,
            "message": self.message,
            "help": self.help,
        })
    }

    /// `None` where the file as a whole is meant.
    fn region(&self) -> Option<Region> {
        if self.text.is_empty() {
            return None;
        }
        let (line, column) = self.span.line_and_column(self.text);
        let end = Span::new(self.span.end(), self.span.end());
        let (end_line, end_column) = end.line_and_column(self.text);
        Some(Region {
            line,
            column,
            end_line,
            end_column,
        })
    }
}

/// A place as lines and columns, counted from 1 in characters; the end is behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}
