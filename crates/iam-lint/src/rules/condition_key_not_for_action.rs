//! A key of a service in a condition on actions whose requests do not carry it: an Allow never applies to them, a Deny
//! neither. IAM User Guide, "IAM policy validation check reference": Unsupported action for condition key.

use iam_catalog::{Action, ConditionKey};
use iam_policy::{Comparison, Effect, SetOperator};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-key-not-for-action",
    level: Level::Warning,
    about: "A condition key is in no request for the action.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements().filter(|statement| !statement.action.negated) {
        for (condition, operator) in conditions::tested(statement) {
            // What need not be there is written for those requests that have it.
            if operator.if_exists || operator.comparison == Comparison::Null || operator.comparison.is_negated() || operator.set == SetOperator::ForAllValues {
                continue;
            }
            let Some(key) = conditions::documented(&condition.key).filter(|key| is_of_requests(key.name)) else {
                continue;
            };
            let without: Vec<&str> = statement.action.actions.texts().filter(|entry| lacks(entry, key)).collect();
            let message = match without.as_slice() {
                [] => continue,
                [one] => format!("requests for `{one}` carry no `{}`", condition.key),
                [one, rest @ ..] => format!("requests for `{one}` and {} more carry no `{}`", rest.len(), condition.key),
            };
            let help = if statement.effect == Effect::Allow {
                "the condition never holds for them: move them to a statement without it"
            } else {
                "the condition never holds for them, and they are not denied: move them to a statement without it"
            };
            report.say(condition.key_span, message, help);
        }
    }
}

/// Whether a key is carried by some actions' requests only: a service's own, and the tags of a request. Tags of resources
/// have rules of their own.
fn is_of_requests(key: &str) -> bool {
    let of_request = ["aws:RequestTag/", "aws:TagKeys"];
    if key.starts_with("aws:") {
        return of_request.iter().any(|start| key.starts_with(start));
    }
    // Keys of one service in the requests of others are like global ones.
    !iam_catalog::shared_condition_keys().any(|shared| shared.name == key)
        && key.split_once(':').is_some_and(|(prefix, _)| iam_catalog::service(prefix).is_some())
}

/// Whether no action of this entry has the key.
fn lacks(entry: &str, key: ConditionKey) -> bool {
    let mut actions = documented::actions(entry).peekable();
    actions.peek().is_some() && actions.all(|action| !has(action, key))
}

fn has(action: Action, key: ConditionKey) -> bool {
    let is_it = |other: ConditionKey| other.name.eq_ignore_ascii_case(key.name);
    action.condition_keys().any(is_it)
        || action
            .resource_types()
            .any(|acted| acted.condition_keys().chain(acted.resource_type.condition_keys()).any(is_it))
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn requests_carry_the_key() {
        let rule = super::RULE.id;
        let text = |actions: &str, condition: &str| with(&allow(actions, "\"*\"", condition));
        let prefix = r#""StringLike": {"s3:prefix": "home/*"}"#;
        fires(rule, &text(r#"["s3:ListBucket", "s3:GetObject"]"#, prefix), Identity, &["\"s3:prefix\""]);
        fires(rule, &text("\"ec2:RunInstances\"", prefix), Identity, &["\"s3:prefix\""]);
        silent(rule, &text("\"s3:ListBucket\"", prefix), Identity);
        silent(rule, &text("\"s3:*\"", prefix), Identity);
        silent(rule, &text("\"s3:GetObject\"", r#""StringLikeIfExists": {"s3:prefix": "home/*"}"#), Identity);
        silent(rule, &text("\"s3:GetObject\"", r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#), Identity);
        fires(rule, &text("\"s3:GetObject\"", r#""StringEquals": {"aws:RequestTag/a": "b"}"#), Identity, &["\"aws:RequestTag/a\""]);
        silent(rule, &text("\"ec2:RunInstances\"", r#""StringEquals": {"aws:RequestTag/a": "b"}"#), Identity);
    }
}
