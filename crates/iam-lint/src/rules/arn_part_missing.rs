//! No region or account in an ARN of a service whose ARNs have them: it matches nothing.
//! IAM User Guide, "IAM policy validation check reference": Missing ARN Region, Missing ARN account.

use super::{Report, Rule};
use crate::Level;
use crate::arn_shape::Part;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-part-missing",
    level: Level::Warning,
    about: "An ARN has no region or account where its service's ARNs have one.",
    check,
};

/// Resources of which AWS has some of its own, which are of no account.
const OF_AWS: [&str; 6] = ["image/", "snapshot/", "parameter/", "document/", "automation-definition/", "view/"];

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        let forms = &arn.alike;
        if forms.is_empty() {
            continue;
        }
        for (part, what) in [(Part::Region, "region"), (Part::Account, "account")] {
            let is_of_aws = part == Part::Account && OF_AWS.iter().any(|kind| arn.part(Part::Resource).starts_with(kind));
            let is_needed = forms.iter().all(|form| form.part(part).starts_with("${"));
            if arn.part(part).is_empty() && is_needed && !is_of_aws {
                report.say(
                    arn.value.span,
                    format!("ARNs of this kind have {} {what}, and `{}` has none", if part == Part::Region { "a" } else { "an" }, arn.value.text),
                    "name it, or write * for any",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn what_has_a_region_names_it() {
        let rule = super::RULE.id;
        let text = |resource: &str| with(&allow("\"sqs:*\"", &format!("\"{resource}\""), ""));
        fires(rule, &text("arn:aws:sqs::111122223333:q"), Identity, &["\"arn:aws:sqs::111122223333:q\""]);
        fires(rule, &text("arn:aws:iam:::role/x"), Identity, &["\"arn:aws:iam:::role/x\""]);
        silent(rule, &text("arn:aws:sqs:*:111122223333:q"), Identity);
        silent(rule, &text("arn:aws:s3:::b"), Identity);
        silent(rule, &text("arn:aws:ec2:us-east-1::image/ami-1"), Identity);
    }
}
