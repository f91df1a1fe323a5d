//! Mends that keep the meaning, made in the text: what is not mended stays as it was written, comments too.

use std::ops::Range;

use iam_lint::{Finding, Fix};
use iam_policy::Span;
use jiff::Timestamp;

use super::{Task, lint};
use crate::policy_text;

/// Each pass mends what does not touch another mend; nothing needs more.
const MOST_PASSES: usize = 1_000;

/// A text after its mends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The text.
    pub text: String,
    /// How many findings are gone.
    pub mends: usize,
}

pub(super) fn mend(task: &Task<'_>, now: Timestamp) -> Option<Mended> {
    let mut mended = Mended {
        text: task.text.to_owned(),
        mends: 0,
    };
    // What a document is for must not change under way.
    let purpose = lint(task, now).purpose?;
    for _ in 0..MOST_PASSES {
        let current = Task {
            text: &mended.text,
            purpose: Some(purpose),
            ..*task
        };
        let findings = lint(&current, now).findings;
        let Some((text, mends)) = pass(&mended.text, &findings) else {
            break;
        };
        // A mend that breaks the text is none.
        if policy_text::parse(&text, current.format()).is_err() {
            break;
        }
        mended = Mended {
            text,
            mends: mended.mends + mends,
        };
    }
    (mended.mends > 0).then_some(mended)
}

/// The text with as many mends as do not touch each other; `None` when there are none.
fn pass(text: &str, findings: &[Finding]) -> Option<(String, usize)> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        let Some((range, with)) = edit(text, fix) else {
            continue;
        };
        // Two mends of one list may each rely on what the other takes away: one list at a time is enough.
        let touches = |other: &Range<usize>| range.start <= other.end && other.start <= range.end;
        if !edits.iter().any(|(other, _)| touches(other)) && (edits.is_empty() || !is_removal(fix)) {
            edits.push((range, with));
        }
        if is_removal(fix) {
            break;
        }
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mends = edits.len();
    let mut mended = text.to_owned();
    for (range, with) in edits {
        mended.replace_range(range, &with);
    }
    Some((mended, mends))
}

const fn is_removal(fix: &Fix) -> bool {
    matches!(fix, Fix::Remove { .. })
}

/// What is put in place of which part of the text.
fn edit(text: &str, fix: &Fix) -> Option<(Range<usize>, String)> {
    match fix {
        Fix::Replace { span, value } => {
            let quote = if span.of(text)?.starts_with('\'') {
                '\''
            } else {
                '"'
            };
            Some((span.start()..span.end(), format!("{quote}{value}{quote}")))
        }
        Fix::Remove { span } => removal(text, *span).map(|range| (range, String::new())),
        Fix::AddVersion { span } => Some(version(text, *span)),
    }
}

/// The item of a list with what parts it from the others.
fn removal(text: &str, item: Span) -> Option<Range<usize>> {
    let before = text.get(..item.start())?;
    let behind = text.get(item.end()..)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let lead = before.get(line..)?.trim();
    if lead == "-" {
        // A line of a block list, to its end: a comment behind it goes with it.
        let end = behind.find('\n').map_or(text.len(), |at| item.end() + at + 1);
        return Some(line..end);
    }
    let next = behind.trim_start();
    if let Some(rest) = next.strip_prefix(',') {
        // Up to where the next item begins.
        let end = text.len() - rest.trim_start().len();
        return Some(item.start()..end);
    }
    // The last one, with the comma before it.
    let kept = before.trim_end().strip_suffix(',')?;
    Some(kept.len()..item.end())
}

/// `Version` as the first member.
fn version(text: &str, document: Span) -> (Range<usize>, String) {
    let at = document.start();
    let rest = text.get(at..).unwrap_or_default();
    let Some(inside) = rest.strip_prefix('{') else {
        let line = text.get(..at).unwrap_or_default();
        let column = at - line.rfind('\n').map_or(0, |end| end + 1);
        let indent = " ".repeat(column);
        return (at..at, format!("Version: \"2012-10-17\"\n{indent}"));
    };
    let space = inside
        .get(..inside.len() - inside.trim_start().len())
        .unwrap_or_default();
    let (at, member) = (at + 1 + space.len(), "\"Version\": \"2012-10-17\",");
    let behind = if space.is_empty() { " " } else { space };
    (at..at, format!("{member}{behind}"))
}
