//! An empty list of statements, actions or resources. AWS refuses it ("Syntax errors in policy", "Policy statement must
//! contain actions"). IAM User Guide, "Grammar of the IAM JSON policy language".

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "list-empty",
    level: Level::Error,
    about: "A list of statements, actions or resources is empty.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.document.statements.is_empty() {
        report.say(
            subject.document.span,
            "the document has no statement",
            "a policy has at least one",
        );
    }
    for statement in subject.statements() {
        let action = &statement.action;
        if action.actions.is_empty() {
            let element = if action.negated { "NotAction" } else { "Action" };
            report.say(
                action.key_span,
                format!("{element} is empty"),
                "name at least one action, or remove the statement",
            );
        }
        if let Some(resource) = statement
            .resource
            .as_ref()
            .filter(|clause| clause.resources.is_empty())
        {
            let element = if resource.negated {
                "NotResource"
            } else {
                "Resource"
            };
            report.say(
                resource.key_span,
                format!("{element} is empty"),
                "name at least one resource, or remove the statement",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn something_in_every_list() {
        let rule = super::RULE.id;
        fires(rule, &with(""), Identity, &[&with("")]);
        fires(
            rule,
            &with(r#"{"Effect": "Allow", "Action": [], "Resource": "*"}"#),
            Identity,
            &["\"Action\""],
        );
        fires(
            rule,
            &with(r#"{"Effect": "Deny", "Action": "a:b", "NotResource": []}"#),
            Identity,
            &["\"NotResource\""],
        );
        silent(
            rule,
            &with(r#"{"Effect": "Allow", "Action": ["a:b"], "Resource": "*"}"#),
            Identity,
        );
    }
}
