//! A trust policy for rolesanywhere.amazonaws.com without all of what it calls.
//! IAM User Guide, "IAM policy validation check reference": Missing action for roles anywhere trust policy.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::documented;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "roles-anywhere-actions",
    level: Level::Warning,
    about: "IAM Roles Anywhere needs three actions to assume a role.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows() {
        let trusts = principals::of_kind(statement, PrincipalType::Service).any(|value| value.text == "rolesanywhere.amazonaws.com");
        let missing: Vec<&str> = NEEDED.into_iter().filter(|action| !documented::is_about(statement, action)).collect();
        if trusts && !missing.is_empty() {
            report.say(
                statement.action.key_span,
                format!("IAM Roles Anywhere also calls {}", missing.join(" and ")),
                "allow sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity",
            );
        }
    }
}

const NEEDED: [&str; 3] = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn all_three_are_allowed() {
        let rule = super::RULE.id;
        let text = |who: &str, actions: &str| with(&trust(&format!(r#"{{"Service": "{who}"}}"#), actions, ""));
        let all = r#"["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]"#;
        fires(rule, &text("rolesanywhere.amazonaws.com", "\"sts:AssumeRole\""), Trust, &["\"Action\""]);
        silent(rule, &text("rolesanywhere.amazonaws.com", all), Trust);
        silent(rule, &text("ec2.amazonaws.com", "\"sts:AssumeRole\""), Trust);
    }
}
