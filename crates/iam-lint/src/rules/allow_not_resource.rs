//! Allow with `NotResource`: the actions are allowed on everything else, of other accounts too.
//! IAM User Guide, "IAM JSON policy elements: `NotResource`".

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "allow-not-resource",
    level: Level::Warning,
    about: "Allow with NotResource allows the actions on every other resource.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for clause in subject.allows().filter_map(|statement| statement.resource.as_ref()) {
        if clause.negated {
            report.say(
                clause.key_span,
                "NotResource with Allow allows the actions on every other resource",
                "name the resources, or allow all and deny these in a statement of its own",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn resources_are_named() {
        let rule = super::RULE.id;
        let text = |effect: &str, element: &str| {
            with(&format!(r#"{{"Effect": "{effect}", "Action": "s3:*", "{element}": "arn:aws:s3:::a/*"}}"#))
        };
        fires(rule, &text("Allow", "NotResource"), Identity, &["\"NotResource\""]);
        silent(rule, &text("Deny", "NotResource"), Identity);
        silent(rule, &text("Allow", "Resource"), Identity);
    }
}
