//! Policy documents as files hold them: read, held against the rules of `iam-lint`, without what is ignored for a reason,
//! and mended where a mend keeps the meaning.
//!
//! ```
//! use daypass_core::linting::{self, Task};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3", "Resource": "*"}}"#;
//! let now = "2026-11-30T12:00:00Z".parse().unwrap();
//! let linted = linting::lint(&Task::of("policy.json", text), now);
//! assert_eq!(linted.findings[0].rule, "action-malformed");
//! ```

mod comments;
mod fix;
mod ignore;
mod kind;
mod likeness;
#[cfg(test)]
mod mend_laws;
#[cfg(test)]
mod tests;

use iam_lint::{DocumentUse, Finding, Level};
use iam_policy::{Diagnostic, Document, Span};
use jiff::Timestamp;

use crate::policy_text::{self, TextFormat};

pub use fix::Mended;
pub use ignore::{IGNORE_FILE, IgnoreList};
pub use kind::guess;
pub use likeness::{Candidate, is_like_a_document};

/// What a rule of this module's own finds, by id: the others are `iam-lint`'s.
pub const OWN_RULES: [(&str, &str); 3] = [
    ("not-a-document", "A text is no policy document."),
    ("ignore-wrong", "What is to be ignored is not said rightly."),
    ("ignore-unused", "What is to be ignored is not found."),
];

const NOT_A_DOCUMENT: &str = "not-a-document";
const IGNORE_WRONG: &str = "ignore-wrong";
const IGNORE_UNUSED: &str = "ignore-unused";

/// What a rule finds, in one sentence.
pub fn about(rule: &str) -> &'static str {
    let own = OWN_RULES.iter().find(|(id, _)| *id == rule);
    own.map(|(_, about)| *about)
        .or_else(|| iam_lint::about(rule))
        .unwrap_or_default()
}

/// A text to be linted.
#[derive(Debug, Clone, Copy)]
pub struct Task<'t> {
    /// What it is called; its ending tells JSON from YAML.
    pub name: &'t str,
    /// What it holds.
    pub text: &'t str,
    /// What it is for; guessed from what it says where nobody tells.
    pub purpose: Option<DocumentUse>,
    /// What is to be ignored, and what the file is called there.
    pub ignore: Option<(&'t IgnoreList, &'t str)>,
}

impl<'t> Task<'t> {
    /// A text of a file, with nothing to be ignored.
    pub fn of(name: &'t str, text: &'t str) -> Self {
        Task {
            name,
            text,
            purpose: None,
            ignore: None,
        }
    }

    fn format(&self) -> TextFormat {
        TextFormat::of_name(Some(self.name), self.text)
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Linted {
    /// What the document is for; `None` when the text is none.
    pub purpose: Option<DocumentUse>,
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// How many more there were, and are ignored.
    pub ignored: usize,
    /// The entries of the list of what is to be ignored that were of use, by their places.
    pub used: Vec<usize>,
}

impl Linted {
    /// How many findings are of this level.
    pub fn count(&self, level: Level) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    }
}

/// Holds a text against the rules.
pub fn lint(task: &Task<'_>, now: Timestamp) -> Linted {
    let document = match policy_text::parse(task.text, task.format()) {
        Ok(document) => document,
        Err(diagnostics) => {
            return Linted {
                purpose: None,
                findings: diagnostics.into_iter().map(not_a_document).collect(),
                ignored: 0,
                used: Vec::new(),
            };
        }
    };
    let purpose = task.purpose.unwrap_or_else(|| guess(&document));
    let found = iam_lint::lint(&document, purpose, now);
    let before = found.len();
    let mut comments = match task.format() {
        TextFormat::Yaml => comments::Comments::read(task.text),
        TextFormat::Json => comments::Comments::default(),
    };
    let mut used = Vec::new();
    let mut findings: Vec<Finding> = found
        .into_iter()
        .filter(|finding| {
            let by_comment = comments.ignore(finding, &document, task.text);
            let by_list = task
                .ignore
                .and_then(|(list, name)| list.entry_for(finding, &document, name));
            used.extend(by_list);
            !by_comment && by_list.is_none()
        })
        .collect();
    let ignored = before - findings.len();
    findings.extend(comments.into_findings());
    findings.sort_by_key(|finding| (finding.span, finding.rule));
    used.sort_unstable();
    used.dedup();
    Linted {
        purpose: Some(purpose),
        findings,
        ignored,
        used,
    }
}

/// The text after all mends that keep the meaning, of what is not ignored; `None` when there is nothing to mend.
pub fn mend(task: &Task<'_>, now: Timestamp) -> Option<Mended> {
    fix::mend(task, now)
}

fn not_a_document(diagnostic: Diagnostic) -> Finding {
    Finding {
        rule: NOT_A_DOCUMENT,
        level: Level::Error,
        span: diagnostic.span,
        message: diagnostic.message,
        help: diagnostic.help,
        fix: None,
    }
}

/// A file that may be a document, and cannot be read.
pub fn unreadable(why: &str) -> Finding {
    let message = format!("the file cannot be read: {why}");
    let help = "let yourself read it, or name the files that are meant";
    own(NOT_A_DOCUMENT, Level::Warning, Span::default(), message, help)
}

/// A directory that may have documents, and cannot be looked through: an error where somebody named it, a warning where it
/// was come upon.
pub fn unreadable_directory(is_named: bool, why: &str) -> Finding {
    let level = if is_named { Level::Error } else { Level::Warning };
    let message = format!("the directory cannot be read, so nothing in it is looked at: {why}");
    let help = "let yourself read it, or name the files and directories that are meant";
    own(NOT_A_DOCUMENT, level, Span::default(), message, help)
}

/// A list of what is to be ignored that is there, and cannot be read.
pub fn unreadable_list(why: &str) -> Finding {
    let message = format!("the list of what is to be ignored cannot be read: {why}");
    let help = "let yourself read it, or remove it";
    own(IGNORE_WRONG, Level::Error, Span::default(), message, help)
}

/// A finding of this module's own.
fn own(rule: &'static str, level: Level, span: Span, message: String, help: &str) -> Finding {
    Finding {
        rule,
        level,
        span,
        message,
        help: Some(help.to_owned()),
        fix: None,
    }
}

/// Says that a rule is none, if it is none.
fn unknown_rule(rule: &str, span: Span) -> Option<Finding> {
    if iam_lint::about(rule).is_some() {
        return None;
    }
    let help = match iam_policy::syntax::nearest(rule, iam_lint::rule_ids()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`daypass lint --rules` lists them".to_owned(),
    };
    let message = format!("there is no rule `{rule}`");
    Some(own(IGNORE_WRONG, Level::Error, span, message, &help))
}

/// The statement that a finding is in.
fn statement_of<'d>(document: &'d Document, finding: &Finding) -> Option<&'d iam_policy::Statement> {
    document.statements.iter().find(|statement| {
        statement.span.start() <= finding.span.start() && finding.span.end() <= statement.span.end()
    })
}
