//! What was found in team files: for people at its place, for programs as JSON, for GitHub Actions, as SARIF.

mod github;
mod sarif;

use super::diagnostics;
use crate::team_files::TeamsFound;
use daypass_core::team::{Checked, Finding, Severity, Term};
use serde_json::{Value, json};
use std::io;

pub(crate) use github::{github, message, property};
pub(crate) use sarif::sarif;

/// Nobody reads more than this; programs get all of them.
const MOST: usize = 200;

/// Each finding on stderr, and a summary on stdout.
pub(crate) fn human(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    findings(found, &checked.findings);
    for file in &found.ignored {
        super::warn(ignored(file));
    }
    super::deliver(&summary(found, checked))
}

/// Each finding at its place, on stderr.
pub(crate) fn findings(found: &TeamsFound, findings: &[Finding]) {
    for finding in findings.iter().take(MOST) {
        diagnostics::team_finding(found.text(&finding.place.file), finding);
    }
    if let Some(more) = findings.len().checked_sub(MOST).filter(|more| *more > 0) {
        super::note(format_args!(
            "{more} more findings; validate --format json has all of them"
        ));
    }
}

fn ignored(file: &str) -> String {
    format!("{file} is not read: the files of a team are called TEAM.yaml")
}

/// One line: what was looked at, and what came of it.
fn summary(found: &TeamsFound, checked: &Checked) -> String {
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let warnings = checked.count(Severity::Warning) + found.ignored.len();
    let teams = match found.teams.as_slice() {
        [only] => format!("team {}", only.team),
        teams => count(teams.len(), "team"),
    };
    let warned = if warnings == 0 {
        String::new()
    } else {
        format!(", {}", count(warnings, "warning"))
    };
    let Some(desired) = &checked.desired else {
        return format!(
            "{teams}: {}{warned}",
            count(checked.count(Severity::Error), "error")
        );
    };
    let accounts: usize = desired.iter().map(|team| team.accounts.len()).sum();
    let grants = || {
        desired
            .iter()
            .flat_map(|team| &team.accounts)
            .flat_map(|account| &account.grants)
    };
    let permanent = grants().filter(|grant| grant.term == Term::Permanent).count();
    let temporary = grants().count() - permanent;
    format!(
        "{teams}: right{warned}. {}, {permanent} permanent and {temporary} temporary {}",
        count(accounts, "account"),
        if permanent + temporary == 1 {
            "grant"
        } else {
            "grants"
        }
    )
}

/// One object with all findings.
pub(crate) fn json(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    let findings: Vec<Value> = checked
        .findings
        .iter()
        .map(|finding| {
            let region = Region::of(found, finding);
            json!({
                "file": &*finding.place.file,
                "line": region.map(|region| region.line),
                "column": region.map(|region| region.column),
                "end_line": region.map(|region| region.end_line),
                "end_column": region.map(|region| region.end_column),
                "severity": finding.severity.as_str(),
                "rule": finding.rule.id(),
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    let teams: Vec<&str> = found.teams.iter().map(|team| team.team.as_str()).collect();
    let answer = json!({
        "teams": teams,
        "errors": checked.count(Severity::Error),
        "warnings": checked.count(Severity::Warning),
        "findings": findings,
        "ignored_files": found.ignored,
    });
    super::deliver(&format!("{answer:#}"))
}

/// A place as lines and columns, counted from 1 in characters; the end is behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    /// `None` where the file as a whole is meant.
    fn of(found: &TeamsFound, finding: &Finding) -> Option<Region> {
        let text = found.text(&finding.place.file);
        let span = finding.place.span;
        if text.is_empty() {
            return None;
        }
        let (line, column) = span.line_and_column(text);
        let end = iam_policy::Span::new(span.end(), span.end());
        let (end_line, end_column) = end.line_and_column(text);
        Some(Region {
            line,
            column,
            end_line,
            end_column,
        })
    }
}
