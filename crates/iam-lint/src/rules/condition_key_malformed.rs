//! A condition key without a prefix. AWS refuses it ("Conditions must be prefaced by a vendor").
//! IAM User Guide, "IAM policy validation check reference": Invalid condition key format.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-key-malformed",
    level: Level::Error,
    about: "A condition key is not `prefix:name`.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        let whole = condition.key.split_once(':').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty());
        if !whole {
            report.say(
                condition.key_span,
                format!("`{}` is no condition key", condition.key),
                "a key has a prefix, such as aws:SourceIp or s3:prefix",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn keys_have_a_prefix() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"{key}": "x"}}"#)));
        fires(rule, &text("SourceIp"), Identity, &["\"SourceIp\""]);
        fires(rule, &text("aws:"), Identity, &["\"aws:\""]);
        silent(rule, &text("aws:SourceIp"), Identity);
    }
}
