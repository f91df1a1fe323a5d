//! Permission to write a bucket's policy, ACL or lifecycle without permission for its objects: the one gives the other.
//! Parliament's finding RESOURCE_POLICY_PRIVILEGE_ESCALATION; Service Authorization Reference, Amazon S3.

use iam_policy::Statement;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use super::wildcard::{Case, covers};
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "bucket-policy-escalation",
    level: Level::Warning,
    about: "Permissions on a bucket lead to its objects.",
    check,
};

/// What may be had by what.
const LEADS: [(&str, &str, &str); 6] = [
    ("s3:PutBucketPolicy", "s3:GetObject", "read"),
    ("s3:PutBucketPolicy", "s3:PutObject", "written"),
    ("s3:PutBucketPolicy", "s3:DeleteObject", "deleted"),
    ("s3:PutBucketAcl", "s3:GetObject", "read"),
    ("s3:PutBucketAcl", "s3:PutObject", "written"),
    ("s3:PutLifecycleConfiguration", "s3:DeleteObject", "deleted"),
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Identity {
        return;
    }
    for statement in subject.allows().filter(|statement| !statement.action.negated) {
        let Some(clause) = statement.resource.as_ref().filter(|clause| !clause.negated) else {
            continue;
        };
        for entry in &statement.action.actions.values {
            for bucket in clause.resources.values.iter().filter(|value| is_bucket(&value.text)) {
                let lead = LEADS.iter().find(|(by, to, _)| {
                    entry.text.eq_ignore_ascii_case(by)
                        && !denies(subject, by, &bucket.text)
                        && !allows_objects(subject, to, &bucket.text)
                });
                if let Some((by, to, done)) = lead {
                    report.say(
                        entry.span,
                        format!("by {by} the objects of `{}` can be {done}, which {to} does not allow here", bucket.text),
                        "allow it to those only who may do the same with the objects",
                    );
                    break;
                }
            }
        }
    }
}

fn is_bucket(text: &str) -> bool {
    text.starts_with("arn:") && text.contains(":s3:::") && !text.contains('/')
}

fn denies(subject: &Subject<'_>, action: &str, bucket: &str) -> bool {
    subject.denies().any(|statement| {
        statement.conditions.is_empty() && documented::is_about(statement, action) && is_on(statement, bucket)
    })
}

fn allows_objects(subject: &Subject<'_>, action: &str, bucket: &str) -> bool {
    let objects = format!("{bucket}/any");
    subject
        .allows()
        .any(|statement| documented::is_about(statement, action) && (is_on(statement, &objects) || is_on(statement, bucket)))
}

fn is_on(statement: &Statement, resource: &str) -> bool {
    statement
        .resource
        .as_ref()
        .is_some_and(|clause| clause.resources.texts().any(|text| covers(text, resource, Case::Differs)) != clause.negated)
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn who_rules_a_bucket_has_its_objects() {
        let rule = super::RULE.id;
        let bucket = allow("\"s3:PutBucketPolicy\"", "\"arn:aws:s3:::a\"", "");
        let objects = allow(r#"["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]"#, "\"arn:aws:s3:::a/*\"", "");
        fires(rule, &with(&bucket), Identity, &["\"s3:PutBucketPolicy\""]);
        silent(rule, &with(&[bucket.clone(), objects].join(",")), Identity);
        silent(rule, &with(&[bucket, deny("\"s3:PutBucketPolicy\"", "\"*\"", "")].join(",")), Identity);
        silent(rule, &with(&allow("\"s3:GetBucketPolicy\"", "\"arn:aws:s3:::a\"", "")), Identity);
    }
}
