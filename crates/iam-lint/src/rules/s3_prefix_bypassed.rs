//! s3:prefix in a Deny, or negated in an Allow: a request with a shorter prefix lists the same objects.
//! IAM User Guide, "IAM policy validation check reference": S3 prefix in negative context.

use iam_policy::Effect;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "s3-prefix-bypassed",
    level: Level::Warning,
    about: "A condition on s3:prefix that a shorter prefix passes.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements() {
        for (condition, operator) in conditions::tested(statement) {
            let text = operator.comparison.as_str().starts_with("String");
            let bypassed = (statement.effect == Effect::Deny) != operator.comparison.is_negated();
            if text && bypassed && conditions::is_on(condition, "s3:prefix") {
                report.say(
                    condition.operator_span,
                    "a request with a shorter prefix lists these objects all the same",
                    "allow with StringLike what may be listed, or deny with StringNotLike what is not that",
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
    fn prefixes_are_allowed_not_denied() {
        let rule = super::RULE.id;
        let on = |operator: &str| format!(r#""{operator}": {{"s3:prefix": "private/*"}}"#);
        fires(rule, &with(&deny("\"s3:ListBucket\"", "\"*\"", &on("StringLike"))), Identity, &["\"StringLike\""]);
        fires(rule, &with(&allow("\"s3:ListBucket\"", "\"*\"", &on("StringNotLike"))), Identity, &["\"StringNotLike\""]);
        silent(rule, &with(&allow("\"s3:ListBucket\"", "\"*\"", &on("StringLike"))), Identity);
        silent(rule, &with(&deny("\"s3:ListBucket\"", "\"*\"", &on("StringNotLike"))), Identity);
    }
}
