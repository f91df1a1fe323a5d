//! An OIDC provider without a condition on what it says of the caller: everybody who can sign in there is let in.
//! IAM User Guide, "IAM policy validation check reference": Missing condition key for oidc principal.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "provider-without-condition",
    level: Level::Warning,
    about: "Whoever has an account at the provider may assume the role.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows() {
        for value in principals::of_kind(statement, PrincipalType::Federated) {
            let Some(domain) = principals::oidc_domain(&value.text) else {
                continue;
            };
            let asked = statement
                .conditions
                .iter()
                .any(|condition| condition.key.rsplit_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(domain)));
            if !asked {
                report.say(
                    value.span,
                    format!("whoever signs in at {domain} may assume the role"),
                    format!("add conditions on what it says of the caller, such as {domain}:aud and {domain}:sub"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn callers_are_told_apart() {
        let rule = super::RULE.id;
        let google = r#"{"Federated": "accounts.google.com"}"#;
        let text = |who: &str, condition: &str| with(&trust(who, "\"sts:AssumeRoleWithWebIdentity\"", condition));
        fires(rule, &text(google, ""), Trust, &["\"accounts.google.com\""]);
        silent(rule, &text(google, r#""StringEquals": {"accounts.google.com:aud": "app"}"#), Trust);
        silent(rule, &text(r#"{"Federated": "arn:aws:iam::111122223333:saml-provider/x"}"#, ""), Trust);
    }
}
