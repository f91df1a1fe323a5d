//! What a check found: as a table, as JSON, as JUnit.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, QUIET, WARNING, paint};
use super::terminal::{width, wrapped};
use daypass_core::check::{Checked, Expected, Predicted, Tried, Verdict};
use iam_policy::AccountId;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;

/// What was checked, and what was found.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    /// The ARN of the user, role or session.
    pub(crate) subject: &'a str,
    /// Its account.
    pub(crate) account: &'a AccountId,
    /// In the order of the file.
    pub(crate) checked: &'a [Checked],
    /// Policies that could not be read.
    pub(crate) unread: &'a [String],
}

/// For people.
pub(crate) fn human(report: &Report<'_>) -> io::Result<()> {
    let rows: Vec<Vec<Cell>> = report.checked.iter().map(row).collect();
    let mut text = format!("{} in account {}\n", report.subject, report.account);
    text.push_str(&table(&["", "action", "expected", "tried", "predicted"], &rows));
    let remarks: Vec<String> = report
        .checked
        .iter()
        .filter_map(remark)
        .map(|remark| wrapped(&remark, width()))
        .collect();
    if !remarks.is_empty() {
        let _ = write!(text, "\n\n{}", remarks.join("\n"));
    }
    let _ = write!(text, "\n\n{}", summary(report.checked));
    super::deliver(&text)?;
    for unread in report.unread {
        super::note(format_args!("predictions are not whole: {unread}"));
    }
    Ok(())
}

fn row(checked: &Checked) -> Vec<Cell> {
    let verdict = match checked.verdict() {
        Verdict::Holds => Cell::styled(GOOD, "ok"),
        Verdict::Differs => Cell::styled(ERROR, "DIFFERS"),
        Verdict::Open => Cell::styled(WARNING, "open"),
    };
    let tried = match &checked.tried {
        Tried::Allowed => Cell::plain("allowed"),
        Tried::Denied(_) => Cell::plain("denied"),
        Tried::Unclear(code) => Cell::styled(WARNING, format!("unclear: {}", brief(code))),
        Tried::Not(_) => Cell::styled(QUIET, "not tried"),
    };
    let predicted = match &checked.predicted {
        Predicted::Allowed(_) => Cell::plain("allowed"),
        Predicted::Denied(_) => Cell::plain("denied"),
        Predicted::Unknown(_) => Cell::styled(WARNING, "not known"),
    };
    vec![
        verdict,
        Cell::plain(checked.expectation.subject()),
        Cell::plain(checked.expectation.expected.as_str()),
        tried,
        predicted,
    ]
}

/// Error codes are short; what a connection says may not be.
fn brief(code: &str) -> &str {
    match code.char_indices().nth(30) {
        Some((end, _)) => code.get(..end).unwrap_or(code),
        None => code,
    }
}

/// What the table does not say: why it differs, why it was not tried, that something else decides.
fn remark(checked: &Checked) -> Option<String> {
    let subject = checked.expectation.subject();
    let mut lines = Vec::new();
    match &checked.tried {
        Tried::Not(why) => lines.push(format!("not tried: {why}")),
        Tried::Denied(message) if checked.verdict() == Verdict::Differs => {
            lines.push(format!("AWS: {message}"));
        }
        Tried::Unclear(why) => lines.push(format!("the call told nothing: {why}")),
        _ => {}
    }
    if checked.verdict() != Verdict::Holds || checked.surprises() {
        lines.push(format!("predicted: {}", checked.predicted.why()));
    }
    if checked.surprises() {
        lines.push(
            "so something beside these policies decides: a resource's or an organization's policy, a session policy, or a \
             change that is not in force yet"
                .to_owned(),
        );
    }
    if lines.is_empty() {
        return None;
    }
    Some(format!("{subject}\n  {}", lines.join("\n  ")))
}

