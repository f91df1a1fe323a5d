//! An action whose types of resource are none of the statement's: it is allowed or denied on nothing.
//! Service Authorization Reference: the resource types of each action, and the forms of their ARNs.

use std::collections::HashMap;

use iam_catalog::Action;

use super::{Report, Rule};
use crate::Level;
use crate::arn_shape::forms_of;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-never-matches",
    level: Level::Warning,
    about: "No resource of the statement can be one that the action acts on.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements().filter(|statement| !statement.action.negated) {
        let Some(clause) = statement.resource.as_ref().filter(|clause| !clause.negated) else {
            continue;
        };
        let resources: Vec<&str> = clause.resources.texts().collect();
        // Malformed ones are told of, and may have been meant to be any type.
        if resources.is_empty() || resources.iter().any(|text| documented::arn(text).is_none()) {
            continue;
        }
        let whole_service = resources.iter().any(|text| text.ends_with(":*"));
        let mut known = HashMap::new();
        for entry in &statement.action.actions.values {
            let mut actions = documented::actions(&entry.text).peekable();
            let Some(first) = actions.peek().copied() else {
                continue;
            };
            // On "all of a service" AWS allows what has no resources as well: the user guides' own examples list buckets so.
            let is_open = |action: Action| whole_service && action.resource_types().next().is_none();
            if actions.any(|action| is_open(action) || acts_on_one(action, &resources, &mut known)) {
                continue;
            }
            let message = format!("`{}` acts on none of the statement's resources", entry.text);
            report.say(entry.span, message, help(&entry.text, first, &resources));
        }
    }
}

/// Whether one of the resources can be of a type that the action acts on; `known` keeps the answers by type.
fn acts_on_one(
    action: Action,
    resources: &[&str],
    known: &mut HashMap<(&'static str, &'static str), bool>,
) -> bool {
    action.resource_types().any(|acted| {
        let kind = acted.resource_type;
        *known
            .entry((kind.service().prefix(), kind.name()))
            .or_insert_with(|| {
                // A backup's recovery point has the ARN of the service whose data it is, in that service's own form.
                let of_any_service = kind.arn_formats().any(|format| format.as_str().contains(":${Vendor}:"));
                of_any_service || forms_of(kind).iter().any(|form| resources.iter().any(|resource| form.may_be(resource)))
            })
    })
}

fn help(entry: &str, action: Action, resources: &[&str]) -> String {
    if !documented::is_exact(entry) {
        return "name resources of the service, or take the action out of this statement".to_owned();
    }
    let mut forms: Vec<&str> = action
        .resource_types()
        .flat_map(|acted| acted.resource_type.arn_formats())
        .map(iam_catalog::ArnFormat::as_str)
        .collect();
    // Where some are like what is written, with a region or without, one of those was meant.
    let shape = |text| {
        documented::arn(text).map(|[_, _, service, region, account, _]| {
            (service.to_owned(), region.is_empty(), account.is_empty())
        })
    };
    if forms.iter().any(|form| resources.iter().any(|resource| shape(form) == shape(resource))) {
        forms.retain(|form| resources.iter().any(|resource| shape(form) == shape(resource)));
    }
    match forms.as_slice() {
        [] => "it names no resource in its requests: it needs \"Resource\": \"*\", best in a statement of its own"
            .to_owned(),
        [one] => format!("it acts on {one}"),
        [one, other] => format!("it acts on {one} or {other}"),
        [one, rest @ ..] => format!("it acts on {one} and {} other forms", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, found, silent, with};

    #[test]
    fn the_form_that_was_meant_is_told() {
        let text = with(&allow("\"s3:GetObject\"", "\"arn:aws:s3:::reports\"", ""));
        assert_eq!(
            found(super::RULE.id, &text, Identity)[0].help.as_deref(),
            Some("it acts on arn:${Partition}:s3:::${BucketName}/${ObjectName}")
        );
    }

    #[test]
    fn actions_meet_their_resources() {
        let rule = super::RULE.id;
        let text = |actions: &str, resources: &str| with(&allow(actions, resources, ""));
        fires(
            rule,
            &text(r#"["s3:GetObject", "s3:ListBucket"]"#, "\"arn:aws:s3:::reports\""),
            Identity,
            &["\"s3:GetObject\""],
        );
        fires(rule, &text("\"s3:ListAllMyBuckets\"", "\"arn:aws:s3:::a\""), Identity, &["\"s3:ListAllMyBuckets\""]);
        fires(rule, &text("\"ec2:Describe*\"", "\"arn:aws:s3:::a\""), Identity, &["\"ec2:Describe*\""]);
        // "arn:aws:ec2:region::snapshot/snap-05f426fd8kdjb4224" (AWS Backup Developer Guide, "Access control").
        silent(
            rule,
            &with(&allow("\"backup:DeleteRecoveryPoint\"", "\"arn:aws:ec2:eu-west-1::snapshot/snap-05f426fd8kdjb4224\"", "")),
            Identity,
        );
        silent(rule, &text(r#"["s3:GetObject", "s3:List*"]"#, r#"["arn:aws:s3:::a", "arn:aws:s3:::a/*"]"#), Identity);
        silent(rule, &text("\"s3:ListAllMyBuckets\"", "\"*\""), Identity);
        silent(rule, &text("\"s3:GetObject\"", "\"arn:aws:s3:::${aws:username}/*\""), Identity);
        silent(rule, &text("\"nosuch:Action\"", "\"arn:aws:s3:::a\""), Identity);
    }
}
