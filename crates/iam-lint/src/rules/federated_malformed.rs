//! A value of `"Federated"` that is no provider: it is a domain, or the ARN of a SAML or OIDC provider of the account.
//! IAM User Guide, "IAM policy validation check reference": Invalid federated principal syntax in role trust policy.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "federated-malformed",
    level: Level::Error,
    about: "An identity provider is neither a domain nor the ARN of one.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for value in subject.statements().flat_map(|statement| principals::mentioned(statement, PrincipalType::Federated)) {
        let text = value.text.as_str();
        let is_provider = match documented::arn(text) {
            Some([_, _, service, _, _, resource]) => {
                service == "iam" && (resource.starts_with("saml-provider/") || resource.starts_with("oidc-provider/"))
            }
            None => text == "*" || text.contains('.') && !text.contains([':', ' ']) && !text.starts_with('.'),
        };
        if !is_provider && !text.contains("${") {
            report.say(
                value.span,
                format!("`{text}` is no identity provider"),
                "write a domain such as accounts.google.com, or arn:aws:iam::ACCOUNT:saml-provider/NAME",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn providers_are_domains_or_arns() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(&format!(r#"{{"Federated": "{who}"}}"#), "\"sts:AssumeRoleWithSAML\"", ""));
        for wrong in ["google", "https://accounts.google.com", "arn:aws:iam::111122223333:role/x"] {
            fires(rule, &text(wrong), Trust, &[&format!("\"{wrong}\"")]);
        }
        for right in [
            "accounts.google.com",
            "cognito-identity.amazonaws.com",
            "arn:aws:iam::111122223333:saml-provider/Example",
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
        ] {
            silent(rule, &text(right), Trust);
        }
    }
}
