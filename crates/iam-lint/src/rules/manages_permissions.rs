//! Actions of the access level "Permissions management" on every resource.
//! Parliament's finding PERMISSIONS_MANAGEMENT_ACTIONS; IAM User Guide, "Understand access level summaries within policy summaries".

use iam_catalog::AccessLevel;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "manages-permissions",
    level: Level::Note,
    about: "Permissions of others can be changed, of any resource.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Identity {
        return;
    }
    for statement in subject.allows().filter(|statement| statement.conditions.is_empty() && !statement.action.negated) {
        let on_all = statement
            .resource
            .as_ref()
            .is_some_and(|clause| clause.negated || clause.resources.texts().any(|text| text == "*"));
        if !on_all {
            continue;
        }
        for entry in &statement.action.actions.values {
            let mut managing =
                documented::actions(&entry.text).filter(|action| action.access_level() == AccessLevel::PermissionsManagement);
            let Some(first) = managing.next() else {
                continue;
            };
            let message = match managing.count() {
                0 => format!("{first} changes permissions, of any resource"),
                more => format!("{first} and {more} more actions of `{}` change permissions, of any resource", entry.text),
            };
            report.say(entry.span, message, "name the resources, or the actions that are needed");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn permissions_are_changed_where_meant() {
        let rule = super::RULE.id;
        let text = |action: &str, resource: &str| with(&allow(&format!("\"{action}\""), &format!("\"{resource}\""), ""));
        fires(rule, &text("s3:PutBucketPolicy", "*"), Identity, &["\"s3:PutBucketPolicy\""]);
        fires(rule, &text("iam:*", "*"), Identity, &["\"iam:*\""]);
        silent(rule, &text("s3:PutBucketPolicy", "arn:aws:s3:::a"), Identity);
        silent(rule, &text("s3:GetObject", "*"), Identity);
    }
}
