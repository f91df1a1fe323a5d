//! No Allow at all: on its own such a policy grants nothing, since what is not allowed is denied.
//! IAM User Guide, "Policy evaluation logic".

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "grants-nothing",
    level: Level::Warning,
    about: "No statement allows anything.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    // Denying beside what others allow is what control policies and bucket policies are for.
    let wants_allow = matches!(
        subject.purpose,
        DocumentUse::Identity | DocumentUse::Boundary | DocumentUse::Session | DocumentUse::Trust
    );
    // An empty document is `list-empty`'s.
    if wants_allow && !subject.document.statements.is_empty() && subject.allows().next().is_none() {
        report.say(
            subject.document.span,
            "no statement allows anything: on its own the policy grants nothing",
            "add an Allow; what no policy allows is denied without a Deny",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn something_is_allowed() {
        let rule = super::RULE.id;
        let deny = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
        fires(rule, &with(deny), Identity, &[&with(deny)]);
        fires(rule, &with(deny), Session, &[&with(deny)]);
        silent(rule, &with(deny), Scp);
        silent(rule, &with(deny), ResourcePolicy);
        silent(
            rule,
            &with(&format!(
                r#"{deny}, {{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}"#
            )),
            Identity,
        );
        silent(rule, &with(""), Identity);
    }
}
