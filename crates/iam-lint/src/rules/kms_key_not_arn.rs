//! s3:x-amz-server-side-encryption-aws-kms-key-id holds the ARN of a key: an id or an alias never equals it.
//! IAM User Guide, "IAM policy validation check reference": Invalid kms key value; Amazon S3, "Protecting data with SSE-KMS".

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "kms-key-not-arn",
    level: Level::Warning,
    about: "A KMS key is not named by its ARN.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let on_key = conditions::is_on(condition, "s3:x-amz-server-side-encryption-aws-kms-key-id");
        if !on_key || operator.comparison == Comparison::Null {
            continue;
        }
        for value in &condition.values.values {
            let arn = documented::arn(&value.text);
            let is_key = arn.is_some_and(|[_, _, service, _, _, resource]| service == "kms" && resource.starts_with("key/"));
            let open = conditions::has_variable(&value.text) || conditions::has_wildcard(&value.text);
            if !is_key && !open {
                report.say(
                    value.span,
                    format!("`{}` is not the ARN of a KMS key, which the key holds", value.text),
                    "write arn:aws:kms:REGION:ACCOUNT:key/KEY-ID",
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
    fn keys_are_named_by_arn() {
        let rule = super::RULE.id;
        let text = |value: &str| {
            with(&allow(
                "\"s3:PutObject\"",
                "\"*\"",
                &format!(r#""StringEquals": {{"s3:x-amz-server-side-encryption-aws-kms-key-id": "{value}"}}"#),
            ))
        };
        fires(rule, &text("alias/mine"), Identity, &["\"alias/mine\""]);
        silent(rule, &text("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab"), Identity);
    }
}
