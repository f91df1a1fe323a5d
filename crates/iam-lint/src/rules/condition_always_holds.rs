//! A condition that every request fulfils: `*` with IfExists or ForAllValues, all addresses of both versions.
//! IAM User Guide, "IAM policy validation check reference": Redundant key due to wildcard in condition.

use iam_policy::{Comparison, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-always-holds",
    level: Level::Note,
    about: "A condition holds for every request.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let has = |wanted: &str| condition.values.texts().any(|text| text == wanted);
        let open = match operator.comparison {
            Comparison::StringLike | Comparison::ArnLike => {
                has("*") && (operator.if_exists || operator.set == SetOperator::ForAllValues)
            }
            Comparison::IpAddress => has("0.0.0.0/0") && has("::/0"),
            _ => false,
        };
        if open {
            report.say(
                condition.operator_span,
                format!("the condition on `{}` holds for every request", condition.key),
                "remove it, or name the values that are meant",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_condition_leaves_something_out() {
        let rule = super::RULE.id;
        let text = |condition: &str| with(&allow("\"s3:*\"", "\"*\"", condition));
        fires(rule, &text(r#""StringLikeIfExists": {"aws:username": ["*", "a"]}"#), Identity, &["\"StringLikeIfExists\""]);
        fires(rule, &text(r#""IpAddress": {"aws:SourceIp": ["0.0.0.0/0", "::/0"]}"#), Identity, &["\"IpAddress\""]);
        silent(rule, &text(r#""StringLike": {"aws:username": "*"}"#), Identity);
        silent(rule, &text(r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#), Identity);
    }
}
