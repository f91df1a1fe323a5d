//! Allow with `NotAction`: everything else is allowed, of services that do not exist yet too.
//! IAM User Guide, "IAM JSON policy elements: `NotAction`".

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "allow-not-action",
    level: Level::Warning,
    about: "Allow with NotAction allows every other action of every service.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows().filter(|statement| statement.action.negated) {
        report.say(
            statement.action.key_span,
            "NotAction with Allow allows every other action of every service",
            "name what is allowed, or keep NotAction for a Deny",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn what_is_allowed_is_named() {
        let rule = super::RULE.id;
        let statement = |effect: &str, element: &str| {
            with(&format!(
                r#"{{"Effect": "{effect}", "{element}": "iam:*", "Resource": "*"}}"#
            ))
        };
        fires(
            rule,
            &statement("Allow", "NotAction"),
            Identity,
            &["\"NotAction\""],
        );
        silent(rule, &statement("Deny", "NotAction"), Identity);
        silent(rule, &statement("Allow", "Action"), Identity);
    }
}
