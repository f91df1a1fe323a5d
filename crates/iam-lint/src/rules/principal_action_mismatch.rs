//! sts:AssumeRoleWithSAML for others than SAML providers, sts:AssumeRoleWithWebIdentity for others than OIDC providers, or
//! sts:AssumeRole for a provider. IAM User Guide, "IAM policy validation check reference": Mismatched action for principal.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-action-mismatch",
    level: Level::Error,
    about: "The way to assume the role is not one for the principal.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows().filter(|statement| !statement.action.negated) {
        for entry in &statement.action.actions.values {
            let action = entry.text.to_ascii_lowercase();
            let fits = |kind: PrincipalType, text: &str| match action.as_str() {
                "sts:assumerolewithsaml" => kind == PrincipalType::Federated && is_saml(text),
                "sts:assumerolewithwebidentity" => kind == PrincipalType::Federated && !is_saml(text),
                "sts:assumerole" => kind != PrincipalType::Federated,
                _ => true,
            };
            let stranger = principals::listed(statement)
                .iter()
                .flat_map(|kind| kind.values.texts().map(move |text| (kind.kind, text)))
                .find(|(kind, text)| *text != "*" && !fits(*kind, text));
            if let Some((_, stranger)) = stranger {
                report.say(
                    entry.span,
                    format!("`{stranger}` cannot call {}", entry.text),
                    "SAML providers call sts:AssumeRoleWithSAML, OIDC providers sts:AssumeRoleWithWebIdentity, all others \
                     sts:AssumeRole; make a statement for each",
                );
            }
        }
    }
}

fn is_saml(provider: &str) -> bool {
    provider.contains(":saml-provider/")
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn each_assumes_its_way() {
        let rule = super::RULE.id;
        let saml = r#"{"Federated": "arn:aws:iam::111122223333:saml-provider/x"}"#;
        let oidc = r#"{"Federated": "accounts.google.com"}"#;
        let account = r#"{"AWS": "111122223333"}"#;
        let text = |who: &str, action: &str| with(&trust(who, &format!("[\"{action}\", \"sts:TagSession\"]"), ""));
        for (who, action) in [
            (saml, "sts:AssumeRole"),
            (saml, "sts:AssumeRoleWithWebIdentity"),
            (oidc, "sts:AssumeRoleWithSAML"),
            (account, "sts:AssumeRoleWithSAML"),
        ] {
            fires(rule, &text(who, action), Trust, &[&format!("\"{action}\"")]);
        }
        for (who, action) in [
            (saml, "sts:AssumeRoleWithSAML"),
            (oidc, "sts:AssumeRoleWithWebIdentity"),
            (account, "sts:AssumeRole"),
        ] {
            silent(rule, &text(who, action), Trust);
        }
    }
}
