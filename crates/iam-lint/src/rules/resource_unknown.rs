//! An ARN that no type of resource of its service has.
//! IAM User Guide, "IAM policy validation check reference": Invalid ARN resource.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-unknown",
    level: Level::Warning,
    about: "An ARN has the form of no resource that its service has.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        if arn.has_forms && arn.alike.is_empty() {
            report.say(
                arn.value.span,
                format!("no resource of `{}` has an ARN such as `{}`", arn.service(), arn.value.text),
                format!("`daypass actions '{}:*' --detail` shows the forms there are", arn.service()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn arns_have_forms() {
        let rule = super::RULE.id;
        let text = |resource: &str| with(&allow("\"iam:*\"", &format!("\"{resource}\""), ""));
        fires(rule, &text("arn:aws:iam::*:rolle/x"), Identity, &["\"arn:aws:iam::*:rolle/x\""]);
        fires(rule, &text("arn:aws:lambda:*:*:fn:x"), Identity, &["\"arn:aws:lambda:*:*:fn:x\""]);
        silent(rule, &text("arn:aws:iam::*:role/x"), Identity);
        silent(rule, &text("arn:aws:lambda:*:*:function:${aws:PrincipalTag/team}-*"), Identity);
        silent(rule, &text("arn:aws:nosuch:::x"), Identity);
        silent(rule, &text("arn:aws:iam::111122223333:*"), Identity);
    }
}
