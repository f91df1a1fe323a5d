//! Every action on every resource: an administrator.
//! IAM User Guide, "Security best practices in IAM": Apply least-privilege permissions.

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "allows-everything",
    level: Level::Warning,
    about: "Every action on every resource is allowed.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    // A boundary or a session policy of everything takes nothing away, and that is what it is written for.
    if !matches!(
        subject.purpose,
        DocumentUse::Identity | DocumentUse::ResourcePolicy
    ) {
        return;
    }
    for statement in subject
        .allows()
        .filter(|statement| statement.conditions.is_empty())
    {
        let every_action =
            !statement.action.negated && statement.action.actions.texts().any(|action| action == "*");
        let every_resource = statement.resource.as_ref().is_some_and(|clause| {
            !clause.negated && clause.resources.texts().any(|resource| resource == "*")
        });
        if every_action && every_resource {
            report.say(
                statement.action.key_span,
                "allows every action on every resource",
                "name the actions that are wanted",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn an_administrator_is_pointed_out() {
        let rule = super::RULE.id;
        let all = r#"{"Effect": "Allow", "Action": ["s3:*", "*"], "Resource": "*"}"#;
        fires(rule, &with(all), Identity, &["\"Action\""]);
        silent(rule, &with(all), Boundary);
        silent(
            rule,
            &with(r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#),
            Identity,
        );
        silent(
            rule,
            &with(r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#),
            Identity,
        );
        silent(
            rule,
            &with(r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b"}"#),
            Identity,
        );
        let under_mfa = r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}}}"#;
        silent(rule, &with(under_mfa), Identity);
    }
}
