//! A principal where the policy applies to whoever it is attached to. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": Unsupported principal.

use super::{Report, Rule};
use crate::Level;
use crate::subject::{Subject, names_principals};

pub(super) static RULE: Rule = Rule {
    id: "principal-unsupported",
    level: Level::Error,
    about: "A policy of this kind has no Principal.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if names_principals(subject.purpose) {
        return;
    }
    for principal in subject
        .statements()
        .filter_map(|statement| statement.principal.as_ref())
    {
        let element = if principal.negated {
            "NotPrincipal"
        } else {
            "Principal"
        };
        report.say(
            principal.key_span,
            format!(
                "{} has no {element}: it applies to whom it is attached",
                subject.purpose.described()
            ),
            "remove it; who may assume a role stands in the role's trust policy",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn only_resources_say_who_may() {
        let rule = super::RULE.id;
        let named =
            with(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#);
        for purpose in [Identity, Boundary, Session, Scp] {
            fires(rule, &named, purpose, &["\"Principal\""]);
        }
        silent(rule, &named, ResourcePolicy);
        silent(rule, &named, Rcp);
        let unnamed = with(r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#);
        silent(rule, &unnamed, Identity);
    }
}
