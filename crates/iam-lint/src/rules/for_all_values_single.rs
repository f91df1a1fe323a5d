//! ForAllValues on a key with one value: it holds for requests that do not carry the key.
//! IAM User Guide, "IAM policy validation check reference": ForAllValues with single valued key.

use iam_policy::{Comparison, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "for-all-values-single",
    level: Level::Warning,
    about: "ForAllValues on a key with one value holds without the key too.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.allows().flat_map(conditions::tested) {
        if operator.set != SetOperator::ForAllValues || operator.comparison == Comparison::Null {
            continue;
        }
        let single = conditions::documented(&condition.key).is_some_and(|key| !key.multivalued);
        if single && !conditions::is_of_provider(&condition.key) {
            report.say(
                condition.operator_span,
                format!("{} holds for requests without `{}`, which has one value", operator.name(), condition.key),
                "write the operator without ForAllValues:",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn one_value_needs_no_set() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "a"}}"#)));
        fires(rule, &text("ForAllValues:StringEquals", "aws:username"), Identity, &["\"ForAllValues:StringEquals\""]);
        silent(rule, &text("StringEquals", "aws:username"), Identity);
        silent(rule, &text("ForAllValues:StringEquals", "aws:TagKeys"), Identity);
    }
}
