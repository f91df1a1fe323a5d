//! iam:PassRole on every role: whoever has it can have any role of the account used, the most powerful too.
//! IAM User Guide, "IAM policy validation check reference": Pass role with star in resource.

use iam_policy::Statement;

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::rules::wildcard;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "passes-any-role",
    level: Level::Warning,
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if !matches!(subject.purpose, DocumentUse::Identity) {
        return;
    }
    for statement in subject
        .allows()
        .filter(|statement| !statement.action.negated && any_role(statement))
    {
        // Of `*` itself `allows-everything` speaks.
        let passing = statement
            .action
            .actions
            .values
            .iter()
            .filter(|action| action.text != "*");
        for action in passing.filter(|action| wildcard::matches(&action.text, "iam:PassRole")) {
            report.say(
                action.span,
                format!(
                    "`{}` on every resource passes any role to any service",
                    action.text
                ),
                "name the roles in Resource, or the services in a condition on iam:PassedToService",
            );
        }
    }
}

fn any_role(statement: &Statement) -> bool {
    let is_narrowed = statement.conditions.iter().any(|condition| {
        ["iam:PassedToService", "iam:AssociatedResourceArn"]
            .iter()
            .any(|key| condition.key.eq_ignore_ascii_case(key))
    });
    let every_resource = |text: &str| {
        text == "*" || wildcard::matches(text, "arn:aws:iam::111122223333:role/any/path/any-name")
    };
    let clause = statement.resource.as_ref().filter(|clause| !clause.negated);
    !is_narrowed && clause.is_some_and(|clause| clause.resources.texts().any(every_resource))
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn roles_to_pass_are_named() {
        let rule = super::RULE.id;
        let text = |action: &str, resource: &str, condition: &str| {
            with(&format!(
                r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"{condition}}}"#
            ))
        };
        for action in ["iam:PassRole", "iam:*", "iam:Pass*", "IAM:passrole"] {
            fires(
                rule,
                &text(action, "*", ""),
                Identity,
                &[&format!("\"{action}\"")],
            );
        }
        fires(
            rule,
            &text("iam:PassRole", "arn:aws:iam::*:role/*", ""),
            Identity,
            &["\"iam:PassRole\""],
        );
        silent(
            rule,
            &text("iam:PassRole", "arn:aws:iam::111122223333:role/app-*", ""),
            Identity,
        );
        silent(rule, &text("iam:GetRole", "*", ""), Identity);
        silent(rule, &text("*", "*", ""), Identity);
        let narrowed = r#", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}"#;
        silent(rule, &text("iam:PassRole", "*", narrowed), Identity);
    }
}
