//! A plan for a comment on a pull request: a table to look over, the rest folded, never larger than a comment may be.

use super::change::{details, headline, problem, quota};
use super::statements::{Line, difference};
use super::{count, numbers};
use crate::commands::Planned;
use daypass_core::plan::{AccountPlan, Change};
use jiff::Timestamp;
use std::fmt::Write as _;

/// GitHub takes 65,536 characters in a comment; what stands around it needs some.
const LONGEST: usize = 60_000;
/// In the tables of the first look.
const ROWS: usize = 40;

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
    for (asked, plan) in planned {
        let environments: Vec<&str> = asked
            .environments
            .iter()
            .map(daypass_core::team::Environment::as_str)
            .collect();
        let title = format!("{} ({})", environments.join(", "), asked.account);
        let section = match plan {
            Ok(plan) if plan.changes.is_empty() && plan.problems.is_empty() => continue,
            Ok(plan) => section(&title, plan, now),
            Err(failure) => format!(
                "#### {}\n\n:x: {}\n\n",
                cell(&title),
                cell(&failure.error.to_string())
            ),
        };
        if text.len() + section.len() > LONGEST {
            text.push_str("More does not fit into a comment; `daypass plan` shows it all.\n");
            break;
        }
        text.push_str(&section);
    }
    text.truncate(text.trim_end().len());
    text
}

fn section(title: &str, plan: &AccountPlan, now: Timestamp) -> String {
    let mut text = format!("#### {}\n\n", cell(title));
    for one in &plan.problems {
        let (message, help) = problem(one);
        let _ = writeln!(text, ":x: {}  \n`{}`\n", cell(&message), help.replace('`', "'"));
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
        let why = details(change, now).into_iter().next().unwrap_or_default();
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
    let _ = write!(
        text,
        "\n<details><summary>Documents, deliveries and quotas</summary>\n\n```diff\n"
    );
    for change in &plan.changes {
        text.push_str(&folded(change, now));
    }
    text.push_str("```\n\n");
    for used in &plan.quotas {
        let _ = writeln!(text, "- {}", cell(&quota(used)));
    }
    text.push_str("\n</details>\n\n");
    text
}

/// A change with all that is known of it, for the folded part.
fn folded(change: &Change, now: Timestamp) -> String {
    let who = change.principal.as_ref().map(|who| format!(" ({who})"));
    let mut text = format!("@@ {}{} @@\n", headline(change), who.unwrap_or_default());
    for detail in details(change, now) {
        let _ = writeln!(text, "  {detail}");
    }
    for line in difference(change.before.as_deref(), change.after.as_deref()) {
        let signed = match &line {
            Line::Gone(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
        };
        // A fence within would end the block.
        let _ = writeln!(text, "{}", signed.replace("```", "'''"));
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
