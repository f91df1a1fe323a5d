//! No principal in a policy on a resource or in a trust policy. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": Missing principal.

use super::{Report, Rule};
use crate::Level;
use crate::subject::{Subject, names_principals};

pub(super) static RULE: Rule = Rule {
    id: "principal-missing",
    level: Level::Error,
    about: "A statement does not say whom it is about.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if !names_principals(subject.purpose) {
        return;
    }
    for statement in subject
        .statements()
        .filter(|statement| statement.principal.is_none())
    {
        report.say(
            statement.span,
            format!("a statement of {} needs a Principal", subject.purpose.described()),
            "say whom it is about, such as \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:role/app\"}",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn a_resource_says_who_may() {
        let rule = super::RULE.id;
        let statement = r#"{"Effect": "Allow", "Action": "sts:AssumeRole"}"#;
        fires(rule, &with(statement), Trust, &[statement]);
        silent(rule, &with(statement), Identity);
        let named =
            r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#;
        silent(rule, &with(named), Trust);
    }
}
