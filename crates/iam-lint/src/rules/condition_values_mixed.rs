//! Values with and without quotes in one list. IAM takes values of one JSON type.
//! IAM User Guide, "IAM policy validation check reference": Invalid condition data type.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-values-mixed",
    level: Level::Warning,
    about: "The values of a condition are of several JSON types.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        let mut values = condition.values.values.iter();
        let Some(first) = values.next() else {
            continue;
        };
        if let Some(other) = values.find(|value| value.form != first.form) {
            report.say(
                other.span,
                format!("`{}` is of another JSON type than `{}` in the same list", other.text, first.text),
                "put all of them into quotes",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn values_are_of_one_type() {
        let rule = super::RULE.id;
        let text = |values: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"aws:username": {values}}}"#)));
        fires(rule, &text(r#"["a", 5]"#), Identity, &["5"]);
        silent(rule, &text(r#"["a", "5"]"#), Identity);
        silent(rule, &text("5"), Identity);
    }
}
