//! What was found in team files: for people at its place, for programs as JSON, for GitHub Actions, as SARIF.

use super::diagnostics;
use super::findings::{self, Shown};
use crate::team_files::TeamsFound;
use daypass_core::team::{Checked, Finding, Rule, Severity, Term};
use serde_json::{Value, json};
use std::io;

/// Nobody reads more than this; programs get all of them.
const MOST: usize = 200;

/// Each finding on stderr, and a summary on stdout.
pub(crate) fn human(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    quote(found, &checked.findings);
    for file in &found.ignored {
        super::warn(ignored(file));
    }
    super::deliver(&summary(found, checked))
}

/// Each finding at its place, on stderr.
pub(crate) fn quote(found: &TeamsFound, findings: &[Finding]) {
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
    let findings: Vec<Value> = shown(found, checked).iter().map(Shown::json).collect();
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

/// Workflow commands, which GitHub Actions shows at the changed lines, and the summary, which is none.
pub(crate) fn github(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    let mut lines = findings::github(&shown(found, checked));
    for file in &found.ignored {
        lines.push(format!(
            "::warning file={}::{}",
            findings::property(file),
            findings::message(&ignored(file))
        ));
    }
    lines.push(summary(found, checked));
    super::deliver(&lines.join("\n"))
}

/// A SARIF log, which code scanning takes.
pub(crate) fn sarif(found: &TeamsFound, checked: &Checked) -> io::Result<()> {
    super::deliver(&findings::sarif(&shown(found, checked)))
}

fn shown<'a>(found: &'a TeamsFound, checked: &'a Checked) -> Vec<Shown<'a>> {
    checked
        .findings
        .iter()
        .map(|finding| Shown {
            file: &finding.place.file,
            text: found.text(&finding.place.file),
            span: finding.place.span,
            severity: finding.severity.as_str(),
            rule: finding.rule.id(),
            about: match finding.rule {
                Rule::Lint(rule) => iam_lint::about(rule).unwrap_or_default(),
                own => own.about(),
            },
            message: &finding.message,
            help: finding.help.as_deref(),
        })
        .collect()
}
