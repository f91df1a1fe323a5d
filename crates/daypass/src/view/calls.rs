//! The AWS calls of a child: a table, and why each denied one was denied.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, HELP, QUIET, STRONG, WARNING, paint};
use crate::monitoring::{Call, Calls, DenialReason, Outcome};
use crate::policy_file::PolicyText;
use crate::verdict::Verdict;
use iam_policy::{Decision, Document, Explanation, Span};

/// Shows the table; nothing when the child made no call that was told of.
pub(crate) fn show(calls: &Calls) {
    let rows: Vec<Vec<Cell>> = calls.iter().map(row).collect();
    if rows.is_empty() {
        return;
    }
    super::say("");
    super::say(paint(STRONG, "AWS calls made"));
    super::say(table(&["times", "service", "operation", "outcome"], &rows));
    if calls.left_out() > 0 {
        super::note(format_args!(
            "{} more calls of other kinds are not shown",
            calls.left_out()
        ));
    }
}

/// Shows why a call was denied and what would allow it.
pub(crate) fn show_verdict(verdict: &Verdict, policy: &PolicyText) {
    let on = verdict
        .resource
        .as_ref()
        .map(|resource| format!(" on {resource}"))
        .unwrap_or_default();
    super::say("");
    super::say(format_args!(
        "{} {}{on}",
        paint(ERROR, "denied"),
        paint(STRONG, &verdict.action)
    ));
    if verdict.explanation.decision == Decision::Allow {
        super::say(format_args!(
            "  {} allows it. {}",
            policy.name,
            elsewhere(verdict.reason.as_ref())
        ));
        return;
    }
    for line in verdict.explanation.to_string().lines() {
        super::say(format_args!("  {line}"));
    }
    if let (Decision::ImplicitDeny, Some(DenialReason::DeniedBy(_))) =
        (verdict.explanation.decision, &verdict.reason)
    {
        super::say(format_args!("  {}", elsewhere(verdict.reason.as_ref())));
    }
    if let Some((span, title)) = place(&verdict.explanation) {
        super::diagnostics::place(&policy.name, &policy.text, span, title);
    }
    if let Some(statement) = &verdict.allowing {
        super::say(format_args!(
            "{} this statement would allow it:",
            paint(HELP, "help:")
        ));
        // A document of one statement, shown without what is around the statement.
        for line in statement_lines(&Document::new(vec![statement.clone()]).to_json()) {
            super::say(format_args!("    {line}"));
        }
        if verdict.resource.is_none() {
            super::say(paint(
                QUIET,
                "    (AWS did not name the resource; narrow the \"*\" where the action allows it)",
            ));
        }
    }
}

/// Where to look in the user's document: the statement that denies, else the element that kept an Allow from matching.
fn place(explanation: &Explanation) -> Option<(Span, &'static str)> {
    let denying = explanation
        .deciding
        .first()
        .map(|statement| (statement.span, "this statement denies it"));
    let near = explanation
        .near_misses
        .first()
        .map(|miss| (miss.span, "this came nearest to allowing it"));
    denying.or(near)
}

fn elsewhere(reason: Option<&DenialReason>) -> String {
    match reason {
        Some(DenialReason::DeniedBy(kind)) => format!("AWS names an explicit deny ({kind})."),
        Some(DenialReason::NotAllowedBy(kind)) => format!("AWS says that no {kind} allows it."),
        None => "The deny comes from elsewhere: a boundary, the resource's own policy, or the organization."
            .to_owned(),
    }
}

fn row(call: &Call) -> Vec<Cell> {
    let outcome = match &call.outcome {
        Outcome::Allowed => Cell::styled(GOOD, "allowed"),
        Outcome::Denied(_) => Cell::styled(ERROR, "denied"),
        Outcome::Failed(code) => Cell::styled(WARNING, format!("error {code}")),
        Outcome::NoAnswer(reason) => Cell::styled(WARNING, format!("no answer ({reason})")),
    };
    vec![
        Cell::number(call.times),
        Cell::plain(&call.service),
        Cell::plain(&call.operation),
        outcome,
    ]
}

/// The lines of the statement inside a pretty-printed document, without their common indentation.
fn statement_lines(document: &str) -> Vec<String> {
    let inside: Vec<&str> = document
        .lines()
        .skip_while(|line| line.trim() != "{" || !line.starts_with(' '))
        .collect();
    let Some(indent) = inside.first().map(|line| line.len() - line.trim_start().len()) else {
        return Vec::new();
    };
    let end = inside
        .iter()
        .position(|line| line.trim_end() == format!("{}}}", " ".repeat(indent)));
    let statement = inside.iter().take(end.map_or(inside.len(), |end| end + 1));
    statement
        .map(|line| line.get(indent..).unwrap_or(line).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use iam_policy::Statement;

    #[test]
    fn a_suggestion_is_a_whole_statement() {
        let statement = Statement::allow()
            .with_actions(["s3:ListBucket"])
            .with_resources(["arn:aws:s3:::reports"]);
        let lines = statement_lines(&Document::new(vec![statement]).to_json());
        let parsed: serde_json::Value = serde_json::from_str(&lines.join("\n")).unwrap();
        assert_eq!(parsed["Effect"], "Allow");
        assert!(
            lines.first().is_some_and(|line| line == "{") && lines.last().is_some_and(|line| line == "}")
        );
    }
}
