//! aws:Referer and aws:UserAgent: the caller writes them as they like.
//! IAM User Guide, "IAM policy validation check reference": Untrustworthy condition key; "Global condition keys": aws:referer.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "key-can-be-forged",
    level: Level::Warning,
    about: "A condition on what the caller can say freely.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        if ["aws:Referer", "aws:UserAgent"].iter().any(|key| conditions::is_on(condition, key)) {
            report.say(
                condition.key_span,
                format!("the caller can say anything as `{}`", condition.key),
                "ask for something that AWS knows: aws:SourceVpce, aws:PrincipalArn, aws:SourceArn",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn access_hangs_on_what_aws_knows() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringLike": {{"{key}": "x"}}"#)));
        fires(rule, &text("aws:referer"), Identity, &["\"aws:referer\""]);
        fires(rule, &text("aws:UserAgent"), Identity, &["\"aws:UserAgent\""]);
        silent(rule, &text("aws:SourceVpce"), Identity);
    }
}
