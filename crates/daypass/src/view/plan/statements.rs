//! What of a policy changes, statement by statement: the order of statements, and how they are written, does not count.

use iam_policy::{Document, Statement};

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

/// The statements that go and come between two documents; the lines, where they are no documents.
pub(crate) fn difference(before: Option<&str>, after: Option<&str>) -> Vec<Line> {
    let (before, after) = (parts(before), parts(after));
    let gone = before
        .iter()
        .filter(|part| !after.iter().any(|other| other.is_same(part)));
    let new = after
        .iter()
        .filter(|part| !before.iter().any(|other| other.is_same(part)));
    let gone = gone.map(|part| Line::Gone(part.text.clone()));
    gone.chain(new.map(|part| Line::New(part.text.clone()))).collect()
}

struct Part {
    text: String,
    statement: Option<Document>,
}

impl Part {
    fn is_same(&self, other: &Part) -> bool {
        match (&self.statement, &other.statement) {
            (Some(own), Some(other)) => own.same_meaning(other),
            _ => self.text == other.text,
        }
    }
}

fn parts(text: Option<&str>) -> Vec<Part> {
    let Some(text) = text else { return Vec::new() };
    match Document::parse(text) {
        Ok(document) => document.statements.into_iter().map(of_statement).collect(),
        Err(_) => text
            .lines()
            .map(|line| Part {
                text: line.trim_end().to_owned(),
                statement: None,
            })
            .collect(),
    }
}

fn of_statement(statement: Statement) -> Part {
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
}