fn summary(checked: &[Checked]) -> String {
    let count = |verdict| {
        checked
            .iter()
            .filter(|checked| checked.verdict() == verdict)
            .count()
    };
    let untried = checked
        .iter()
        .filter(|checked| matches!(checked.tried, Tried::Not(_) | Tried::Unclear(_)))
        .count();
    let mut parts = vec![format!("{} as expected", count(Verdict::Holds))];
    let differ = if count(Verdict::Differs) == 1 {
        "differs"
    } else {
        "differ"
    };
    for (verdict, word) in [(Verdict::Differs, differ), (Verdict::Open, "open")] {
        if count(verdict) > 0 {
            parts.push(format!("{} {word}", count(verdict)));
        }
    }
    if untried > 0 {
        parts.push(format!("{untried} only predicted"));
    }
    let style = if count(Verdict::Differs) > 0 { ERROR } else { GOOD };
    paint(style, parts.join(", "))
}

/// For programs.
pub(crate) fn json(report: &Report<'_>) -> io::Result<()> {
    let checks: Vec<Value> = report.checked.iter().map(one_json).collect();
    let count = |verdict| {
        report
            .checked
            .iter()
            .filter(|checked| checked.verdict() == verdict)
            .count()
    };
    let value = json!({
        "principal": report.subject,
        "account": report.account.to_string(),
        "checks": checks,
        "holds": count(Verdict::Holds),
        "differs": count(Verdict::Differs),
        "open": count(Verdict::Open),
        "unread": report.unread,
    });
    super::deliver(&format!("{value:#}"))
}

fn one_json(checked: &Checked) -> Value {
    let (tried, tried_why) = match &checked.tried {
        Tried::Allowed => ("allowed", None),
        Tried::Denied(message) => ("denied", Some(message.clone())),
        Tried::Unclear(why) => ("unclear", Some(why.clone())),
        Tried::Not(why) => ("not_tried", Some(why.to_string())),
    };
    let predicted = match &checked.predicted {
        Predicted::Allowed(_) => "allowed",
        Predicted::Denied(_) => "denied",
        Predicted::Unknown(_) => "unknown",
    };
    json!({
        "action": checked.expectation.action,
        "resource": checked.expectation.resource,
        "expected": checked.expectation.expected.as_str(),
        "verdict": verdict_word(checked),
        "tried": {"result": tried, "why": tried_why},
        "predicted": {"result": predicted, "why": checked.predicted.why()},
    })
}

fn verdict_word(checked: &Checked) -> &'static str {
    match checked.verdict() {
        Verdict::Holds => "holds",
        Verdict::Differs => "differs",
        Verdict::Open => "open",
    }
}

/// For CI: a test case for each expectation.
pub(crate) fn junit(report: &Report<'_>) -> io::Result<()> {
    let count = |verdict| {
        report
            .checked
            .iter()
            .filter(|checked| checked.verdict() == verdict)
            .count()
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" \
         errors=\"{}\">\n",
        escaped(&format!("daypass check {}", report.subject)),
        report.checked.len(),
        count(Verdict::Differs),
        count(Verdict::Open)
    );
    for checked in report.checked {
        let name = format!(
            "{} {}",
            checked.expectation.subject(),
            checked.expectation.expected
        );
        let _ = write!(
            text,
            "    <testcase classname=\"{}\" name=\"{}\"",
            escaped(report.subject),
            escaped(&name)
        );
        let is = match checked.expectation.expected {
            Expected::Allowed => "it is denied",
            Expected::Denied => "it is allowed",
        };
        let remark = remark(checked).unwrap_or_default();
        match checked.verdict() {
            Verdict::Differs => {
                let _ = write!(
                    text,
                    ">\n      <failure message=\"{is}\">{}</failure>\n    </testcase>\n",
                    escaped(&remark)
                );
            }
            Verdict::Open => {
                let _ = write!(
                    text,
                    ">\n      <error message=\"not known\">{}</error>\n    </testcase>\n",
                    escaped(&remark)
                );
            }
            Verdict::Holds if remark.is_empty() => text.push_str("/>\n"),
            Verdict::Holds => {
                let _ = write!(
                    text,
                    ">\n      <system-out>{}</system-out>\n    </testcase>\n",
                    escaped(&remark)
                );
            }
        }
    }
    text.push_str("  </testsuite>\n</testsuites>");
    super::deliver(&text)
}

/// Text in XML; characters that XML 1.0 has not are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_escaped() {
        assert_eq!(escaped("a<b> & \"c\"\u{1}\n"), "a&lt;b&gt; &amp; &quot;c&quot;\n");
    }
}
