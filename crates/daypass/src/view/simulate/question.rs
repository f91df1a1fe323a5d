//! Answers to a question of flags: one in full, or a matrix of actions and resources and why each denial is one.

use super::super::columns::{Cell, table};
use super::super::paint::{GOOD, NOTE, QUIET, STRONG, WARNING, paint};
use super::super::terminal;
use super::{in_full, prose, style_of, why};
use crate::commands::simulate::live::LiveAnswers;
use crate::simulation::{Answered, Texts};
use iam_policy::{Decision, Explanation};

/// How wide a column of decisions is, and a table that nobody's terminal breaks.
const COLUMN: usize = 15;
const WIDEST: usize = 120;

/// How many denials are explained below a matrix.
const EXPLAINED: usize = 12;

/// The answers, and where AWS's differ.
pub(crate) fn in_words(answers: &[Answered], texts: Texts<'_>, live: Option<&LiveAnswers>) -> String {
    if let Some(live) = live.filter(|live| live.asks_for_the_account) {
        return of_the_account(answers, live);
    }
    let mut parts = match answers {
        [only] => vec![in_full(only, texts)],
        several => {
            let mut parts = vec![matrix(several, |answered| Some(answered.explanation.decision))];
            parts.extend(denials(several));
            parts
        }
    };
    parts.extend(live.map(|live| compared(answers, live)));
    parts.join("\n\n")
}

/// What AWS says of the principal's own policies, beside which nothing was asked here.
fn of_the_account(answers: &[Answered], live: &LiveAnswers) -> String {
    let decision = |answered: &Answered| live.of(&answered.explanation).map(|simulated| simulated.decision);
    let said = match answers {
        [only] => match decision(only) {
            Some(decision) => {
                let explanation = &only.explanation;
                let rest = format!(": {} on {}", explanation.action, explanation.resource);
                prose(style_of(decision), &decision.to_string(), &rest)
            }
            None => unanswered(&only.explanation),
        },
        several => matrix(several, decision),
    };
    let mut missing: Vec<&str> = answers
        .iter()
        .filter_map(|answered| live.of(&answered.explanation))
        .flat_map(|simulated| &simulated.missing_keys)
        .map(String::as_str)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    let mut parts = vec![said];
    if !missing.is_empty() {
        let words = format!(
            " the policies look at keys that were not given: {}",
            missing.join(", ")
        );
        parts.push(prose(NOTE, "note:", &words));
    }
    parts.push(paint(
        QUIET,
        format_args!(
            "AWS's answer ({}), by the policies that are in the account",
            live.operation
        ),
    ));
    parts.join("\n\n")
}

fn unanswered(explanation: &Explanation) -> String {
    let words = format!(
        " AWS gave no answer for {} on {}",
        explanation.action, explanation.resource
    );
    prose(WARNING, "warning:", &words)
}

/// Actions down, resources across by number, and the resources by their numbers.
fn matrix(answers: &[Answered], decision: impl Fn(&Answered) -> Option<Decision>) -> String {
    let mut actions: Vec<&str> = Vec::new();
    let mut resources: Vec<&str> = Vec::new();
    for answered in answers {
        let explanation = &answered.explanation;
        if !actions.contains(&explanation.action.as_str()) {
            actions.push(&explanation.action);
        }
        if !resources.contains(&explanation.resource.as_str()) {
            resources.push(&explanation.resource);
        }
    }
    let longest = actions
        .iter()
        .map(|action| action.len())
        .max()
        .unwrap_or_default();
    let width = 2 + longest + resources.len() * COLUMN;
    if width > terminal::width().unwrap_or(WIDEST) && resources.len() > 1 {
        return list(answers, decision);
    }
    let numbers: Vec<String> = (1..=resources.len())
        .map(|number| format!("[{number}]"))
        .collect();
    let mut header = vec!["action"];
    match resources.as_slice() {
        [_] => header.push("decision"),
        _ => header.extend(numbers.iter().map(String::as_str)),
    }
    let rows: Vec<Vec<Cell>> = actions
        .iter()
        .map(|action| {
            let of_action = answers
                .iter()
                .filter(|answered| answered.explanation.action == **action);
            let cells = of_action.map(|answered| match decision(answered) {
                Some(decision) => Cell::styled(style_of(decision), decision.to_string()),
                None => Cell::styled(WARNING, "no answer"),
            });
            std::iter::once(Cell::plain(*action)).chain(cells).collect()
        })
        .collect();
    let legend: Vec<String> = match resources.as_slice() {
        [only] => vec![format!("  on {only}")],
        several => several
            .iter()
            .zip(&numbers)
            .map(|(resource, number)| format!("  {} {resource}", paint(QUIET, number)))
            .collect(),
    };
    format!("{}\n\n{}", table(&header, &rows), legend.join("\n"))
}

/// The same with a line for each, where there are more resources than fit beside each other.
fn list(answers: &[Answered], decision: impl Fn(&Answered) -> Option<Decision>) -> String {
    let rows: Vec<Vec<Cell>> = answers
        .iter()
        .map(|answered| {
            let explanation = &answered.explanation;
            let decided = match decision(answered) {
                Some(decision) => Cell::styled(style_of(decision), decision.to_string()),
                None => Cell::styled(WARNING, "no answer"),
            };
            vec![
                decided,
                Cell::plain(&explanation.action),
                Cell::plain(&explanation.resource),
            ]
        })
        .collect();
    table(&["decision", "action", "resource"], &rows)
}

/// Why what is denied is denied, each reason once.
fn denials(answers: &[Answered]) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    for answered in answers {
        if answered.explanation.decision == Decision::Allow {
            continue;
        }
        let reason = why(&answered.explanation);
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let more = reasons.len().saturating_sub(EXPLAINED);
    let mut lines: Vec<String> = reasons
        .iter()
        .take(EXPLAINED)
        .map(|reason| terminal::wrapped(&format!("  {reason}"), terminal::width()))
        .collect();
    if more > 0 {
        lines.push(format!("  ... and {more} more reasons"));
    }
    (!lines.is_empty()).then(|| {
        let hint = paint(QUIET, "one action on one resource is explained in full");
        format!(
            "{}\n{}\n{hint}",
            paint(STRONG, "denied, because"),
            lines.join("\n")
        )
    })
}

/// Whether AWS says the same, and what it says where it does not.
fn compared(answers: &[Answered], live: &LiveAnswers) -> String {
    let mut lines = Vec::new();
    for answered in answers {
        let explanation = &answered.explanation;
        match live.of(explanation) {
            None => lines.push(unanswered(explanation)),
            Some(simulated) if simulated.decision == explanation.decision => {}
            Some(simulated) => {
                let missing = match simulated.missing_keys.as_slice() {
                    [] => String::new(),
                    keys => format!("; AWS misses the keys {}", keys.join(", ")),
                };
                let words = format!(
                    " {} on {}: AWS says {}, daypass {}{missing}",
                    explanation.action, explanation.resource, simulated.decision, explanation.decision
                );
                lines.push(prose(WARNING, "differs:", &words));
            }
        }
    }
    if lines.is_empty() {
        let same = paint(GOOD, "the same");
        return format!("AWS says {same} ({})", live.operation);
    }
    lines.join("\n")
}
