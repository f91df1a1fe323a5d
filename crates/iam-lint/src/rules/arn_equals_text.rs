//! A string operator without wildcards on a key that holds ARNs: it works, and says less well what is meant.
//! Parliament's finding MISMATCHED_TYPE_BUT_USABLE; IAM User Guide, "Amazon Resource Name (ARN) condition operators".

use iam_catalog::ValueType;
use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-equals-text",
    level: Level::Note,
    about: "StringEquals on an ARN, where ArnEquals is meant for it.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let instead = match operator.comparison {
            Comparison::StringEquals | Comparison::StringEqualsIgnoreCase => "ArnEquals",
            Comparison::StringNotEquals | Comparison::StringNotEqualsIgnoreCase => "ArnNotEquals",
            _ => continue,
        };
        if conditions::documented(&condition.key).is_some_and(|key| key.value_type == ValueType::Arn) {
            report.say(
                condition.operator_span,
                format!("`{}` holds an ARN and is compared as text", condition.key),
                format!("{instead} is meant for ARNs"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn arns_have_operators() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "x"}}"#)))
        };
        fires(rule, &text("StringEquals", "aws:SourceArn"), Identity, &["\"StringEquals\""]);
        silent(rule, &text("ArnEquals", "aws:SourceArn"), Identity);
        silent(rule, &text("StringEquals", "aws:username"), Identity);
    }
}
