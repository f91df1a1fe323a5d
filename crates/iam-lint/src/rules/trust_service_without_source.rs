//! A service in a trust policy, whoever it acts for. Services that act for what runs in the account only are left out.
//! IAM User Guide, "The confused deputy problem": Cross-service confused deputy prevention.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "trust-service-without-source",
    level: Level::Note,
    about: "A service may assume the role for anybody's resources.",
    check,
};

/// Services that carry no source: what they assume a role for is of the role's own account.
const OF_THE_ACCOUNT: [&str; 9] = [
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "edgelambda.amazonaws.com",
    "pods.eks.amazonaws.com",
    "eks.amazonaws.com",
    "batch.amazonaws.com",
    "rolesanywhere.amazonaws.com",
    "spotfleet.amazonaws.com",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows() {
        let service = principals::of_kind(statement, PrincipalType::Service)
            .find(|value| !OF_THE_ACCOUNT.contains(&value.text.as_str()));
        if let Some(value) = service.filter(|_| !principals::asks_for_source(statement)) {
            report.say(
                value.span,
                format!("`{}` may assume the role on behalf of anybody's resources", value.text),
                "if the service says for whom it acts, add a condition on aws:SourceArn or aws:SourceAccount",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn services_act_for_somebody() {
        let rule = super::RULE.id;
        let text = |service: &str, condition: &str| {
            with(&trust(&format!(r#"{{"Service": "{service}"}}"#), "\"sts:AssumeRole\"", condition))
        };
        fires(rule, &text("cloudtrail.amazonaws.com", ""), Trust, &["\"cloudtrail.amazonaws.com\""]);
        silent(rule, &text("ec2.amazonaws.com", ""), Trust);
        silent(rule, &text("cloudtrail.amazonaws.com", r#""StringEquals": {"aws:SourceAccount": "111122223333"}"#), Trust);
    }
}
