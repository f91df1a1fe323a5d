//! A document beyond the quota of its kind. White space is not counted, but in control policies saved by API.
//! IAM User Guide, "IAM and AWS STS quotas"; Organizations, "Quotas": policy size checks of the validation check reference.

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "size-quota",
    level: Level::Warning,
    about: "The document is larger than AWS takes it.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let (most, what) = match subject.purpose {
        DocumentUse::Identity => (10_240, "a role's inline policies together; a managed policy may have 6,144"),
        DocumentUse::Boundary => (6_144, "a managed policy"),
        DocumentUse::Session => (2_048, "a session policy"),
        DocumentUse::Trust => (2_048, "a trust policy, unless the quota has been raised"),
        DocumentUse::ResourcePolicy => (20_480, "a bucket policy; other resources take less"),
        DocumentUse::Scp => (5_120, "a service control policy"),
        DocumentUse::Rcp => (5_120, "a resource control policy"),
    };
    let size = subject.document.iam_size();
    if size > most {
        report.say(
            subject.document.span,
            format!("the document has {size} characters, more than the {most} of {what}"),
            "merge statements, use wildcards, or make several policies of it",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_document_fits() {
        let rule = super::RULE.id;
        let statement = |resources: usize| {
            let all: Vec<String> = (0..resources).map(|place| format!("\"arn:aws:s3:::bucket-number-{place}\"")).collect();
            with(&allow("\"s3:*\"", &format!("[{}]", all.join(",")), ""))
        };
        let (small, large) = (statement(10), statement(400));
        fires(rule, &large, Identity, &[&large]);
        silent(rule, &large, ResourcePolicy);
        silent(rule, &small, Identity);
        silent(rule, &small, Rcp);
    }
}
