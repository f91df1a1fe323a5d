//! What of a policy, or of a role's policies, changes, statement by statement: the order of statements, and how they are
//! written, does not count.

use std::fmt;

use crate::view::difference::paragraphs;
use crate::view::paint::{QUIET, paint};
use daypass_core::plan::{Change, ChangeKind};
use iam_policy::{Document, Statement, compare};

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// It goes.
    Gone(String),
    /// It comes.
    New(String),
}

impl Line {
    /// With its sign.
    pub(crate) fn signed(&self) -> String {
        match self {
            Line::Gone(text) => format!("- {text}"),
            Line::New(text) => format!("+ {text}"),
        }
    }
}

/// The statements that go and come between two documents, or between the documents of a role.
pub(crate) fn difference(before: Option<&str>, after: Option<&str>) -> Vec<Line> {
    let (before, after) = (parts(before), parts(after));
    let gone = before
        .iter()
        .filter(|part| !after.iter().any(|other| other.is_same(part)));
    let new = after
        .iter()
        .filter(|part| !before.iter().any(|other| other.is_same(part)));
    let gone = gone.map(|part| Line::Gone(part.to_string()));
    gone.chain(new.map(|part| Line::New(part.to_string()))).collect()
}

/// What an update means is worked out for documents of so many characters together: for long ones, such as copies of AWS's
/// managed policies, it takes longer than somebody waits for a plan.
const COMPARED: usize = 4_096;

/// What an update of a policy means: which requests are allowed now, and which no longer, a paragraph each.
pub(super) fn meaning(change: &Change) -> Vec<String> {
    let parsed = |text: &Option<String>| Document::parse(text.as_deref()?).ok();
    let (Some(before), Some(after)) = (parsed(&change.before), parsed(&change.after)) else {
        return Vec::new();
    };
    if change.kind != ChangeKind::Update {
        return Vec::new();
    }
    if before.iam_size() + after.iam_size() > COMPARED {
        let told = "what it means: too long to be told here; `daypass diff` tells it";
        return vec![paint(QUIET, told)];
    }
    paragraphs(&compare(&before, &after))
}

struct Part<'a> {
    /// Which of a role's documents it stands in; none for a policy.
    of: Option<&'a str>,
    text: String,
    statement: Option<Document>,
}

impl Part<'_> {
    fn is_same(&self, other: &Part<'_>) -> bool {
        self.of == other.of
            && match (&self.statement, &other.statement) {
                (Some(own), Some(other)) => own.same_meaning(other),
                _ => self.text == other.text,
            }
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Some(of) => write!(f, "{of}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

fn parts(text: Option<&str>) -> Vec<Part<'_>> {
    let Some(text) = text else { return Vec::new() };
    if let Ok(document) = Document::parse(text) {
        return statements(None, document);
    }
    sections(text)
        .flat_map(|section| {
            let Some((of, value)) = section.split_once(": ") else {
                return vec![plain(None, section)];
            };
            match Document::parse(value) {
                Ok(document) => statements(Some(of), document),
                Err(_) => vec![plain(Some(of), value)],
            }
        })
        .collect()
}

/// A role is told as `NAME: VALUE`, one behind the other. What continues a value is indented, or closes it.
fn sections(text: &str) -> impl Iterator<Item = &str> {
    let mut begins: Vec<usize> = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .filter(|&at| {
            let rest = text.get(at..).unwrap_or_default();
            !rest.starts_with(|c: char| c.is_whitespace() || c == '}' || c == ']')
        })
        .collect();
    begins.insert(0, 0);
    let ends: Vec<usize> = begins.iter().skip(1).copied().chain([text.len()]).collect();
    begins
        .into_iter()
        .zip(ends)
        .map(|(begin, end)| text.get(begin..end).unwrap_or_default().trim_end())
}

fn plain<'a>(of: Option<&'a str>, text: &str) -> Part<'a> {
    Part {
        of,
        text: text.to_owned(),
        statement: None,
    }
}

fn statements(of: Option<&str>, document: Document) -> Vec<Part<'_>> {
    let statements = document.statements.into_iter();
    statements.map(|statement| of_statement(of, statement)).collect()
}

fn of_statement(of: Option<&str>, statement: Statement) -> Part<'_> {
    let alone = Document::new(vec![statement]);
    let minified = alone.to_minified();
    // The statement without the document around it.
    let inner = minified
        .split_once("\"Statement\":")
        .map_or(minified.as_str(), |(_, rest)| rest);
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let inner = inner
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
        .unwrap_or(inner);
    Part {
        of,
        text: inner.to_owned(),
        statement: Some(alone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_by_meaning() {
        let one = r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}]}"#;
        let two = r#"{"Statement":[{"Effect":"Deny","Action":["S3:Put*"],"Resource":"*"},{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#;
        let lines: Vec<String> = difference(Some(one), Some(two))
            .iter()
            .map(Line::signed)
            .collect();
        assert_eq!(
            lines,
            [
                r#"- {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                r#"+ {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}"#
            ]
        );
    }

    #[test]
    fn a_roles_documents_are_told_each_by_its_statements() {
        let role = |trust_end: &str, action: &str, more: &str| {
            format!(
                "trust: {{\n  \"Statement\": [\n    {{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": \"*\"{trust_end}}}\n  ]\n}}\n\
                 attached: arn:aws:iam::aws:policy/ReadOnlyAccess\n\
                 daypass-permissions: {{\n  \"Statement\": {{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"*\"}}\n}}{more}"
            )
        };
        let end = r#", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}"#;
        let extra =
            "\nextra: {\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}";
        let lines: Vec<String> =
            difference(Some(&role("", "*", extra)), Some(&role(end, "s3:ListBucket", "")))
                .iter()
                .map(Line::signed)
                .collect();
        assert_eq!(
            lines,
            [
                r#"- trust: {"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#,
                r#"- daypass-permissions: {"Effect":"Allow","Action":"*","Resource":"*"}"#,
                r#"- extra: {"Effect":"Allow","Action":"*","Resource":"*"}"#,
                r#"+ trust: {"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-12-01T00:00:00Z"}}}"#,
                r#"+ daypass-permissions: {"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}"#,
            ]
        );
    }
}
