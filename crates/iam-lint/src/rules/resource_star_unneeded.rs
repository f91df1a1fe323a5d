//! `"Resource": "*"` with actions that act on resources, and so could be limited to some.
//! Parliament's finding RESOURCE_STAR; IAM User Guide, "Security best practices in IAM": least privilege.

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-star-unneeded",
    level: Level::Note,
    about: "Actions on `*` could be limited to resources.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Identity {
        return;
    }
    for statement in subject.allows().filter(|statement| statement.conditions.is_empty() && !statement.action.negated) {
        let Some(star) = statement.resource.as_ref().filter(|clause| !clause.negated).and_then(|clause| {
            clause.resources.values.iter().find(|value| value.text == "*")
        }) else {
            continue;
        };
        let limitable: Vec<&str> = statement
            .action
            .actions
            .texts()
            .filter(|entry| documented::is_exact(entry))
            .filter(|entry| {
                documented::actions(entry).any(|action| action.resource_types().next().is_some())
            })
            .collect();
        match limitable.as_slice() {
            [] => {}
            [one] => report.say(star.span, format!("`{one}` could be limited to resources"), HELP),
            [one, rest @ ..] => {
                let message = format!("`{one}` and {} more could be limited to resources", rest.len());
                report.say(star.span, message, HELP);
            }
        }
    }
}

const HELP: &str = "name the ARNs; actions that have no resources go into a statement of their own";

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, silent, with};

    #[test]
    fn what_can_be_limited_is() {
        let rule = super::RULE.id;
        fires(rule, &with(&allow(r#"["s3:GetObject", "s3:ListAllMyBuckets"]"#, "\"*\"", "")), Identity, &["\"*\""]);
        silent(rule, &with(&allow("\"s3:ListAllMyBuckets\"", "\"*\"", "")), Identity);
        silent(rule, &with(&allow("\"s3:GetObject\"", "\"arn:aws:s3:::a/*\"", "")), Identity);
        silent(rule, &with(&allow("\"s3:Get*\"", "\"*\"", "")), Identity);
    }
}
