//! A value of `"AWS"` that is no principal. AWS refuses it ("Invalid principal in policy").
//! IAM User Guide, "AWS JSON policy elements: Principal"; validation check Invalid principal format.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-malformed",
    level: Level::Error,
    about: "A principal is neither an ARN of IAM, nor an account, nor `*`.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for value in subject.statements().flat_map(|statement| principals::mentioned(statement, PrincipalType::Aws)) {
        let text = value.text.as_str();
        // Wildcards and variables have rules of their own.
        if text == "*" || is_account(text) || principals::unique_id(text).is_some() || text.contains("${") {
            continue;
        }
        let known = documented::arn(text).is_some_and(|[_, _, service, _, account, resource]| {
            matches!(service, "iam" | "sts") && (is_account(account) || account.contains('*') || account == "cloudfront") && !resource.is_empty()
        });
        if !known {
            report.say(
                value.span,
                format!("`{text}` is no principal"),
                "give the ARN of a role or user, an account id, or \"*\"; services stand under \"Service\"",
            );
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn principals_are_arns_or_accounts() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"AWS": ["{who}"]}}"#), "\"sts:AssumeRole\"", ""));
        for wrong in ["ann", "1111", "arn:aws:s3:::bucket", "ec2.amazonaws.com", "arn:aws:iam::1:role/x"] {
            fires(rule, &text(wrong), Trust, &[&format!("\"{wrong}\"")]);
        }
        for right in [
            "*",
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:role/a/b",
            "arn:aws:sts::111122223333:assumed-role/a/s",
            "AIDACKCEVSQ6C2EXAMPLE",
        ] {
            silent(rule, &text(right), Trust);
        }
    }
}
