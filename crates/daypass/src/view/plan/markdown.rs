//! A plan for a comment on a pull request: a table to look over, the rest folded, never larger than a comment may be.

use super::change::{details, drift_told, headline, problem, quota};
use super::statements::{Line, difference, meaning};
use super::{count, numbers};
use crate::commands::Planned;
use daypass_core::plan::{AccountPlan, Change};
use jiff::Timestamp;
use std::fmt::Write as _;

/// GitHub takes 65,536 characters in a comment; what stands around it needs some.
const LONGEST: usize = 60_000;
/// In the tables of the first look.
const ROWS: usize = 40;
const PROBLEMS: usize = 20;
const MORE: &str = "More does not fit into a comment; `daypass plan` shows it all.\n";

/// The plan in GitHub's Markdown.
pub(crate) fn markdown(planned: &Planned, now: Timestamp) -> String {
    let mut text = String::from("### daypass plan\n\n");
    let plans = || planned.iter().filter_map(|(_, plan)| plan.as_ref().ok());
    let kinds = plans().flat_map(|plan| &plan.changes).map(|change| change.kind);
    if kinds.clone().count() == 0 {
        let _ = writeln!(text, "Nothing to do in {}.\n", count(plans().count(), "account"));
    } else {
        let _ = writeln!(
            text,
            "**{}** in {}\n",
            numbers(&kinds),
            count(plans().count(), "account")
        );
    }
    if let Some(warning) = super::needs_a_word(planned) {
        let _ = writeln!(text, ":warning: {warning}\n");
    }
    for team in super::without_files(planned).iter().take(PROBLEMS) {
        let _ = writeln!(text, ":warning: {}\n", cell(team));
    }
    for (nth, (asked, plan)) in planned.iter().enumerate() {
        let environments: Vec<&str> = asked
            .environments
            .iter()
            .map(daypass_core::team::Environment::as_str)
            .collect();
        let title = format!("{} ({})", environments.join(", "), asked.account);
        let section = match plan {
            Ok(plan) if plan.changes.is_empty() && plan.problems.is_empty() => continue,
            Ok(plan) => {
                // Each of those that are still to come is to have its part.
                let room = LONGEST.saturating_sub(text.len()) / (planned.len() - nth);
                section(&title, plan, now, room)
            }
            Err(failure) => format!(
                "#### {}\n\n:x: {}\n\n",
                cell(&title),
                cell(&failure.error.to_string())
            ),
        };
        if text.len() + section.len() > LONGEST {
            text.push_str(MORE);
            break;
        }
        text.push_str(&section);
    }
    text.truncate(text.trim_end().len());
    text
}

/// An account: what is to be looked over, and folded below it as much of the rest as there is room for.
fn section(title: &str, plan: &AccountPlan, now: Timestamp, room: usize) -> String {
    let mut text = format!("#### {}\n\n", cell(title));
    for one in plan.problems.iter().take(PROBLEMS) {
        let (message, help) = problem(one);
        let _ = writeln!(text, ":x: {}  \n`{}`\n", cell(&message), help.replace('`', "'"));
    }
    if let Some(more) = plan.problems.len().checked_sub(PROBLEMS).filter(|more| *more > 0) {
        let _ = writeln!(text, ":x: and {more} more that cannot be done\n");
    }
    if plan.changes.is_empty() {
        return text;
    }
    text.push_str("| who | what | until | why |\n| --- | --- | --- | --- |\n");
    for change in plan.changes.iter().take(ROWS) {
        let who = change
            .principal
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let until = change.ends_at.map(|end| end.to_string()).unwrap_or_default();
        let mut why = details(change, now).into_iter().next().unwrap_or_default();
        if let Some(drift) = &change.drift {
            let _ = write!(why, "; {}", drift_told(drift));
        }
        let _ = writeln!(
            text,
            "| {} | {} | {until} | {} |",
            cell(&who),
            cell(&headline(change)),
            cell(&why)
        );
    }
    if let Some(more) = plan.changes.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(text, "\nand {more} more");
    }
    text.push_str("\n<details><summary>Documents, deliveries and quotas</summary>\n\n");
    let mut end = String::new();
    for used in plan.quotas.iter().take(ROWS) {
        let _ = writeln!(end, "- {}", cell(&quota(used)));
    }
    end.push_str("\n</details>\n\n");
    let in_rows = |nth: usize, change: &Change| nth < ROWS && is_told_by_its_row(change, now);
    let changes = plan.changes.iter().enumerate();
    let rest = changes.filter(|(nth, change)| !in_rows(*nth, change));
    let told: Vec<String> = rest.map(|(_, change)| folded(change, now)).collect();
    if !told.is_empty() {
        text.push_str("```diff\n");
        end.insert_str(0, "```\n\n");
    }
    for one in told {
        if text.len() + one.len() + MORE.len() + end.len() > room {
            text.push_str(MORE);
            break;
        }
        text.push_str(&one);
    }
    text.push_str(&end);
    text
}

/// Whether there is nothing more to tell of a change than its row of the table does.
fn is_told_by_its_row(change: &Change, now: Timestamp) -> bool {
    details(change, now).len() <= 1 && change.before.is_none() && change.after.is_none()
}

/// A change with all that is known of it, for the folded part.
fn folded(change: &Change, now: Timestamp) -> String {
    let who = change.principal.as_ref().map(|who| format!(" ({who})"));
    let mut text = format!("@@ {}{} @@\n", headline(change), who.unwrap_or_default());
    // What people wrote must not end the block that it stands in.
    let fenced = |told: &str| told.replace("```", "'''");
    for detail in details(change, now) {
        let _ = writeln!(text, "  {}", fenced(&detail.replace(['\n', '\r'], " ")));
    }
    for line in difference(change.before.as_deref(), change.after.as_deref()) {
        let signed = match &line {
            Line::Gone(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
        };
        let _ = writeln!(text, "{}", fenced(&signed));
    }
    for part in meaning(change) {
        let plain = anstream::adapter::strip_str(&part).to_string();
        for line in plain.lines() {
            let _ = writeln!(text, "  {}", fenced(line));
        }
    }
    text
}

/// Text that stays within its cell and is no markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' | '@' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
