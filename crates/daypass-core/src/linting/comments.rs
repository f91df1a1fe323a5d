//! Comments in YAML that say what to ignore: `# daypass-lint: ignore RULE: REASON`.
//! One behind something is about its line; one alone on its line about the next line, and about the statement that begins
//! there.

use iam_lint::{Finding, Level};
use iam_policy::{Document, Span};

use super::{IGNORE_UNUSED, IGNORE_WRONG, own, statement_of, unknown_rule};

const MARK: &str = "# daypass-lint:";
const FORM: &str = "write `# daypass-lint: ignore RULE: REASON`, or several rules with commas";

/// The comments of a text.
#[derive(Debug, Default)]
pub(super) struct Comments {
    all: Vec<Comment>,
    wrong: Vec<Finding>,
    /// Where the lines of the text begin.
    lines: Vec<usize>,
}

/// A rule that a comment names.
#[derive(Debug)]
struct Comment {
    rule: String,
    span: Span,
    /// The line that it is about, from 0.
    line: usize,
    /// Whether it is about the statement that begins there as well.
    alone: bool,
    used: bool,
}

impl Comments {
    pub(super) fn read(text: &str) -> Self {
        let mut comments = Comments::default();
        // Most texts have none.
        if !text.contains(MARK) {
            return comments;
        }
        comments.lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let lines: Vec<&str> = text.split('\n').collect();
        for (number, (line, start)) in lines.iter().zip(comments.lines.clone()).enumerate() {
            let Some(at) = line.find(MARK) else {
                continue;
            };
            let before = line.get(..at).unwrap_or_default();
            if !(before.is_empty() || before.ends_with([' ', '\t'])) {
                continue;
            }
            let alone = before.trim().is_empty();
            let about = if alone {
                let below = lines.iter().skip(number + 1);
                number
                    + 1
                    + below
                        .take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
                        .count()
            } else {
                number
            };
            let body = line.get(at + MARK.len()..).unwrap_or_default();
            let span = Span::new(start + at, start + line.trim_end().len());
            comments.comment(body, span, about, alone);
        }
        comments
    }

    fn comment(&mut self, body: &str, span: Span, line: usize, alone: bool) {
        let Some(rest) = body.trim().strip_prefix("ignore ") else {
            let message = "the comment does not say what to ignore".to_owned();
            self.wrong
                .push(own(IGNORE_WRONG, Level::Error, span, message, FORM));
            return;
        };
        let (rules, reason) = rest.split_once(':').unwrap_or((rest, ""));
        if reason.trim().is_empty() {
            let message = "what is ignored has no reason".to_owned();
            self.wrong
                .push(own(IGNORE_WRONG, Level::Error, span, message, FORM));
            return;
        }
        for rule in rules.split(',').map(str::trim) {
            match unknown_rule(rule, span) {
                Some(wrong) => self.wrong.push(wrong),
                None => self.all.push(Comment {
                    rule: rule.to_owned(),
                    span,
                    line,
                    alone,
                    used: false,
                }),
            }
        }
    }

    /// Whether a comment says to ignore a finding; marks those that do.
    pub(super) fn ignore(&mut self, finding: &Finding, document: &Document, text: &str) -> bool {
        if self.all.is_empty() {
            return false;
        }
        let line = self.line_of(finding.span.start());
        // In a block list a statement begins behind its dash, on the same line.
        let statement = statement_of(document, finding).map(|statement| self.line_of(statement.span.start()));
        debug_assert!(finding.span.end() <= text.len() + 1, "a place in the text");
        let mut ignored = false;
        for comment in self.all.iter_mut().filter(|comment| comment.rule == finding.rule) {
            if comment.line == line || comment.alone && Some(comment.line) == statement {
                comment.used = true;
                ignored = true;
            }
        }
        ignored
    }

    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// What is wrong with the comments, and which of them ignore nothing.
    pub(super) fn into_findings(self) -> impl Iterator<Item = Finding> {
        let unused = self
            .all
            .into_iter()
            .filter(|comment| !comment.used)
            .map(|comment| {
                let message = format!("nothing is found by `{}` here", comment.rule);
                own(
                    IGNORE_UNUSED,
                    Level::Warning,
                    comment.span,
                    message,
                    "remove the comment",
                )
            });
        self.wrong.into_iter().chain(unused)
    }
}
