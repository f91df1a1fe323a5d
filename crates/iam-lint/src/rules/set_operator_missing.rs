//! A key of which requests carry several values, without ForAllValues or ForAnyValue.
//! IAM User Guide, "IAM policy validation check reference": Missing qualifier; "Set operators for multivalued context keys".

use iam_policy::{Comparison, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "set-operator-missing",
    level: Level::Warning,
    about: "A key with several values is compared without a set operator.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let alone = operator.set == SetOperator::Single && operator.comparison != Comparison::Null;
        if alone && conditions::documented(&condition.key).is_some_and(|key| key.multivalued) {
            report.say(
                condition.operator_span,
                format!("requests carry several values of `{}`", condition.key),
                format!("write ForAnyValue:{} for at least one, ForAllValues:{0} for all of them", operator.name()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn several_values_want_a_set_operator() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "a"}}"#)));
        fires(rule, &text("StringEquals", "aws:TagKeys"), Identity, &["\"StringEquals\""]);
        silent(rule, &text("ForAnyValue:StringEquals", "aws:TagKeys"), Identity);
        silent(rule, &text("StringEquals", "aws:username"), Identity);
        silent(rule, &text("Null", "aws:TagKeys").replace("\"a\"", "\"true\""), Identity);
    }
}
