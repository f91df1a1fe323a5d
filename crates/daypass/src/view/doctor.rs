//! What the doctor found, as people and programs read it.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, HELP, WARNING, paint};
use super::terminal::{width, wrapped};
use serde_json::{Value, json};
use std::io;

/// One check and its outcome.
#[derive(Debug)]
pub(crate) struct Finding {
    /// What was looked at.
    pub(crate) check: &'static str,
    /// How it is.
    pub(crate) status: Status,
    /// What was found.
    pub(crate) found: String,
    /// What mends it.
    pub(crate) mend: Option<String>,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// As it should be.
    Good,
    /// It works, and perhaps not as meant.
    Doubtful,
    /// It does not work.
    Wrong,
}

impl Finding {
    /// As it should be.
    pub(crate) fn good(check: &'static str, found: String) -> Self {
        Finding {
            check,
            status: Status::Good,
            found,
            mend: None,
        }
    }

    /// It works, and perhaps not as meant.
    pub(crate) fn doubtful(check: &'static str, found: String, mend: String) -> Self {
        Finding {
            check,
            status: Status::Doubtful,
            found,
            mend: Some(mend),
        }
    }

    /// It does not work.
    pub(crate) fn wrong(check: &'static str, found: String, mend: String) -> Self {
        Finding {
            check,
            status: Status::Wrong,
            found,
            mend: (!mend.is_empty()).then_some(mend),
        }
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Good => "ok",
            Status::Doubtful => "look",
            Status::Wrong => "WRONG",
        }
    }
}

/// For people.
pub(crate) fn human(findings: &[Finding]) -> io::Result<()> {
    let rows: Vec<Vec<Cell>> = findings
        .iter()
        .map(|finding| {
            let style = match finding.status {
                Status::Good => GOOD,
                Status::Doubtful => WARNING,
                Status::Wrong => ERROR,
            };
            vec![
                Cell::styled(style, finding.status.word()),
                Cell::plain(finding.check),
                Cell::plain(&finding.found),
            ]
        })
        .collect();
    let mut text = table(&["", "check", "found"], &rows);
    let mends = findings
        .iter()
        .filter_map(|finding| Some((finding.check, finding.mend.as_ref()?)));
    let mends: Vec<String> = mends
        .map(|(check, mend)| {
            let line = wrapped(&format!("{check}: {mend}"), width());
            format!("{} {line}", paint(HELP, "help:"))
        })
        .collect();
    if !mends.is_empty() {
        text.push_str("\n\n");
        text.push_str(&mends.join("\n"));
    }
    super::deliver(&text)
}

/// For programs.
pub(crate) fn json(findings: &[Finding]) -> io::Result<()> {
    let checks: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "check": finding.check,
                "status": match finding.status {
                    Status::Good => "ok",
                    Status::Doubtful => "warning",
                    Status::Wrong => "failed",
                },
                "found": finding.found,
                "mend": finding.mend,
            })
        })
        .collect();
    let healthy = !findings.iter().any(|finding| finding.status == Status::Wrong);
    super::deliver(&format!("{:#}", json!({ "healthy": healthy, "checks": checks })))
}
