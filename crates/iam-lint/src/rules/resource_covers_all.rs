//! Patterns that together are every resource of the statement's actions: as open as `*`, and not seen at once.
//! Parliament's finding RESOURCE_EFFECTIVELY_STAR; IAM User Guide, "Security best practices in IAM": least privilege.

use std::collections::HashSet;

use super::{Report, Rule};
use crate::Level;
use crate::arn_shape::{Form, forms_of};
use super::documented;
use super::wildcard::{is_pattern, matches};
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-covers-all",
    level: Level::Note,
    about: "The resources of a statement are all that its actions act on.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows().filter(|statement| !statement.action.negated) {
        let Some(clause) = statement.resource.as_ref().filter(|clause| !clause.negated) else {
            continue;
        };
        let patterns: Vec<&str> = clause.resources.texts().filter(|text| is_pattern(text)).collect();
        if patterns.is_empty() || patterns.contains(&"*") {
            continue;
        }
        // Of several types that an action can act on, those that the statement means.
        let mut seen = HashSet::new();
        let mut meant = statement
            .action
            .actions
            .texts()
            .flat_map(documented::actions)
            .flat_map(iam_catalog::Action::resource_types)
            .filter(|acted| seen.insert((acted.resource_type.service().prefix(), acted.resource_type.name())))
            .flat_map(|acted| forms_of(acted.resource_type))
            .filter(|form| patterns.iter().any(|pattern| form.is_meant_by(pattern)))
            .peekable();
        let covers = |form: &Form| patterns.iter().any(|pattern| matches(pattern, &form.some_arn()));
        if meant.peek().is_some() && meant.all(covers) {
            report.say(
                clause.key_span,
                "these are all resources that the actions act on: the statement is as open as with \"*\"",
                "name the resources that are wanted, or write \"*\" so that it is seen",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn patterns_leave_something_out() {
        let rule = super::RULE.id;
        let text = |resources: &str| with(&allow("\"s3:GetObject\"", resources, ""));
        fires(rule, &text("\"arn:aws:s3:::*\""), Identity, &["\"Resource\""]);
        silent(rule, &text("\"arn:aws:s3:::a*\""), Identity);
        silent(rule, &text("\"*\""), Identity);
        silent(rule, &text("\"arn:aws:s3:::a/*\""), Identity);
    }
}
