//! dynamodb:Attributes without dynamodb:Select: a read that names no attributes returns all of them.
//! IAM User Guide, "IAM policy validation check reference": DynamoDB attributes without select.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "dynamodb-attributes-open",
    level: Level::Warning,
    about: "Limits on attributes of DynamoDB that a read without a projection passes.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows().filter(|statement| !conditions::any_on(statement, &["dynamodb:Select"])) {
        let reads = READS.iter().any(|action| documented::is_about(statement, action));
        let condition = statement.conditions.iter().find(|condition| conditions::is_on(condition, "dynamodb:Attributes"));
        if let Some(condition) = condition.filter(|_| reads) {
            report.say(
                condition.key_span,
                "a read that names no attributes returns all of them",
                "add \"StringEqualsIfExists\": {\"dynamodb:Select\": \"SPECIFIC_ATTRIBUTES\"}",
            );
        }
    }
}

const READS: [&str; 4] = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"];

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn attributes_are_selected() {
        let rule = super::RULE.id;
        let attributes = r#""ForAllValues:StringEquals": {"dynamodb:Attributes": ["UserId"]}"#;
        let text = |action: &str, more: &str| with(&allow(action, "\"*\"", &format!("{attributes}{more}")));
        fires(rule, &text("\"dynamodb:Query\"", ""), Identity, &["\"dynamodb:Attributes\""]);
        silent(rule, &text("\"dynamodb:Query\"", r#", "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}"#), Identity);
        silent(rule, &text("\"dynamodb:PutItem\"", ""), Identity);
    }
}
