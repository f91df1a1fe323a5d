//! Results as one JSON object, in the shape that docs/test.md promises.

use super::super::simulate::json::value_of;
use super::{contradiction, line_of};
use crate::simulation::Texts;
use crate::test_results::{Coverage, FileResult, LiveCase, Ran, Results};
use daypass_core::policy_test::{Case, CaseRun, Failed, Problem};
use serde_json::{Value, json};
use std::io;

pub(crate) fn show(results: &Results, coverage: bool) -> io::Result<()> {
    let mut answer = json!({
        "cases": results.cases(),
        "passed": results.passed(),
        "failed": results.failed(),
        "questions": results.asked(),
        "broken_files": results.broken(),
        "warnings": results.warnings(),
        "files": results.files.iter().map(of_file).collect::<Vec<_>>(),
    });
    if coverage && let Some(object) = answer.as_object_mut() {
        let documents: Vec<Value> = results.coverage().iter().map(of_document).collect();
        object.insert("coverage".to_owned(), Value::from(documents));
    }
    super::super::deliver(&format!("{answer:#}"))
}

fn of_file(file: &FileResult) -> Value {
    let findings: Vec<Value> = file
        .findings()
        .iter()
        .map(|finding| {
            let (line, column) = finding.place.span.line_and_column(file.text_of(finding));
            json!({
                "file": &*finding.place.file,
                "line": line,
                "column": column,
                "severity": finding.severity.as_str(),
                "rule": finding.rule.id(),
                "message": finding.message,
                "help": finding.help,
            })
        })
        .collect();
    let cases: Vec<Value> = match &file.outcome {
        Ok(ran) => {
            let written = ran.written();
            let of = |(nth, (case, run)): (usize, (&Case, &CaseRun))| {
                of_case(file, ran, case, run, ran.live_case(nth), Texts::Each(&written))
            };
            ran.cases().enumerate().map(of).collect()
        }
        Err(_) => Vec::new(),
    };
    json!({ "file": file.path, "findings": findings, "cases": cases })
}

fn of_case(
    file: &FileResult,
    ran: &Ran,
    case: &Case,
    run: &CaseRun,
    live: Option<&LiveCase>,
    texts: Texts<'_>,
) -> Value {
    let failures: Vec<Value> = run
        .failures
        .iter()
        .map(|failed| of_failure(ran, case, failed, texts))
        .collect();
    let mut object = json!({
        "name": case.name,
        "line": line_of(case, &file.text),
        "expected": case.expectation.as_str(),
        "passed": run.failed == 0,
        "questions": run.asked,
        "failed_questions": run.failed,
        "failures": failures,
    });
    if let (Some(live), Some(fields)) = (live, object.as_object_mut()) {
        fields.insert("live".to_owned(), of_live(case, live));
    }
    object
}

fn of_failure(ran: &Ran, case: &Case, failed: &Failed, texts: Texts<'_>) -> Value {
    let answered = ran.answered(failed);
    json!({
        "message": failed.told(case.expectation),
        "problem": match failed.problem {
            Problem::Decision => "decision",
            Problem::Reason(_) => "reason",
        },
        "written_resource": failed.resource,
        "answer": value_of(&answered, texts),
    })
}

fn of_live(case: &Case, live: &LiveCase) -> Value {
    let tried: Vec<Value> = live
        .tried
        .iter()
        .map(|call| {
            json!({
                "action": call.action,
                "resource": call.resource,
                "said": call.said,
                "as_expected": call.as_expected,
                "message": (!call.as_expected).then(|| contradiction(case, call)),
            })
        })
        .collect();
    json!({ "tried": tried, "not_tried": live.not_tried })
}

fn of_document(coverage: &Coverage) -> Value {
    let unexercised: Vec<Value> = coverage
        .unexercised()
        .map(|statement| {
            json!({
                "statement_index": statement.index,
                "sid": statement.sid,
                "effect": statement.effect.as_str(),
                "overruled": statement.is_overruled,
                "line": statement.line,
                "column": statement.column,
            })
        })
        .collect();
    json!({
        "policy": coverage.document.name,
        "file": &*coverage.document.file,
        "statements": coverage.statements(),
        "unexercised": unexercised,
    })
}
