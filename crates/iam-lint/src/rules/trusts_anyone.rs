//! A trust policy that lets any principal of any account assume the role.
//! IAM User Guide, "IAM JSON policy elements: Principal": All principals.

use iam_policy::{PrincipalType, Who};

use super::conditions;
use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "trusts-anyone",
    level: Level::Warning,
    about: "Anyone in any account may assume the role.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject
        .allows()
        .filter(|statement| !conditions::tells_callers_apart(statement))
    {
        let Some(principal) = statement.principal.as_ref() else {
            continue;
        };
        let anyone = principal.negated
            || match &principal.who {
                Who::Everyone(_) => true,
                Who::Listed(entries) => entries.iter().any(|entry| {
                    entry.kind == PrincipalType::Aws && entry.values.texts().any(|value| value == "*")
                }),
            };
        if anyone {
            report.say(
                principal.key_span,
                "anyone in any AWS account may assume the role",
                "name the principals, or add a condition such as StringEquals aws:PrincipalOrgID",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn who_may_assume_is_named() {
        let rule = super::RULE.id;
        let text = |principal: &str, condition: &str| {
            with(&format!(
                r#"{{"Effect": "Allow", {principal}, "Action": "sts:AssumeRole"{condition}}}"#
            ))
        };
        fires(rule, &text(r#""Principal": "*""#, ""), Trust, &["\"Principal\""]);
        fires(
            rule,
            &text(r#""Principal": {"AWS": ["*"]}"#, ""),
            Trust,
            &["\"Principal\""],
        );
        fires(
            rule,
            &text(r#""NotPrincipal": {"AWS": "111122223333"}"#, ""),
            Trust,
            &["\"NotPrincipal\""],
        );
        silent(rule, &text(r#""Principal": {"AWS": "111122223333"}"#, ""), Trust);
        let organization = r#", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#;
        silent(rule, &text(r#""Principal": "*""#, organization), Trust);
        silent(rule, &text(r#""Principal": "*""#, ""), ResourcePolicy);
        // Everybody has these, or can have them.
        for condition in [
            r#"{"DateLessThan": {"aws:CurrentTime": "2027-06-01T00:00:00Z"}}"#,
            r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
            r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
            r#"{"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
        ] {
            let open = text(r#""Principal": "*""#, &format!(", \"Condition\": {condition}"));
            fires(rule, &open, Trust, &["\"Principal\""]);
        }
    }
}
