//! Failures as workflow commands, which GitHub Actions shows as annotations of the changed lines.
//! GitHub Docs, "Workflow commands for GitHub Actions": setting an error message, a warning message.

use super::super::findings::{message, property};
use super::{complaints, line_of};
use crate::test_results::Results;
use std::io;

pub(crate) fn show(results: &Results) -> io::Result<()> {
    let mut lines = Vec::new();
    for file in &results.files {
        for finding in file.findings() {
            let (line, column) = finding.place.span.line_and_column(file.text_of(finding));
            let told = match &finding.help {
                Some(help) => format!("{}\nhelp: {help}", finding.message),
                None => finding.message.clone(),
            };
            lines.push(format!(
                "::{} file={},line={line},col={column},title={}::{}",
                finding.severity,
                property(&finding.place.file),
                property(finding.rule.id()),
                message(&told)
            ));
        }
    }
    for (file, ran) in results.ran() {
        for (nth, (case, run)) in ran.cases().enumerate() {
            let complaints = complaints(case, run, ran.live_case(nth));
            if !complaints.is_empty() {
                lines.push(format!(
                    "::error file={},line={},title={}::{}",
                    property(&file.path),
                    line_of(case, &file.text),
                    property(&case.name),
                    message(&complaints.join("\n"))
                ));
            }
        }
    }
    lines.push(format!(
        "{} cases: {} passed, {} failed; {} files could not be run",
        results.cases(),
        results.passed(),
        results.failed(),
        results.broken()
    ));
    super::super::deliver(&lines.join("\n"))
}
