//! Null with ForAllValues is always true, with ForAnyValue always false.
//! IAM User Guide, "IAM policy validation check reference": Null with qualifier.

use iam_policy::{Comparison, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "null-with-set-operator",
    level: Level::Note,
    about: "Null with a set operator always comes to the same.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        if operator.comparison == Comparison::Null && operator.set != SetOperator::Single {
            let always = if operator.set == SetOperator::ForAllValues { "true" } else { "false" };
            report.say(condition.operator_span, format!("{} is always {always}", operator.name()), "write Null alone");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn null_stands_alone() {
        let rule = super::RULE.id;
        let text = |operator: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:TagKeys": "true"}}"#)));
        fires(rule, &text("ForAllValues:Null"), Identity, &["\"ForAllValues:Null\""]);
        fires(rule, &text("ForAnyValue:Null"), Identity, &["\"ForAnyValue:Null\""]);
        silent(rule, &text("Null"), Identity);
        silent(rule, &text("ForAnyValue:StringEquals"), Identity);
    }
}
