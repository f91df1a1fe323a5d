//! What came of test files: for people, for programs, for JUnit's and TAP's readers, for GitHub Actions.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod tap;

use crate::test_results::{LiveCall, LiveCase};
use daypass_core::policy_test::{Case, CaseRun};

/// What is wrong with a case, a line for each question that was not answered as expected.
fn complaints(case: &Case, run: &CaseRun, live: Option<&LiveCase>) -> Vec<String> {
    let mut lines: Vec<String> = run
        .failures
        .iter()
        .map(|failed| failed.told(case.expectation))
        .collect();
    let more = run.failed - run.failures.len();
    if more > 0 {
        lines.push(format!("... and {more} more questions"));
    }
    lines.extend(
        live.into_iter()
            .flat_map(LiveCase::contradictions)
            .map(|call| contradiction(case, call)),
    );
    lines
}

/// What AWS did otherwise than a case expects.
fn contradiction(case: &Case, call: &LiveCall) -> String {
    let LiveCall {
        action,
        resource,
        said,
        ..
    } = call;
    let expected = case.expectation.as_str();
    format!("{action} on {resource}: the case says {expected}, AWS said {said}")
}

/// Where a case stands in its file.
fn line_of(case: &Case, text: &str) -> usize {
    case.span.line_and_column(text).0
}
