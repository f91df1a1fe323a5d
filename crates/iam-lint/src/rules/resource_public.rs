//! Everyone without a condition that holds anybody back, in a policy on a resource.
//! IAM User Guide, "AWS JSON policy elements: Principal": All principals; Amazon S3, "Blocking public access": the meaning of public.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "resource-public",
    level: Level::Warning,
    about: "A policy on a resource lets anybody in.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::ResourcePolicy {
        return;
    }
    for statement in subject.allows().filter(|statement| principals::is_everyone(statement)) {
        let narrowed = conditions::tells_callers_apart(statement);
        // NotPrincipal has a rule of its own.
        if let Some(clause) = statement.principal.as_ref().filter(|clause| !clause.negated && !narrowed) {
            report.say(
                clause.key_span,
                "anybody may do this, without an AWS account too",
                "name the principals, or add a condition such as StringEquals aws:PrincipalOrgID",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn callers_are_named() {
        let rule = super::RULE.id;
        let text = |who: &str, condition: &str| with(&trust(who, "\"s3:GetObject\"", condition));
        fires(rule, &text("\"*\"", ""), ResourcePolicy, &["\"Principal\""]);
        fires(rule, &text(r#"{"AWS": "*"}"#, r#""Bool": {"aws:SecureTransport": "true"}"#), ResourcePolicy, &["\"Principal\""]);
        for open in [
            r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#,
            r#""IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}"#,
            r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}"#,
            r#""StringLike": {"aws:PrincipalArn": "*"}"#,
            r#""StringNotEquals": {"aws:PrincipalAccount": "111122223333"}"#,
        ] {
            fires(rule, &text("\"*\"", open), ResourcePolicy, &["\"Principal\""]);
        }
        silent(rule, &text("\"*\"", r#""IpAddress": {"aws:SourceIp": "192.0.2.0/24"}"#), ResourcePolicy);
        silent(rule, &text("\"*\"", r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}"#), ResourcePolicy);
        silent(rule, &text("\"*\"", r#""StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}"#), ResourcePolicy);
        silent(rule, &text(r#"{"AWS": "111122223333"}"#, ""), ResourcePolicy);
        silent(rule, &text("\"*\"", "").replace("Allow", "Deny"), ResourcePolicy);
    }
}
