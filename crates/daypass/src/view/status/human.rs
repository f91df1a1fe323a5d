//! Who has what, for people: by account and principal, and a summary in the last line.

use super::{Held, Status, drift_told};
use crate::view::paint::{ERROR, GOOD, HELP, QUIET, STRONG, TITLE, WARNING, paint};
use crate::view::plan::{left, place, said};
use crate::view::terminal::{width, wrapped};
use anstyle::Style;
use daypass_core::plan::{Form, Holding, State};
use daypass_core::team::{Grantee, TeamName};
use jiff::Timestamp;
use std::fmt::Write as _;

/// Everything that there is.
pub(crate) fn human(status: &Status) -> String {
    let mut text = String::new();
    let others = status.without_files();
    let several_teams = status.teams.len() > 1 || !others.is_empty();
    for account in &status.accounts {
        line(&mut text, 0, TITLE, &account.title());
        match &account.found {
            Ok(held) => show(&mut text, held, status.at, several_teams),
            Err(failure) => {
                line(&mut text, 2, ERROR, &format!("error: {}", failure.error));
                if let Some(help) = failure.error.help() {
                    line(&mut text, 2, HELP, &format!("help: {help}"));
                }
            }
        }
        text.push('\n');
    }
    let summary = status.summary();
    let mut letters = summary.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let _ = write!(text, "{first}{}.", letters.as_str());
    text
}

/// What to do about what should not stay as it is.
pub(crate) fn hints(status: &Status) {
    let teams: Vec<&str> = status.teams.iter().map(TeamName::as_str).collect();
    let teams = teams.join(" ");
    if status.count(State::Ended) > 0 {
        crate::view::note(format_args!(
            "IAM has ended what has expired; `daypass cleanup {teams}` tidies it away"
        ));
    }
    let others = status.without_files();
    if !others.is_empty() {
        let others: Vec<&str> = others.into_iter().map(TeamName::as_str).collect();
        crate::view::note(format_args!(
            "there are no files here of {}: what they gave stays as it is; `daypass revoke` ends it",
            others.join(", ")
        ));
    }
    let not_asked = status
        .holdings()
        .filter(|holding| holding.state == State::NotAsked && status.teams.contains(&holding.team));
    if not_asked.count() + status.count(State::Missing) + status.drift() > 0 {
        crate::view::note(format_args!(
            "`daypass apply {teams}` makes the accounts as the files say"
        ));
    }
}

fn show(text: &mut String, held: &Held, at: Timestamp, several_teams: bool) {
    if held.holdings.is_empty() {
        line(text, 2, QUIET, "nobody has anything of daypass's");
    }
    let mut last: Option<&Grantee> = None;
    for holding in &held.holdings {
        if last != Some(&holding.principal) {
            line(text, 2, STRONG, &holding.principal.to_string());
            last = Some(&holding.principal);
        }
        let team = if several_teams {
            format!(" of {}", holding.team)
        } else {
            String::new()
        };
        let told = format!("{}{team}  {}", holding.grant, term(holding, at));
        line(text, 4, style(holding.state), &told);
        if holding.form == Some(Form::Role) {
            let roles = holding.delivered_by.join(", ");
            line(text, 6, QUIET, &format!("by assuming {roles}"));
        }
        for source in &holding.sources {
            line(text, 6, QUIET, &format!("{}{}", place(source), said(source)));
        }
    }
    for change in &held.drift {
        line(text, 2, WARNING, &format!("drift: {}", drift_told(change)));
    }
    for problem in &held.problems {
        line(text, 2, ERROR, &format!("error: {}", problem.message));
        line(text, 2, HELP, &format!("help: {}", problem.help));
    }
}

/// Until when, for how much longer, and what is not as it should be.
fn term(holding: &Holding, at: Timestamp) -> String {
    let until = match holding.ends_at {
        None => "permanent".to_owned(),
        Some(end) if end <= at => format!("expired {end}, {} ago", left(at.duration_since(end))),
        Some(end) => format!("until {end}, {} left", left(end.duration_since(at))),
    };
    let begins = holding.starts_at.filter(|start| at < *start);
    let begins = begins.map(|start| format!("from {start}, in {}, ", left(start.duration_since(at))));
    let but = match holding.state {
        State::Active | State::NotBegun => "",
        State::Ended => "; not cleaned up",
        State::NotAsked => "; in no file any more",
        State::Missing => "; not applied yet",
    };
    format!("{}{until}{but}", begins.unwrap_or_default())
}

fn style(state: State) -> Style {
    match state {
        State::Active => GOOD,
        State::NotBegun => QUIET,
        State::Ended | State::NotAsked | State::Missing => WARNING,
    }
}

/// A line that fits the terminal; colour on each of its parts.
fn line(text: &mut String, indent: usize, style: Style, words: &str) {
    let indented = format!("{}{words}", " ".repeat(indent));
    for part in wrapped(&indented, width()).lines() {
        let bare = part.trim_start();
        text.push_str(&" ".repeat(part.len() - bare.len()));
        text.push_str(&paint(style, bare));
        text.push('\n');
    }
}
