//! Principals other than `*` in a resource control policy. AWS refuses it.
//! IAM User Guide, "IAM policy validation check reference": RCP syntax error principal; Organizations, "RCP syntax".

use iam_policy::{PrincipalType, Who};

use super::{Report, Rule};
use crate::Level;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-principal",
    level: Level::Error,
    about: "A resource control policy is about everyone.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for clause in subject.statements().filter_map(|statement| statement.principal.as_ref()) {
        let everyone = match &clause.who {
            Who::Everyone(_) => true,
            Who::Listed(entries) => entries
                .iter()
                .all(|entry| entry.kind == PrincipalType::Aws && entry.values.texts().eq(["*"])),
        };
        if clause.negated || !everyone {
            report.say(
                clause.key_span,
                "a resource control policy is about everyone",
                "write \"Principal\": \"*\", and tell callers apart in Condition",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn everyone_is_meant() {
        let rule = super::RULE.id;
        let text = |who: &str| with(&trust(who, "\"s3:*\"", "").replace("Allow", "Deny"));
        fires(rule, &text(r#"{"AWS": "111122223333"}"#), Rcp, &["\"Principal\""]);
        silent(rule, &text("\"*\""), Rcp);
        silent(rule, &text(r#"{"AWS": "*"}"#), Rcp);
        silent(rule, &text(r#"{"AWS": "111122223333"}"#), ResourcePolicy);
    }
}
