//! A policy variable with a numeric, date, address or binary operator, or Null: it is no value of their type.
//! IAM User Guide, "IAM policy validation check reference": Invalid variable for operator; "Policy variables".

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "variable-for-operator",
    level: Level::Error,
    about: "A policy variable where the operator takes none.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let name = operator.comparison.as_str();
        // Text, ARNs and booleans are compared with what a variable stands for.
        if name.starts_with("String") || name.starts_with("Arn") || operator.comparison == Comparison::Bool {
            continue;
        }
        for value in condition.values.values.iter().filter(|value| conditions::has_variable(&value.text)) {
            report.say(
                value.span,
                format!("{} takes no policy variable", operator.name()),
                "write the value itself, or use an operator for text or ARNs",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn variables_stand_for_text() {
        let rule = super::RULE.id;
        let text = |operator: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:x": "${{aws:PrincipalTag/n}}"}}"#)))
        };
        for operator in ["NumericEquals", "DateLessThan", "IpAddress", "Null", "BinaryEquals"] {
            fires(rule, &text(operator), Identity, &["\"${aws:PrincipalTag/n}\""]);
        }
        for operator in ["StringLike", "ArnEquals", "Bool", "StringNotEqualsIgnoreCase"] {
            silent(rule, &text(operator), Identity);
        }
    }
}
