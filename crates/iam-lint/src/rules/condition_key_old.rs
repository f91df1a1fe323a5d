//! aws:ARN, which AWS has replaced by aws:PrincipalArn.
//! IAM User Guide, "IAM policy validation check reference": Deprecated global condition key, Unsupported global condition key.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-key-old",
    level: Level::Warning,
    about: "A condition key that AWS has replaced.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        if conditions::is_on(condition, "aws:ARN") {
            report.say(
                condition.key_span,
                "aws:ARN is replaced by other keys",
                "write aws:PrincipalArn for who asks, aws:SourceArn for the resource on whose behalf a service asks",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn old_keys_are_pointed_out() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""ArnLike": {{"{key}": "arn:aws:iam::*:role/x"}}"#)));
        fires(rule, &text("aws:arn"), Identity, &["\"aws:arn\""]);
        silent(rule, &text("aws:PrincipalArn"), Identity);
    }
}
