//! Allow with `NotPrincipal` in a policy on a resource: everyone else is allowed, anonymous callers too.
//! IAM User Guide, "IAM policy validation check reference": Allow with NotPrincipal.

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "allow-not-principal",
    level: Level::Warning,
    about: "Allow with NotPrincipal allows everyone else, those without a name too.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::ResourcePolicy {
        return;
    }
    for clause in subject.allows().filter_map(|statement| statement.principal.as_ref()) {
        if clause.negated {
            report.say(
                clause.key_span,
                "NotPrincipal with Allow allows everyone else, anonymous callers too",
                "name in Principal who is allowed",
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
        let text = trust(r#"{"AWS": "111122223333"}"#, "\"s3:GetObject\"", "").replace("\"Principal\"", "\"NotPrincipal\"");
        fires(rule, &with(&text), ResourcePolicy, &["\"NotPrincipal\""]);
        silent(rule, &with(&text.replace("Allow", "Deny")), ResourcePolicy);
        silent(rule, &with(&text.replace("NotPrincipal", "Principal")), ResourcePolicy);
    }
}
