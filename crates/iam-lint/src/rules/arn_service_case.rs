//! A service in an ARN with capital letters: no ARN has them. AWS refuses it ("Vendor S3 is not valid").
//! IAM User Guide, "IAM policy validation check reference": Invalid ARN service case.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "arn-service-case",
    level: Level::Error,
    about: "The service of an ARN has capital letters.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for arn in subject.arns() {
        let service = arn.service();
        if service.bytes().any(|byte| byte.is_ascii_uppercase()) && !service.contains('$') {
            report.say(
                arn.value.span,
                format!("the service `{service}` of an ARN has capital letters"),
                format!("write {}", service.to_ascii_lowercase()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn services_are_lower_case() {
        let rule = super::RULE.id;
        let text = |resource: &str| with(&allow("\"s3:*\"", &format!("\"{resource}\""), ""));
        fires(rule, &text("arn:aws:S3:::b"), Identity, &["\"arn:aws:S3:::b\""]);
        silent(rule, &text("arn:aws:s3:::B"), Identity);
    }
}
