//! An empty list of values: nothing equals one of them. With a negated operator or `IfExists` it holds without a key.
//! IAM User Guide, "IAM policy validation check reference": Empty array condition, and the three like it.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-values-empty",
    level: Level::Warning,
    about: "A condition has no values to compare with.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        if condition.values.is_empty() {
            report.say(
                condition.key_span,
                format!("the condition on `{}` has no values", condition.key),
                "name the values, or ask with Null whether the key is there",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn there_is_something_to_compare_with() {
        let rule = super::RULE.id;
        let text = |values: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"aws:username": {values}}}"#)));
        fires(rule, &text("[]"), Identity, &["\"aws:username\""]);
        silent(rule, &text("[\"a\"]"), Identity);
    }
}
