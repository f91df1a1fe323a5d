//! What a statement wanted and what the request had, element by element.
//! Only what is worth a reader's time: an Allow of another service did not come near.

use super::{FailedCondition, Flaw, HeldCondition, NearMiss, Seen};
use crate::document::{Condition, PrincipalClause, Statement, Who};
use crate::span::Span;
use crate::statement::{Element, Mismatch, Question};

pub(super) fn near_miss(seen: &Seen<'_>, question: Question<'_>) -> Option<NearMiss> {
    let written = seen.written()?;
    let request = question.request;
    let mismatch = seen.result.err()?;
    let mut miss = NearMiss {
        statement: seen.reference(),
        element: Element::Action,
        name: String::new(),
        key: None,
        found: None,
        wanted: Vec::new(),
        flaw: None,
        also: Vec::new(),
        span: Span::default(),
    };
    match mismatch {
        Mismatch::Action => {
            if !is_of_service(written, &request.action)
                || seen.statement.examine_beyond_action(question).is_err()
            {
                return None;
            }
            let clause = &written.action;
            miss.name = named("Action", clause.negated);
            miss.found = Some(vec![request.action.clone()]);
            miss.wanted.extend(clause.actions.texts().map(str::to_owned));
            miss.span = clause.actions.span;
        }
        Mismatch::Resource => {
            miss.element = Element::Resource;
            let clause = written.resource.as_ref();
            miss.name = named("Resource", clause.is_some_and(|clause| clause.negated));
            miss.found = Some(vec![request.resource.clone()]);
            match clause {
                Some(clause) => {
                    miss.wanted.extend(clause.resources.texts().map(str::to_owned));
                    miss.span = clause.resources.span;
                }
                None => lacks_element(&mut miss, written),
            }
        }
        Mismatch::Principal => {
            miss.element = Element::Principal;
            let clause = written.principal.as_ref();
            miss.name = named("Principal", clause.is_some_and(|clause| clause.negated));
            miss.found = Some(vec![request.principal.to_string()]);
            match clause {
                Some(clause) if seen.group.kind.names_principals() => {
                    miss.wanted = principals(clause);
                    miss.span = who_span(clause);
                }
                Some(clause) => {
                    miss.flaw = Some(Flaw::NotTaken);
                    miss.span = clause.key_span;
                }
                None => lacks_element(&mut miss, written),
            }
        }
        Mismatch::Condition(place) => {
            let condition = written.conditions.get(place)?;
            miss.element = Element::Condition;
            miss.name.clone_from(&condition.operator);
            miss.key = Some(condition.key.clone());
            miss.found = request.context.get(&condition.key).map(<[String]>::to_vec);
            miss.wanted.extend(condition.values.texts().map(str::to_owned));
            miss.span = span_of(condition, written);
            let behind = seen.statement.failing_behind(place, question);
            let behind = behind.filter_map(|place| written.conditions.get(place));
            miss.also.extend(behind.map(|condition| FailedCondition {
                operator: condition.operator.clone(),
                key: condition.key.clone(),
                found: request.context.get(&condition.key).map(<[String]>::to_vec),
                wanted: condition.values.texts().map(str::to_owned).collect(),
                span: span_of(condition, written),
            }));
        }
    }
    Some(miss)
}

/// From the key to the values. A condition that a program has added stands nowhere.
fn span_of(condition: &Condition, statement: &Statement) -> Span {
    if condition.key_span.is_empty() {
        statement.span
    } else {
        Span::new(condition.key_span.start(), condition.values.span.end())
    }
}

fn lacks_element(miss: &mut NearMiss, written: &Statement) {
    miss.flaw = Some(Flaw::Missing);
    miss.span = written.span;
}

/// An element's name as it is written.
fn named(element: &str, negated: bool) -> String {
    if negated {
        format!("Not{element}")
    } else {
        element.to_owned()
    }
}

/// Whether the statement speaks of the action's service at all.
fn is_of_service(statement: &Statement, action: &str) -> bool {
    let service = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let wanted = service(action);
    statement.action.negated
        || statement
            .action
            .actions
            .texts()
            .any(|pattern| service(pattern) == wanted)
}

/// Whom the element names, with what kind of principal they are.
fn who_span(clause: &PrincipalClause) -> Span {
    match &clause.who {
        Who::Everyone(span) => *span,
        Who::Listed(entries) => match (entries.first(), entries.last()) {
            (Some(first), Some(last)) => Span::new(first.kind_span.start(), last.values.span.end()),
            _ => clause.key_span,
        },
    }
}

fn principals(clause: &PrincipalClause) -> Vec<String> {
    match &clause.who {
        Who::Everyone(_) => vec!["*".to_owned()],
        Who::Listed(entries) => entries
            .iter()
            .flat_map(|entry| entry.values.texts().map(str::to_owned))
            .collect(),
    }
}

/// The conditions of a statement that matched, each with what the request has.
pub(super) fn held(seen: &Seen<'_>, question: Question<'_>) -> Vec<HeldCondition> {
    let context = &question.request.context;
    let held = |condition: &Condition| HeldCondition {
        operator: condition.operator.clone(),
        key: condition.key.clone(),
        found: context.get(&condition.key).map(<[String]>::to_vec),
        wanted: condition.values.texts().map(str::to_owned).collect(),
    };
    seen.conditions().iter().map(held).collect()
}
