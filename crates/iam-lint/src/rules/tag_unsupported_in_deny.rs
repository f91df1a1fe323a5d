//! A condition on aws:ResourceTag for actions that do not support it: they are not denied by the statement.
//! IAM User Guide, "IAM policy validation check reference": Deny with unsupported tag condition key for service.

use super::{Report, Rule};
use crate::Level;
use super::tags;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "tag-unsupported-in-deny",
    level: Level::Warning,
    about: "Actions without tags in a Deny on tags of resources.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.denies().filter(|statement| !statement.action.negated) {
        for (condition, operator) in tags::of_resources(statement) {
            let without: Vec<&str> = statement.action.actions.texts().filter(|entry| tags::are_unsupported(entry)).collect();
            let [first, rest @ ..] = without.as_slice() else {
                continue;
            };
            if operator.if_exists || operator.comparison.is_negated() {
                continue;
            }
            let others = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            report.say(
                condition.key_span,
                format!("`{first}`{others} do not support `{}`, and are not denied here", condition.key),
                "move them to a statement that names their resources",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn tags_are_supported() {
        let rule = super::RULE.id;
        let tag = r#""StringEquals": {"aws:ResourceTag/team": "blue"}"#;
        let text = |actions: &str| with(&deny(actions, "\"*\"", tag));
        fires(rule, &text(r#"["ec2:StopInstances", "s3:ListAllMyBuckets"]"#), Identity, &["\"aws:ResourceTag/team\""]);
        silent(rule, &text("\"ec2:StopInstances\""), Identity);
        silent(rule, &text("\"*\""), Identity);
        silent(rule, &with(&allow("\"s3:ListAllMyBuckets\"", "\"*\"", tag)), Identity);
    }
}
