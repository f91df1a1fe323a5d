//! Results in the Test Anything Protocol, version 14: a test point for each case, what is wrong as YAML below it.

use super::{complaints, line_of};
use crate::test_results::Results;
use std::io;

pub(crate) fn show(results: &Results) -> io::Result<()> {
    super::super::deliver(&points(results).join("\n"))
}

fn points(results: &Results) -> Vec<String> {
    let all = results.cases() + results.broken();
    let mut lines = vec!["TAP version 14".to_owned(), format!("1..{all}")];
    let mut number = 0;
    for file in &results.files {
        match &file.outcome {
            Err(_) => {
                number += 1;
                lines.push(format!("not ok {number} - {}", description(&file.path)));
                lines.extend(diagnostic(&file.told(), None));
            }
            Ok(ran) => {
                // A comment, which readers show and do not count.
                let told = file.told().into_iter();
                lines.extend(told.map(|line| format!("# warning: {}", line.replace(['\n', '\r'], " "))));
                for (nth, (case, run)) in ran.cases().enumerate() {
                    number += 1;
                    let complaints = complaints(case, run, ran.live_case(nth));
                    let verdict = if complaints.is_empty() { "ok" } else { "not ok" };
                    let what = description(&format!("{}: {}", file.path, case.name));
                    lines.push(format!("{verdict} {number} - {what}"));
                    if !complaints.is_empty() {
                        let at = format!("{}:{}", file.path, line_of(case, &file.text));
                        lines.extend(diagnostic(&complaints, Some(&at)));
                    }
                }
            }
        }
    }
    lines
}

/// A description is one line, in which `#` would begin a directive.
fn description(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(['\n', '\r'], " ")
}

/// The YAML block below a test point. Strings in double quotes are JSON's.
fn diagnostic(complaints: &[String], at: Option<&str>) -> Vec<String> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut lines = vec!["  ---".to_owned()];
    lines.extend(at.map(|at| format!("  at: {}", quoted(at))));
    lines.push("  failures:".to_owned());
    lines.extend(
        complaints
            .iter()
            .map(|complaint| format!("    - {}", quoted(complaint))),
    );
    lines.push("  ...".to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_directive() {
        assert_eq!(description("a # SKIP\nb\\"), "a \\# SKIP b\\\\");
        assert_eq!(
            diagnostic(&["a: \"b\"".to_owned()], Some("x.yaml:3")),
            [
                "  ---",
                "  at: \"x.yaml:3\"",
                "  failures:",
                "    - \"a: \\\"b\\\"\"",
                "  ..."
            ]
        );
    }
}
