//! A difference for a pull request: a summary, then each side as a block that is coloured like a diff.

use super::{Change, KnownActions, counted, described, mark, sides, statements, title};
use iam_policy::Side;

/// For a pull request's description or comment.
pub(crate) fn markdown(change: &Change<'_>) -> String {
    let mut parts = vec![format!(
        "### {} → {}",
        code(change.old_name),
        code(change.new_name)
    )];
    if change.difference.is_nothing() {
        parts.push("Both mean the same: nothing is allowed or denied that was not before.".to_owned());
    }
    for (side, patterns) in sides(change.difference) {
        if patterns.is_empty() {
            continue;
        }
        parts.push(format!("**{}**", title(side)));
        let mut lines = Vec::new();
        for pattern in patterns {
            lines.extend(block(&described(pattern), sign(side)));
            lines.push(format!("#     {}", counted(&KnownActions::of(pattern))));
        }
        parts.push(fenced(&lines));
    }
    if !change.difference.undecided.is_empty() {
        parts.push("**Cannot be decided**".to_owned());
        let mut lines = Vec::new();
        for undecided in &change.difference.undecided {
            lines.extend(block(&described(&undecided.pattern), '!'));
            let side = title(undecided.side).to_lowercase();
            lines.push(format!("#     {side}? {}", undecided.doubt));
        }
        parts.push(fenced(&lines));
    }
    if let Some(told) = statements(change) {
        parts.push(told);
    }
    parts.join("\n\n")
}

/// What a block of the language `diff` colours: `~` is not among it.
fn sign(side: Side) -> char {
    match side {
        Side::NoLongerDenied => '!',
        side => mark(side).0,
    }
}

fn block(lines: &[String], sign: char) -> Vec<String> {
    lines.iter().map(|line| format!("{sign} {line}")).collect()
}

/// A fence that is longer than any in the text.
fn fenced(lines: &[String]) -> String {
    let text = lines.join("\n");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{text}\n{fence}")
}

fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}
