//! `NotPrincipal` in a trust policy. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": Role trust policy syntax error notprincipal.

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "trust-not-principal",
    level: Level::Error,
    about: "A trust policy has no NotPrincipal.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for clause in subject.statements().filter_map(|statement| statement.principal.as_ref()) {
        if clause.negated {
            report.say(
                clause.key_span,
                "a trust policy has no NotPrincipal",
                "name in Principal who may assume the role",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn who_may_is_named() {
        let rule = super::RULE.id;
        let text = trust(r#"{"AWS": "111122223333"}"#, "\"sts:AssumeRole\"", "");
        fires(rule, &with(&text.replace("\"Principal\"", "\"NotPrincipal\"")), Trust, &["\"NotPrincipal\""]);
        silent(rule, &with(&text), Trust);
        silent(rule, &with(&text.replace("\"Principal\"", "\"NotPrincipal\"")), ResourcePolicy);
    }
}
