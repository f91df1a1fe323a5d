//! A value that is no boolean, number, date or base64 where the operator wants one: it matches nothing.
//! IAM User Guide, "IAM policy validation check reference": Type mismatch Boolean, date, number, string.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-value-unreadable",
    level: Level::Warning,
    about: "A value is not of the type that the condition operator compares.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let Some(wanted) = wanted(operator.comparison) else {
            continue;
        };
        let unread = condition.values.values.iter().filter(|value| !operator.comparison.reads(&value.text));
        // Variables where there can be none have a rule of their own.
        for value in unread.filter(|value| !conditions::has_variable(&value.text)) {
            report.say(value.span, format!("`{}` is not what {} compares", value.text, operator.name()), wanted);
        }
    }
}

fn wanted(comparison: Comparison) -> Option<&'static str> {
    use Comparison as C;
    Some(match comparison {
        C::Bool | C::Null => "write \"true\" or \"false\"",
        C::NumericEquals
        | C::NumericNotEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => "write a number",
        C::DateEquals
        | C::DateNotEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => "write a date such as 2026-12-31 or 2026-12-31T23:59:59Z",
        C::BinaryEquals => "write base64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn values_can_be_read() {
        let rule = super::RULE.id;
        let text = |operator: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:x": "{value}"}}"#)))
        };
        for (operator, wrong) in [
            ("Bool", "yes"),
            ("Null", "1"),
            ("NumericLessThan", "five"),
            ("DateLessThan", "tomorrow"),
            ("BinaryEquals", "%"),
        ] {
            fires(rule, &text(operator, wrong), Identity, &[&format!("\"{wrong}\"")]);
        }
        for (operator, right) in [
            ("Bool", "True"),
            ("NumericLessThan", "5.5"),
            ("DateLessThan", "2026-12-31"),
            ("BinaryEquals", "QmluYXJ5"),
            ("StringEquals", "anything"),
        ] {
            silent(rule, &text(operator, right), Identity);
        }
    }
}
