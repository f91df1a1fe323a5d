//! Results as JUnit XML, in the form that CI systems read: a suite for each file, a test case for each case.

use super::{complaints, line_of};
use crate::test_results::{FileResult, Results};
use daypass_core::policy_test::{Case, CaseRun};
use std::io;
use std::time::Duration;

pub(crate) fn show(results: &Results) -> io::Result<()> {
    super::super::deliver(&document(results))
}

fn document(results: &Results) -> String {
    let suites: Vec<String> = results.files.iter().map(suite).collect();
    let failures: usize = results.files.iter().map(failures).sum();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"daypass test\" tests=\"{}\" failures=\"{failures}\" \
         errors=\"{}\" time=\"{}\">\n{}\n</testsuites>",
        results.cases() + results.broken(),
        results.broken(),
        seconds(results.took),
        suites.join("\n")
    )
}

fn failures(file: &FileResult) -> usize {
    let Ok(ran) = &file.outcome else { return 0 };
    let cases = ran.cases().enumerate();
    cases
        .filter(|(nth, (case, run))| !complaints(case, run, ran.live_case(*nth)).is_empty())
        .count()
}

fn suite(file: &FileResult) -> String {
    let name = escaped(&file.path);
    let time = seconds(file.took);
    let Ok(ran) = &file.outcome else {
        let lines = file.told();
        let first = lines.first().map(String::as_str).unwrap_or_default();
        return format!(
            "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"{time}\">\n    <testcase \
             name=\"the file can be run\" classname=\"{name}\" file=\"{name}\">\n      <error message=\"{}\">{}</error>\n    \
             </testcase>\n  </testsuite>",
            escaped(first),
            escaped(&lines.join("\n"))
        );
    };
    let cases: Vec<String> = ran
        .cases()
        .enumerate()
        .map(|(nth, (case, run))| test_case(file, case, run, &complaints(case, run, ran.live_case(nth))))
        .collect();
    // Where readers show what a suite said beside its results.
    let warnings: Vec<String> = file
        .told()
        .iter()
        .map(|line| escaped(&format!("warning: {line}")))
        .collect();
    let warnings = match warnings.as_slice() {
        [] => String::new(),
        told => format!("    <system-err>{}</system-err>\n", told.join("\n")),
    };
    format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{time}\">\n{}\n{warnings}  </testsuite>",
        cases.len(),
        failures(file),
        cases.join("\n")
    )
}

fn test_case(file: &FileResult, case: &Case, run: &CaseRun, complaints: &[String]) -> String {
    let head = format!(
        "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" assertions=\"{}\"",
        escaped(&case.name),
        escaped(&file.path),
        escaped(&file.path),
        line_of(case, &file.text),
        run.asked
    );
    match complaints {
        [] => format!("{head}/>"),
        [first, ..] => format!(
            "{head}>\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>",
            escaped(first),
            case.expectation.as_str(),
            escaped(&complaints.join("\n"))
        ),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.6}", took.as_secs_f64())
}

/// Text for XML 1.0, which has no way to write most control characters at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_quoted_becomes_markup() {
        assert_eq!(
            escaped("<a b=\"c\">&\n\u{1}\u{7f}é"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#10;\u{fffd}\u{fffd}é"
        );
    }
}
