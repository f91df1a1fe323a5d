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
        let narrowed = conditions::tested(statement).any(|(condition, operator)| {
            conditions::holds_back(operator) && NARROWING.iter().any(|key| conditions::is_on(condition, key))
        });
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

/// Keys that tell callers apart: those by which Amazon S3 tells a public policy from one that is not.
const NARROWING: [&str; 24] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOwner",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:userid",
    "aws:username",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
    "kms:CallerAccount",
    "kms:ViaService",
    "lambda:FunctionUrlAuthType",
    "lambda:EventSourceToken",
    "aws:PrincipalIsAWSService",
];

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
        silent(rule, &text("\"*\"", r#""StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3"}"#), ResourcePolicy);
        silent(rule, &text(r#"{"AWS": "111122223333"}"#, ""), ResourcePolicy);
        silent(rule, &text("\"*\"", "").replace("Allow", "Deny"), ResourcePolicy);
    }
}
