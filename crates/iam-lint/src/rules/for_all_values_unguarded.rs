//! ForAllValues in an Allow without anything that wants the key to be there: a request without the key is allowed.
//! IAM User Guide, "Set operators for multivalued context keys": use Null to ask for the key.

use iam_policy::SetOperator;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "for-all-values-unguarded",
    level: Level::Note,
    about: "ForAllValues in an Allow holds without the key too.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows() {
        for (condition, operator) in conditions::tested(statement) {
            let many = operator.set == SetOperator::ForAllValues
                && conditions::documented(&condition.key).is_some_and(|key| key.multivalued);
            // Another condition on the key, or on the tags themselves, wants them to be there.
            let guarded = conditions::tested(statement).any(|(other, how)| {
                other.key.eq_ignore_ascii_case(&condition.key) && how.set != SetOperator::ForAllValues
                    || conditions::is_on(condition, "aws:TagKeys")
                        && other.key.to_ascii_lowercase().starts_with("aws:requesttag/")
                        && conditions::holds_back(how)
            });
            if many && !guarded {
                report.say(
                    condition.operator_span,
                    format!("{} also holds for requests without `{}`", operator.name(), condition.key),
                    format!("if they are not meant, add \"Null\": {{\"{}\": \"false\"}}", condition.key),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn the_key_must_be_there() {
        let rule = super::RULE.id;
        let all = r#""ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}"#;
        let text = |condition: &str| with(&allow("\"ec2:CreateTags\"", "\"*\"", condition));
        fires(rule, &text(all), Identity, &["\"ForAllValues:StringEquals\""]);
        silent(rule, &text(&format!(r#"{all}, "Null": {{"aws:TagKeys": "false"}}"#)), Identity);
        silent(rule, &text(&format!(r#"{all}, "StringEquals": {{"aws:RequestTag/a": "x"}}"#)), Identity);
        silent(rule, &with(&deny("\"ec2:CreateTags\"", "\"*\"", all)), Identity);
    }
}
