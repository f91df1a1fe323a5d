//! A pattern that no action of its service fits: the entry allows or denies nothing.
//! IAM User Guide, "IAM JSON policy elements: Action"; validation check Invalid action.

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "action-matches-nothing",
    level: Level::Warning,
    about: "A pattern of actions matches none that the service has.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for entry in subject.action_entries().filter(|entry| !documented::is_exact(&entry.text)) {
        let Some(service) = documented::service(&entry.text) else {
            continue;
        };
        if documented::actions(&entry.text).next().is_none() {
            report.say(
                entry.span,
                format!("no action of {} matches `{}`", service.name(), entry.text),
                format!("`daypass actions '{}:*'` lists those there are", service.prefix()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_pattern_matches_something() {
        let rule = super::RULE.id;
        let text = with(&allow(r#"["s3:Fetch*", "s3:Get*", "s3:?etObject", "nosuch:*", "*"]"#, "\"*\"", ""));
        fires(rule, &text, Identity, &["\"s3:Fetch*\""]);
        silent(rule, &with(&allow("\"s3:get*\"", "\"*\"", "")), Identity);
    }
}
