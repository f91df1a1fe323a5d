//! A plan for people, account by account and principal by principal.

use super::change::{details, headline, problem, quota, sign};
use super::statements::{Line, difference, meaning};
use super::{count, numbers};
use crate::commands::Planned;
use crate::view::paint::{ERROR, GOOD, HELP, QUIET, STRONG, TITLE, WARNING, paint};
use crate::view::terminal::{width, wrapped};
use anstyle::Style;
use daypass_core::plan::{AccountPlan, Change, ChangeKind};
use daypass_core::team::Grantee;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The whole plan, and its summary in the last line.
pub(crate) fn human(planned: &Planned, now: Timestamp) -> String {
    let mut text = String::new();
    for (asked, plan) in planned {
        let environments: Vec<&str> = asked
            .environments
            .iter()
            .map(daypass_core::team::Environment::as_str)
            .collect();
        let title = format!("{} ({})", environments.join(", "), asked.account);
        match plan {
            Ok(plan) if plan.changes.is_empty() && plan.problems.is_empty() => {}
            Ok(plan) => {
                line(&mut text, 0, TITLE, &title);
                account(&mut text, plan, now);
                text.push('\n');
            }
            Err(failure) => {
                line(&mut text, 0, TITLE, &title);
                line(&mut text, 2, ERROR, &format!("error: {}", failure.error));
                if let Some(help) = failure.error.help() {
                    line(&mut text, 2, HELP, &format!("help: {help}"));
                }
                text.push('\n');
            }
        }
    }
    let warnings: Vec<String> = super::without_files(planned)
        .into_iter()
        .chain(super::needs_a_word(planned))
        .collect();
    for warning in &warnings {
        line(&mut text, 0, WARNING, &format!("warning: {warning}"));
    }
    if !warnings.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(planned));
    text
}

fn account(text: &mut String, plan: &AccountPlan, now: Timestamp) {
    let mut groups: BTreeMap<Option<&Grantee>, Vec<&Change>> = BTreeMap::new();
    for change in &plan.changes {
        groups.entry(change.principal.as_ref()).or_default().push(change);
    }
    for (principal, changes) in groups {
        let title = principal.map_or_else(|| "policies".to_owned(), ToString::to_string);
        line(text, 2, STRONG, &title);
        for change in changes {
            line(
                text,
                4,
                style(change.kind),
                &format!("{} {}", sign(change.kind), headline(change)),
            );
            for detail in details(change, now) {
                line(text, 8, QUIET, &detail);
            }
            if change.kind == ChangeKind::Update {
                update(text, change);
            }
        }
    }
    for used in &plan.quotas {
        line(text, 2, QUIET, &format!("quota  {}", quota(used)));
    }
    for one in &plan.problems {
        let (message, help) = problem(one);
        line(text, 2, ERROR, &format!("error: {message}"));
        line(text, 2, HELP, &format!("help: {help}"));
    }
}

/// The statements that go and come, and what that means: which requests are allowed now, and which no longer.
fn update(text: &mut String, change: &Change) {
    for part in difference(change.before.as_deref(), change.after.as_deref()) {
        let style = if matches!(part, Line::New(_)) { GOOD } else { ERROR };
        line(text, 8, style, &part.signed());
    }
    for paragraph in meaning(change) {
        for part in paragraph.lines() {
            text.push_str("        ");
            text.push_str(part);
            text.push('\n');
        }
    }
}

fn style(kind: ChangeKind) -> Style {
    match kind {
        ChangeKind::Create | ChangeKind::Attach => GOOD,
        ChangeKind::Update => WARNING,
        ChangeKind::Detach | ChangeKind::Remove => ERROR,
    }
}

/// A line that fits the terminal; colour on each of its parts.
fn line(text: &mut String, indent: usize, style: Style, words: &str) {
    let indented = format!("{}{words}", " ".repeat(indent));
    for part in wrapped(&indented, width()).lines() {
        let bare = part.trim_start();
        let blanks = part.len() - bare.len();
        text.push_str(&" ".repeat(blanks));
        text.push_str(&paint(style, bare));
        text.push('\n');
    }
}

fn summary(planned: &Planned) -> String {
    let plans = || planned.iter().filter_map(|(_, plan)| plan.as_ref().ok());
    let kinds = plans().flat_map(|plan| &plan.changes).map(|change| change.kind);
    let failed = planned.len() - plans().count();
    let problems: usize = plans().map(|plan| plan.problems.len()).sum();
    let mut parts = Vec::new();
    let changes = kinds.clone().count();
    if changes > 0 {
        let touched = plans().filter(|plan| !plan.changes.is_empty()).count();
        parts.push(format!(
            "{} in {} of {}",
            numbers(&kinds),
            touched,
            count(planned.len(), "account")
        ));
    } else {
        parts.push(format!(
            "nothing to do in {}",
            count(planned.len() - failed, "account")
        ));
    }
    if problems > 0 {
        parts.push(format!("{problems} cannot be done"));
    }
    if failed > 0 {
        parts.push(format!("{} could not be read", count(failed, "account")));
    }
    let told = parts.join("; ");
    let mut letters = told.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
