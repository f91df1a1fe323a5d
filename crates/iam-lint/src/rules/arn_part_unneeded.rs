//! A region or account in an ARN of a service whose ARNs have none: it matches nothing.
//! IAM User Guide, "IAM policy validation check reference": ARN Region not allowed, ARN account not allowed.

use super::{Report, Rule};
use crate::Level;
use crate::arn_shape::Part;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-part-unneeded",
    level: Level::Warning,
    about: "An ARN has a region or an account where its service's ARNs have none.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        let forms = &arn.alike;
        if forms.is_empty() {
            continue;
        }
        for (part, what, example) in [
            (Part::Region, "region", "arn:aws:iam::111122223333:role/app"),
            (Part::Account, "account", "arn:aws:s3:::bucket"),
        ] {
            let written = arn.part(part);
            let may_be_empty = written.is_empty() || written == "*" || written.contains('$');
            if !may_be_empty && forms.iter().all(|form| form.part(part).is_empty()) {
                report.say(
                    arn.value.span,
                    format!("ARNs of this kind have no {what}, and `{}` has `{written}`", arn.value.text),
                    format!("leave the part empty, as in {example}"),
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
    fn what_has_no_region_names_none() {
        let rule = super::RULE.id;
        let text = |resource: &str| with(&allow("\"iam:*\"", &format!("\"{resource}\""), ""));
        fires(
            rule,
            &text("arn:aws:iam:us-east-1:111122223333:role/x"),
            Identity,
            &["\"arn:aws:iam:us-east-1:111122223333:role/x\""],
        );
        fires(rule, &text("arn:aws:s3::111122223333:bucket"), Identity, &["\"arn:aws:s3::111122223333:bucket\""]);
        silent(rule, &text("arn:aws:iam::111122223333:role/x"), Identity);
        silent(rule, &text("arn:aws:s3:us-east-1:111122223333:accesspoint/a"), Identity);
        silent(rule, &text("arn:aws:s3:::bucket/*"), Identity);
    }
}
