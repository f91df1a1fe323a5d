//! StringLike on a key that holds ARNs: `*` goes over colons, into the account and the region.
//! IAM User Guide, "IAM policy validation check reference": String like operator with ARN condition keys.

use iam_catalog::ValueType;
use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-compared-as-text",
    level: Level::Warning,
    about: "StringLike on an ARN: its wildcards go over the parts of the ARN.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let instead = match operator.comparison {
            Comparison::StringLike => "ArnLike",
            Comparison::StringNotLike => "ArnNotLike",
            _ => continue,
        };
        let is_arn = conditions::documented(&condition.key).is_some_and(|key| key.value_type == ValueType::Arn);
        // A lone star asks whether the key is there.
        let open = condition.values.texts().any(|text| text != "*" && conditions::has_wildcard(text));
        if is_arn && open {
            report.say(
                condition.operator_span,
                format!("{} compares `{}` as text: its wildcards go over the colons of an ARN", operator.name(), condition.key),
                format!("write {instead}, which compares part by part"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn arns_are_compared_by_parts() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "{value}"}}"#)))
        };
        fires(rule, &text("StringLike", "aws:SourceArn", "arn:aws:sns:*:topic"), Identity, &["\"StringLike\""]);
        silent(rule, &text("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:topic"), Identity);
        silent(rule, &text("StringLike", "aws:PrincipalTag/team", "a*"), Identity);
        silent(rule, &text("StringEquals", "aws:SourceArn", "arn:aws:sns:us-east-1:111122223333:t"), Identity);
    }
}
