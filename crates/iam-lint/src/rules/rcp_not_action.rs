//! `NotAction` in a resource control policy. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": RCP syntax error NotAction; Organizations, "RCP syntax".

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-not-action",
    level: Level::Error,
    about: "A resource control policy has no NotAction.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for statement in subject.statements().filter(|statement| statement.action.negated) {
        report.say(
            statement.action.key_span,
            "a resource control policy has no NotAction",
            "list the actions in Action",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn actions_are_listed() {
        let rule = super::RULE.id;
        let text = r#"{"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*"}"#;
        fires(rule, &with(text), Rcp, &["\"NotAction\""]);
        silent(rule, &with(&text.replace("NotAction", "Action")), Rcp);
        silent(rule, &with(text), ResourcePolicy);
    }
}
