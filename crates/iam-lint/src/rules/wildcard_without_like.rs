//! `*` or `?` in a value of StringEquals and its like, where they are literal.
//! IAM User Guide, "IAM policy validation check reference": Wildcard without like operator.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "wildcard-without-like",
    level: Level::Warning,
    about: "A wildcard in a value of an operator that takes none.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let like = match operator.comparison {
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase => "StringLike",
            Comparison::StringNotEquals | Comparison::StringNotEqualsIgnoreCase => "StringNotLike",
            _ => continue,
        };
        for value in condition.values.values.iter().filter(|value| conditions::has_wildcard(&value.text)) {
            report.say(
                value.span,
                format!("in {} the wildcards of `{}` are literal", operator.name(), value.text),
                format!("write {like} if any text is meant"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn wildcards_want_like() {
        let rule = super::RULE.id;
        let text = |operator: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:PrincipalTag/t": "{value}"}}"#)))
        };
        fires(rule, &text("StringEquals", "admin-*"), Identity, &["\"admin-*\""]);
        fires(rule, &text("StringNotEqualsIfExists", "a?"), Identity, &["\"a?\""]);
        silent(rule, &text("StringLike", "admin-*"), Identity);
        silent(rule, &text("StringEquals", "${*}"), Identity);
        silent(rule, &text("StringEquals", "admin"), Identity);
    }
}
