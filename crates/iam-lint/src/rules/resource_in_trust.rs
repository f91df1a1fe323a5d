//! A resource in a trust policy, which is about its own role. AWS refuses it ("Has prohibited field Resource").
//! IAM User Guide, "IAM policy validation check reference": Unsupported resource element.

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-in-trust",
    level: Level::Error,
    about: "A trust policy has no Resource.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for resource in subject
        .statements()
        .filter_map(|statement| statement.resource.as_ref())
    {
        let element = if resource.negated {
            "NotResource"
        } else {
            "Resource"
        };
        report.say(
            resource.key_span,
            format!("a trust policy has no {element}: it is about the role that it belongs to"),
            "remove it",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn a_trust_policy_is_about_its_role() {
        let rule = super::RULE.id;
        let text = with(
            r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", "Resource": "*"}"#,
        );
        fires(rule, &text, Trust, &["\"Resource\""]);
        silent(rule, &text, ResourcePolicy);
        silent(
            rule,
            &with(r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#),
            Trust,
        );
    }
}
