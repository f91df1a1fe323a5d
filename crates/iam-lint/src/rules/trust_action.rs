//! An action of another service in a trust policy. AWS refuses it ("AssumeRole policy may only specify STS AssumeRole
//! actions"). IAM User Guide, "Roles terms and concepts": Trust policy.

use super::{Report, Rule};
use crate::DocumentUse;
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "trust-action",
    level: Level::Error,
    about: "A trust policy is about ways to assume the role only.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for action in subject
        .statements()
        .flat_map(|statement| &statement.action.actions.values)
    {
        let is_sts = action
            .text
            .split_once(':')
            .is_some_and(|(service, _)| service.eq_ignore_ascii_case("sts"));
        // A malformed one is `action-malformed`'s.
        if !is_sts && action.text.contains(':') || action.text == "*" {
            report.say(
                action.span,
                format!("`{}` is no action of a trust policy", action.text),
                "a trust policy says who may call sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, \
                 sts:TagSession or sts:SetSourceIdentity; what the role may do stands in its own policies",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn only_ways_to_assume_the_role() {
        let rule = super::RULE.id;
        let text = with(
            r#"{"Effect": "Allow", "Principal": "*", "Action": ["sts:AssumeRole", "s3:GetObject", "*", "STS:TagSession"]}"#,
        );
        fires(rule, &text, Trust, &["\"s3:GetObject\"", "\"*\""]);
        silent(rule, &text, ResourcePolicy);
    }
}
