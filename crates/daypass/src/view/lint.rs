//! What was found in policy documents: for people at its place, for programs as JSON, for GitHub Actions, as SARIF.

use super::columns::{Cell, table};
use super::diagnostics;
use super::findings::{self, Shown};
use super::paint::{ERROR, NOTE, WARNING};
use crate::cli::FindingFormat;
use crate::lint_files::Outcome;
use daypass_core::linting;
use iam_lint::{Finding, Level};
use serde_json::{Value, json};
use std::io;

/// Nobody reads more than this; programs get all of them.
const MOST: usize = 200;

/// Each finding on stderr, and a summary on stdout.
pub(crate) fn human(outcome: &Outcome, least: Level) -> io::Result<()> {
    let mut left = MOST;
    let mut more = 0;
    for (name, text, findings) in by_file(outcome) {
        let told: Vec<&Finding> = findings.iter().filter(|finding| finding.level >= least).collect();
        let shown = told.len().min(left);
        diagnostics::findings(name, text, told.iter().copied().take(shown));
        left -= shown;
        more += told.len() - shown;
    }
    if more > 0 {
        super::note(format_args!(
            "{more} more findings; --format json has all of them"
        ));
    }
    super::deliver(&summary(outcome))
}

/// One object with all findings.
pub(crate) fn json(outcome: &Outcome, least: Level) -> io::Result<()> {
    let findings: Vec<Value> = shown(outcome, least).iter().map(Shown::json).collect();
    let answer = json!({
        "documents": outcome.linted.len(),
        "errors": outcome.count(Level::Error),
        "warnings": outcome.count(Level::Warning),
        "notes": outcome.count(Level::Note),
        "ignored": ignored(outcome),
        "findings": findings,
    });
    super::deliver(&format!("{answer:#}"))
}

/// Workflow commands, which GitHub Actions shows at the changed lines, and the summary, which is none.
pub(crate) fn github(outcome: &Outcome, least: Level) -> io::Result<()> {
    let mut lines = findings::github(&shown(outcome, least));
    lines.push(summary(outcome));
    super::deliver(&lines.join("\n"))
}

/// A SARIF log, which code scanning takes.
pub(crate) fn sarif(outcome: &Outcome, least: Level) -> io::Result<()> {
    super::deliver(&findings::sarif(&shown(outcome, least)))
}

/// Says what was mended: how many findings, in how many files.
pub(crate) fn mended((mends, files): (usize, usize)) {
    if mends > 0 {
        super::note(format_args!(
            "mended {} in {}",
            count(mends, "finding"),
            count(files, "file")
        ));
    }
}

/// All rules, with what they find.
pub(crate) fn rules(format: FindingFormat) -> io::Result<()> {
    let rules = || {
        iam_lint::rule_ids().map(|rule| {
            let level = iam_lint::level(rule).unwrap_or(Level::Note);
            (level, rule, linting::about(rule))
        })
    };
    if format != FindingFormat::Human {
        let rules: Vec<Value> = rules()
            .map(|(level, rule, about)| json!({"rule": rule, "level": level.as_str(), "about": about}))
            .collect();
        return super::deliver(&format!("{:#}", json!({ "rules": rules })));
    }
    let mut rows: Vec<_> = rules().collect();
    rows.sort_by_key(|(level, rule, _)| (std::cmp::Reverse(*level), *rule));
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(level, rule, about)| {
            let style = match level {
                Level::Error => ERROR,
                Level::Warning => WARNING,
                Level::Note => NOTE,
            };
            vec![
                Cell::styled(style, level.as_str()),
                Cell::plain(rule),
                Cell::plain(about),
            ]
        })
        .collect();
    super::deliver(&table(&["level", "rule", "what it finds"], &rows))
}

/// One line: what was looked at, and what came of it.
fn summary(outcome: &Outcome) -> String {
    let mut parts: Vec<String> = [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Note, "note"),
    ]
    .into_iter()
    .map(|(level, what)| (outcome.count(level), what))
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| count(number, what))
    .collect();
    if parts.is_empty() {
        parts.push("nothing found".to_owned());
    }
    if ignored(outcome) > 0 {
        parts.push(format!("{} ignored", ignored(outcome)));
    }
    format!(
        "{}: {}",
        count(outcome.linted.len(), "document"),
        parts.join(", ")
    )
}

fn ignored(outcome: &Outcome) -> usize {
    outcome.linted.iter().map(|linted| linted.ignored).sum()
}

fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// The findings of each file: those of the lists first, for what they say bears on the others.
fn by_file(outcome: &Outcome) -> impl Iterator<Item = (&str, &str, &[Finding])> {
    let lists = outcome.files.lists.iter().zip(&outcome.of_lists);
    let documents = outcome.files.documents.iter().zip(&outcome.linted);
    let unread = outcome.files.unread.iter();
    let unread = unread.map(|file| (file.name.as_str(), "", file.findings.as_slice()));
    lists
        .map(|(list, findings)| (list.name.as_str(), list.text.as_str(), findings.as_slice()))
        .chain(
            documents
                .map(|(file, linted)| (file.name.as_str(), file.text.as_str(), linted.findings.as_slice())),
        )
        .chain(unread)
}

fn shown(outcome: &Outcome, least: Level) -> Vec<Shown<'_>> {
    by_file(outcome)
        .flat_map(|(file, text, findings)| findings.iter().map(move |finding| (file, text, finding)))
        .filter(|(_, _, finding)| finding.level >= least)
        .map(|(file, text, finding)| Shown {
            file,
            text,
            span: finding.span,
            severity: finding.level.as_str(),
            rule: finding.rule,
            about: linting::about(finding.rule),
            message: &finding.message,
            help: finding.help.as_deref(),
        })
        .collect()
}
