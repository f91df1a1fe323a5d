//! StringLike or ArnLike with `*`: it asks whether the key is there, which Null says in so many words.
//! IAM User Guide, "IAM policy validation check reference": Equivalent to null false, Equivalent to null true.

use iam_policy::{Comparison, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-means-null",
    level: Level::Note,
    about: "A condition asks only whether the key is there.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let absent = match operator.comparison {
            Comparison::StringLike | Comparison::ArnLike => "false",
            Comparison::StringNotLike | Comparison::ArnNotLike => "true",
            _ => continue,
        };
        let plain = operator.set == SetOperator::Single && !operator.if_exists;
        if plain && condition.values.texts().any(|text| text == "*") {
            let asks = if absent == "true" { "is not there" } else { "is there" };
            report.say(
                condition.operator_span,
                format!("{} `*` asks only whether `{}` {asks}", operator.name(), condition.key),
                format!("write \"Null\": {{\"{}\": \"{absent}\"}}", condition.key),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn null_says_it() {
        let rule = super::RULE.id;
        let text = |operator: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:PrincipalTag/t": "{value}"}}"#)))
        };
        fires(rule, &text("StringLike", "*"), Identity, &["\"StringLike\""]);
        fires(rule, &text("StringNotLike", "*"), Identity, &["\"StringNotLike\""]);
        silent(rule, &text("StringLike", "a*"), Identity);
        silent(rule, &text("StringLikeIfExists", "*"), Identity);
    }
}
