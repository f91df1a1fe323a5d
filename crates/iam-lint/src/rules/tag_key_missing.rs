//! aws:ResourceTag, aws:RequestTag or aws:PrincipalTag without the tag: no request carries such a key.
//! IAM User Guide, "IAM policy validation check reference": Missing tag key in condition.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "tag-key-missing",
    level: Level::Error,
    about: "A condition on tags does not say which tag.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        let key = condition.key.trim_end_matches('/');
        if ["aws:RequestTag", "aws:ResourceTag", "aws:PrincipalTag"].iter().any(|tag| key.eq_ignore_ascii_case(tag)) {
            report.say(
                condition.key_span,
                format!("`{}` does not say which tag", condition.key),
                format!("write {key}/ and the tag's key, such as {key}/team"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn the_tag_is_named() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"{key}": "x"}}"#)));
        fires(rule, &text("aws:ResourceTag"), Identity, &["\"aws:ResourceTag\""]);
        fires(rule, &text("aws:PrincipalTag/"), Identity, &["\"aws:PrincipalTag/\""]);
        silent(rule, &text("aws:ResourceTag/team"), Identity);
        silent(rule, &text("aws:TagKeys"), Identity);
    }
}
