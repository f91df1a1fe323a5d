//! iam:PassRole on every role, also by wildcard, NotAction or NotResource: whoever has it can have any role of the account
//! used. IAM User Guide, "IAM policy validation check reference": Pass role with star in resource, and the five like it.

use iam_policy::Statement;

use super::wildcard::matches;
use super::{Report, Rule, conditions, documented};
use crate::DocumentUse;
use crate::Level;
use crate::subject::{Subject, is_administrator, place_of};

pub(super) static RULE: Rule = Rule {
    id: "passes-any-role",
    level: Level::Warning,
    about: "Any role can be passed to a service.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if !matches!(subject.purpose, DocumentUse::Identity) {
        return;
    }
    // Of an administrator `allows-everything` speaks.
    for statement in subject
        .allows()
        .filter(|statement| !is_administrator(statement) && any_role(statement))
    {
        if documented::is_about(statement, "iam:PassRole") {
            report.say(
                place_of(statement, "iam:PassRole"),
                "any role can be passed to any service",
                "name the roles in Resource, or the services in a condition on iam:PassedToService",
            );
        }
    }
}

fn any_role(statement: &Statement) -> bool {
    let is_narrowed = conditions::any_on(statement, &["iam:PassedToService", "iam:AssociatedResourceArn"]);
    let every_role = |text: &str| matches(text, "arn:aws:iam::111122223333:role/any/path/any-name");
    !is_narrowed
        && statement
            .resource
            .as_ref()
            .is_some_and(|clause| clause.negated || clause.resources.texts().any(every_role))
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
