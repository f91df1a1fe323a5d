//! A condition that no request fulfils: a key that must differ from everything, or equal one thing and another.
//! IAM User Guide, "IAM policy validation check reference": Redundant statement due to wildcard in condition.

use iam_policy::{Comparison, Condition, Operator, SetOperator, Statement};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::wildcard::{Case, covers};
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-never-holds",
    level: Level::Warning,
    about: "A condition holds for no request.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements() {
        for (condition, operator) in conditions::tested(statement) {
            let differs = matches!(operator.comparison, Comparison::StringNotLike | Comparison::ArnNotLike);
            let none = differs && operator.set == SetOperator::ForAnyValue && condition.values.texts().any(|text| text == "*");
            if none {
                report.say(
                    condition.operator_span,
                    format!("no value of `{}` differs from everything: the statement never applies", condition.key),
                    "name the values that are meant",
                );
            } else if let Some(other) = contradiction(statement, condition, operator) {
                report.say(
                    condition.operator_span,
                    format!("`{}` cannot be one of these and one of those of {}: the statement never applies", condition.key, other.operator),
                    "put the values into one list, or make two statements",
                );
            }
        }
    }
}

/// An earlier condition on the same key that wants it to equal other text.
fn contradiction<'d>(statement: &'d Statement, condition: &Condition, operator: Operator) -> Option<&'d Condition> {
    let is_equal = |operator: Operator| {
        operator.set == SetOperator::Single && !operator.if_exists && operator.comparison == Comparison::StringEquals
    };
    let plain = |condition: &Condition| !condition.values.is_empty() && condition.values.texts().all(|text| !text.contains("${"));
    conditions::tested(statement)
        .take_while(|(other, _)| !std::ptr::eq(*other, condition))
        .find(|(other, how)| {
            let like = how.set == SetOperator::Single && !how.if_exists && how.comparison == Comparison::StringLike;
            let fits = |text: &str| {
                other.values.texts().any(|pattern| if like { covers(pattern, text, Case::Differs) } else { pattern == text })
            };
            other.key.eq_ignore_ascii_case(&condition.key)
                && is_equal(operator)
                && (is_equal(*how) || like)
                && plain(other)
                && plain(condition)
                && !condition.values.texts().any(fits)
        })
        .map(|(other, _)| other)
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_condition_can_hold() {
        let rule = super::RULE.id;
        let text = |condition: &str| with(&allow("\"s3:*\"", "\"*\"", condition));
        fires(rule, &text(r#""ForAnyValue:StringNotLike": {"aws:TagKeys": "*"}"#), Identity, &["\"ForAnyValue:StringNotLike\""]);
        fires(
            rule,
            &text(r#""StringLike": {"aws:username": "a*"}, "StringEquals": {"aws:username": "bert"}"#),
            Identity,
            &["\"StringEquals\""],
        );
        silent(rule, &text(r#""StringLike": {"aws:username": "b*"}, "StringEquals": {"aws:username": "bert"}"#), Identity);
        silent(rule, &text(r#""ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}"#), Identity);
    }
}
