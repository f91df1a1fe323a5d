//! Results as a person reads them: failures in full, and a summary.

use super::super::diagnostics::{self, Below, quoted};
use super::super::paint::{ERROR, GOOD, QUIET, STRONG, WARNING, paint};
use super::super::simulate::quotations;
use super::super::terminal;
use super::contradiction;
use crate::simulation::Texts;
use crate::test_results::{FileResult, LiveCase, Ran, Results};
use daypass_core::policy_test::{Case, CaseRun};
use std::io;

/// Failures that are shown in full; nobody reads more of them at once.
const SHOWN: usize = 20;
/// Findings that are shown for a file.
const FINDINGS: usize = 50;
/// Why questions were not tried: so many of the reasons are told.
const REASONS: usize = 8;

/// What is wrong with files on stderr, failures and the summary on stdout.
pub(crate) fn show(results: &Results, coverage: bool, verbose: bool) -> io::Result<()> {
    for file in &results.files {
        let findings = file.findings();
        for finding in findings.iter().take(FINDINGS) {
            diagnostics::team_finding(file.text_of(finding), finding);
        }
        let more = findings.len().saturating_sub(FINDINGS);
        if more > 0 {
            super::super::note(format_args!("{more} more findings in {}", file.path));
        }
    }
    let mut parts: Vec<String> = Vec::new();
    let mut left = SHOWN;
    for (file, ran) in results.ran() {
        parts.extend(of_file(file, ran, verbose, &mut left));
    }
    let hidden = results.failed().saturating_sub(SHOWN);
    if hidden > 0 {
        parts.push(format!(
            "... and {hidden} more failures; --format json has all of them"
        ));
    }
    if coverage {
        parts.push(covered(results));
    }
    parts.extend(not_tried(results));
    parts.push(summary(results));
    super::super::deliver(&parts.join("\n\n"))
}

fn of_file(file: &FileResult, ran: &Ran, verbose: bool, left: &mut usize) -> Vec<String> {
    let files = ran.written();
    let mut parts = Vec::new();
    let mut passed = Vec::new();
    for (nth, (case, run)) in ran.cases().enumerate() {
        let live = ran.live_case(nth);
        let is_right = run.failed == 0 && live.is_none_or(|live| live.contradictions().count() == 0);
        if is_right {
            passed.push(format!("  {} {}", paint(GOOD, "ok"), case.name));
        } else if *left > 0 {
            *left -= 1;
            parts.push(failure(file, case, run, live, Texts::Each(&files)));
        }
    }
    if verbose && !passed.is_empty() {
        passed.insert(0, paint(STRONG, &file.path));
        parts.insert(0, passed.join("\n"));
    }
    parts
}

/// A failed case: where it stands, and for its first question the statements that decided or came near.
fn failure(
    file: &FileResult,
    case: &Case,
    run: &CaseRun,
    live: Option<&LiveCase>,
    texts: Texts<'_>,
) -> String {
    let mut parts = vec![format!(
        "{} {}",
        paint(ERROR, "failed:"),
        paint(STRONG, &case.name)
    )];
    if let Some(first) = run.failures.first() {
        let told = terminal::wrapped(
            &first.told(case.expectation),
            terminal::width().map(|width| width.saturating_sub(5)),
        );
        let title = format!("expected: {}", case.expectation.as_str());
        parts.push(quoted(
            &file.path,
            &file.text,
            case.span,
            &title,
            Below::Note(&told),
        ));
        parts.extend(quotations(&first.explanation, texts));
        if !first.explanation.missing_keys.is_empty() {
            let keys = first.explanation.missing_keys.join(", ");
            let words = format!("not in the request's context, and could change the answer: {keys}");
            parts.push(terminal::wrapped(&words, terminal::width()));
        }
        let more = run.failed - 1;
        if more > 0 {
            parts.push(format!(
                "{more} more of the case's {} questions failed",
                run.asked
            ));
        }
    }
    let contradictions: Vec<String> = live
        .into_iter()
        .flat_map(LiveCase::contradictions)
        .map(|call| format!("  {}", contradiction(case, call)))
        .collect();
    if !contradictions.is_empty() {
        parts.push(format!("on AWS\n{}", contradictions.join("\n")));
    }
    parts.join("\n")
}

/// How much of each document was exercised, and which statements were not.
fn covered(results: &Results) -> String {
    let coverage = results.coverage();
    let mut lines = vec![paint(STRONG, "statements that decided in some case")];
    for document in &coverage {
        let all = document.statements();
        let count = all - document.unexercised.len();
        let style = if count == all { GOOD } else { WARNING };
        lines.push(format!(
            "  {} of {all}  {}",
            paint(style, count),
            document.document.name
        ));
        for statement in document.unexercised() {
            let sid = statement.sid.map(|sid| format!(" `{sid}`")).unwrap_or_default();
            let place = format!(
                "{}:{}:{}",
                document.document.file, statement.line, statement.column
            );
            let why = if statement.is_overruled {
                " (other policies or a Deny prevail over it)"
            } else {
                ""
            };
            lines.push(format!(
                "    no case exercises the {} of statement {}{sid}{why}  {}",
                statement.effect,
                statement.index + 1,
                paint(QUIET, place)
            ));
        }
    }
    if results.ran().next().is_none() {
        lines.push("  none: no file could be run, so nothing was tested".to_owned());
    } else if coverage.is_empty() {
        lines.push("  none but AWS's own policies are tested".to_owned());
    }
    lines.join("\n")
}

/// Why questions were not tried on AWS.
fn not_tried(results: &Results) -> Option<String> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for case in results.ran().filter_map(|(_, ran)| ran.live.as_ref()).flatten() {
        for (why, count) in &case.not_tried {
            match reasons.iter_mut().find(|(known, _)| known == why) {
                Some((_, total)) => *total += count,
                None => reasons.push((why.clone(), *count)),
            }
        }
    }
    if reasons.is_empty() {
        return None;
    }
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut lines = vec![paint(STRONG, "not tried on AWS")];
    let told = reasons.iter().take(REASONS);
    lines.extend(told.map(|(why, count)| terminal::wrapped(&format!("  {count}  {why}"), terminal::width())));
    if reasons.len() > REASONS {
        lines.push(format!("  ... for {} more reasons", reasons.len() - REASONS));
    }
    Some(lines.join("\n"))
}

fn summary(results: &Results) -> String {
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    if results.passed() > 0 {
        parts.push(format!("{} {}", results.passed(), paint(GOOD, "passed")));
    }
    if results.failed() > 0 {
        parts.push(format!("{} {}", results.failed(), paint(ERROR, "failed")));
    }
    if results.broken() > 0 {
        let files = count(results.broken(), "file");
        parts.push(format!("{files} {}", paint(ERROR, "could not be run")));
    }
    if results.warnings() > 0 {
        let warnings = count(results.warnings(), "warning");
        parts.push(paint(WARNING, warnings));
    }
    let mut line = format!(
        "{} in {}: {}",
        count(results.cases(), "case"),
        count(results.files.len(), "file"),
        parts.join(", ")
    );
    if results.ran().any(|(_, ran)| ran.live.is_some()) {
        let tried = count(results.tried(), "call");
        let otherwise = match results.contradicted() {
            0 => paint(GOOD, "all as expected"),
            wrong => format!("{wrong} {}", paint(ERROR, "otherwise than expected")),
        };
        let otherwise = if results.tried() == 0 {
            String::new()
        } else {
            format!(", {otherwise}")
        };
        let not_tried = count(results.not_tried(), "question");
        line = format!("{line}\non AWS: {tried}{otherwise}; {not_tried} not tried");
    }
    line
}
