//! `"Federated"` in a policy on a resource. AWS refuses it: federated callers come as sessions of a role.
//! IAM User Guide, "IAM policy validation check reference": Federated principal not supported.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "federated-outside-trust",
    level: Level::Error,
    about: "An identity provider in a policy that is no trust policy.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::ResourcePolicy {
        return;
    }
    for entry in subject.statements().flat_map(principals::listed) {
        if entry.kind == PrincipalType::Federated {
            report.say(
                entry.kind_span,
                "a policy on a resource names no identity provider",
                "name the role that federated callers assume",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn resources_know_roles() {
        let rule = super::RULE.id;
        let text = with(&trust(r#"{"Federated": "accounts.google.com"}"#, "\"s3:GetObject\"", ""));
        fires(rule, &text, ResourcePolicy, &["\"Federated\""]);
        silent(rule, &text, Trust);
        silent(rule, &with(&trust(r#"{"AWS": "111122223333"}"#, "\"s3:GetObject\"", "")), ResourcePolicy);
    }
}
