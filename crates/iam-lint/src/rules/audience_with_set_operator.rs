//! ForAnyValue or ForAllValues on a provider's audience, which has one value: ForAllValues holds without it.
//! IAM User Guide, "IAM policy validation check reference": ForAnyValue with audience claim type, Confirm audience claim type.

use iam_policy::SetOperator;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "audience-with-set-operator",
    level: Level::Warning,
    about: "The audience of a token is compared with a set operator.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let key = condition.key.to_ascii_lowercase();
        let is_audience = conditions::is_of_provider(&key) && key.ends_with(":aud");
        if is_audience && operator.set != SetOperator::Single {
            report.say(
                condition.operator_span,
                format!("`{}` has one value", condition.key),
                "write the operator without ForAnyValue: or ForAllValues:",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn an_audience_is_one() {
        let rule = super::RULE.id;
        let text = |operator: &str| {
            with(&trust(
                r#"{"Federated": "accounts.google.com"}"#,
                "\"sts:AssumeRoleWithWebIdentity\"",
                &format!(r#""{operator}": {{"accounts.google.com:aud": "app"}}"#),
            ))
        };
        fires(rule, &text("ForAnyValue:StringEquals"), Trust, &["\"ForAnyValue:StringEquals\""]);
        silent(rule, &text("StringEquals"), Trust);
        silent(rule, &text("ForAnyValue:StringEquals").replace(":aud", ":amr"), Trust);
    }
}
