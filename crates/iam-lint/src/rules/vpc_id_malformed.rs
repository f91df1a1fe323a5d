//! A value of aws:SourceVpc or aws:SourceVpce that is no such id.
//! IAM User Guide, "IAM policy validation check reference": Invalid vpc format, Invalid vpce format.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "vpc-id-malformed",
    level: Level::Warning,
    about: "An id of a VPC or of an endpoint has not the form of one.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let prefix = if conditions::is_on(condition, "aws:SourceVpc") {
            "vpc-"
        } else if conditions::is_on(condition, "aws:SourceVpce") {
            "vpce-"
        } else {
            continue;
        };
        if operator.comparison == Comparison::Null {
            continue;
        }
        for value in condition.values.values.iter().filter(|value| !is_id(&value.text, prefix)) {
            report.say(
                value.span,
                format!("`{}` is no id for `{}`", value.text, condition.key),
                format!("an id is {prefix} and 8 or 17 letters and digits"),
            );
        }
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    conditions::has_variable(text)
        || conditions::has_wildcard(text)
        || text.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest.len(), 8 | 17) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn ids_have_their_form() {
        let rule = super::RULE.id;
        let text = |key: &str, value: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"{key}": "{value}"}}"#)));
        fires(rule, &text("aws:SourceVpc", "vpce-12345678"), Identity, &["\"vpce-12345678\""]);
        fires(rule, &text("aws:SourceVpce", "vpce-1234"), Identity, &["\"vpce-1234\""]);
        silent(rule, &text("aws:SourceVpc", "vpc-12345678"), Identity);
        silent(rule, &text("aws:SourceVpce", "vpce-11223344556677889"), Identity);
    }
}
