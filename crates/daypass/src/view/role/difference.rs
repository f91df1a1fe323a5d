//! What differs between two documents, line by line of their usual form.

use crate::view::paint::{ERROR, GOOD, QUIET, paint};
use iam_policy::Document;

/// The lines that went and came, each with the lines around it; indented below their heading.
pub(super) fn document_changes(from: Option<&Document>, to: &Document) -> Vec<String> {
    let before = from.map(Document::to_json).unwrap_or_default();
    let after = to.to_json();
    let lines = differing(
        &before.lines().collect::<Vec<_>>(),
        &after.lines().collect::<Vec<_>>(),
    );
    let near_change = |at: usize| {
        let from = at.saturating_sub(1);
        lines
            .iter()
            .skip(from)
            .take(at + 2 - from)
            .any(|line| line.side != Side::Both)
    };
    lines
        .iter()
        .enumerate()
        .filter(|(at, _)| near_change(*at))
        .map(|(_, line)| match line.side {
            Side::Before => paint(ERROR, format_args!("    - {}", line.text)),
            Side::After => paint(GOOD, format_args!("    + {}", line.text)),
            Side::Both => paint(QUIET, format_args!("      {}", line.text)),
        })
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
    Both,
}

#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    side: Side,
    text: &'a str,
}

/// By the longest common subsequence; documents are small.
fn differing<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Line<'a>> {
    let width = after.len() + 1;
    // How long the common subsequence of the rests is, from each pair of places.
    let mut common = vec![0_usize; (before.len() + 1) * width];
    let at = |common: &[usize], i: usize, j: usize| common.get(i * width + j).copied().unwrap_or(0);
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            let longest = if old == new {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(place) = common.get_mut(i * width + j) {
                *place = longest;
            }
        }
    }
    let mut lines = Vec::new();
    let (mut i, mut j) = (0, 0);
    loop {
        let (side, text) = match (before.get(i), after.get(j)) {
            (Some(old), Some(new)) if old == new => (Side::Both, *old),
            (Some(old), Some(_)) if at(&common, i + 1, j) >= at(&common, i, j + 1) => (Side::Before, *old),
            (Some(old), None) => (Side::Before, *old),
            (_, Some(new)) => (Side::After, *new),
            (None, None) => return lines,
        };
        i += usize::from(side != Side::After);
        j += usize::from(side != Side::Before);
        lines.push(Line { side, text });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_went_and_came() {
        let told = |before: &[&str], after: &[&str]| {
            let lines = differing(before, after);
            let told = lines.iter().map(|line| match line.side {
                Side::Before => format!("-{}", line.text),
                Side::After => format!("+{}", line.text),
                Side::Both => format!("={}", line.text),
            });
            told.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told(&["a", "b", "c"], &["a", "x", "c"]), "=a -b +x =c");
        assert_eq!(told(&[], &["a"]), "+a");
        assert_eq!(told(&["a"], &[]), "-a");
        assert_eq!(told(&["a", "b"], &["b", "c"]), "-a =b +c");
    }
}
