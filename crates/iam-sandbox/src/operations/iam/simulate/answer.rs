//! The answer of a simulation ("EvaluationResult", IAM API Reference).

use iam_policy::{Decision, Effect, Explanation, PolicyKind, StatementRef};

use super::input::Given;
use super::{Outcome, Question};
use crate::operations::iam::paging::Page;
use crate::wire::answer::Answer;
use crate::wire::xml::Xml;

pub(super) fn of(question: &Question, page: &Page<Outcome>) -> Answer {
    Answer::fields(|xml| {
        xml.list("EvaluationResults", "member", &page.items, |xml, outcome| {
            write(xml, question, outcome);
        });
        page.write_end(xml);
    })
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allowed",
        Decision::ExplicitDeny => "explicitDeny",
        Decision::ImplicitDeny => "implicitDeny",
    }
}

/// What a kind of policy says, over all its levels; nothing where none of the kind is in force.
fn allows(explanation: &Explanation, kind: PolicyKind) -> Option<bool> {
    let mut verdicts = explanation
        .verdicts
        .iter()
        .filter(|verdict| verdict.kind == kind)
        .peekable();
    verdicts.peek()?;
    Some(verdicts.all(|verdict| verdict.effect == Some(Effect::Allow)))
}

fn write(xml: &mut Xml, question: &Question, outcome: &Outcome) {
    let explanation = &outcome.explanation;
    let is_specific = outcome.resource != "*";
    xml.text("EvalActionName", &outcome.action)
        .text("EvalResourceName", &outcome.resource)
        .text("EvalDecision", decision(explanation.decision));
    write_statements(xml, question, explanation);
    // "If you include a list of resources, then any missing context values are instead included under the
    // ResourceSpecificResults section" ("EvaluationResult", IAM API Reference).
    write_missing(xml, if is_specific { &[] } else { &outcome.missing });
    if let Some(allowed) = allows(explanation, PolicyKind::Scp) {
        xml.element("OrganizationsDecisionDetail", |xml| {
            xml.text("AllowedByOrganizations", allowed);
        });
    }
    write_boundary(xml, explanation);
    if is_specific {
        xml.list("ResourceSpecificResults", "member", [outcome], |xml, outcome| {
            xml.text("EvalResourceName", &outcome.resource)
                .text("EvalResourceDecision", decision(explanation.decision));
            write_statements(xml, question, explanation);
            write_missing(xml, &outcome.missing);
            write_boundary(xml, explanation);
        });
    }
}

fn write_missing(xml: &mut Xml, missing: &[String]) {
    xml.element("MissingContextValues", |xml| {
        for key in missing {
            xml.text("member", key);
        }
    });
}

fn write_boundary(xml: &mut Xml, explanation: &Explanation) {
    if let Some(allowed) = allows(explanation, PolicyKind::Boundary) {
        xml.element("PermissionsBoundaryDecisionDetail", |xml| {
            xml.text("AllowedByPermissionsBoundary", allowed);
        });
    }
}

fn write_statements(xml: &mut Xml, question: &Question, explanation: &Explanation) {
    let matched = explanation.deciding.iter().filter_map(|statement| {
        let number: usize = statement.policy.parse().ok()?;
        Some((statement, question.given.get(number)?))
    });
    xml.list(
        "MatchedStatements",
        "member",
        matched,
        |xml, (statement, given)| {
            write_statement(xml, statement, given);
        },
    );
}

/// Where a statement stands. AWS counts from one, and its positions are those right behind the statement's braces
/// (the example of "simulate-principal-policy", AWS CLI Command Reference).
fn write_statement(xml: &mut Xml, statement: &StatementRef, given: &Given) {
    xml.text("SourcePolicyId", &given.id)
        .text("SourcePolicyType", given.source);
    for (name, offset) in [
        ("StartPosition", statement.span.start() + 1),
        ("EndPosition", statement.span.end()),
    ] {
        let (line, column) = position(&given.text, offset);
        xml.element(name, |xml| {
            xml.text("Line", line).text("Column", column);
        });
    }
}

/// Line and column of a byte's place in a text, counted from one.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one() {
        let text = "{\n  \"Statement\":{\n  }";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, text.find(":{").unwrap() + 2), (2, 16));
        assert_eq!(position(text, text.len()), (3, 4));
        assert_eq!(position("é{", 3), (1, 3));
    }
}
