//! A condition on aws:ResourceTag beside `NotAction`: what does not support tags is neither allowed nor denied by it.
//! IAM User Guide, "IAM policy validation check reference": Deny NotAction and Allow NotAction with unsupported tag condition key.

use iam_policy::Effect;

use super::{Report, Rule};
use crate::Level;
use super::tags;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "tag-with-not-action",
    level: Level::Warning,
    about: "NotAction with tags of resources leaves out what has no tags.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements().filter(|statement| statement.action.negated) {
        for (condition, operator) in tags::of_resources(statement) {
            if !operator.if_exists && !operator.comparison.is_negated() {
                let done = if statement.effect == Effect::Deny { "denied" } else { "allowed" };
                report.say(
                    condition.key_span,
                    format!("actions that do not support `{}` are not {done} by this NotAction", condition.key),
                    "list the actions in Action",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn actions_on_tags_are_listed() {
        let rule = super::RULE.id;
        let text = |element: &str, key: &str| {
            with(&format!(
                r#"{{"Effect": "Deny", "{element}": "iam:*", "Resource": "*", "Condition": {{"StringEquals": {{"{key}": "x"}}}}}}"#
            ))
        };
        fires(rule, &text("NotAction", "aws:ResourceTag/a"), Identity, &["\"aws:ResourceTag/a\""]);
        silent(rule, &text("Action", "aws:ResourceTag/a"), Identity);
        silent(rule, &text("NotAction", "aws:PrincipalTag/a"), Identity);
    }
}
