//! A way from the policy's permissions to more, by meaning: asked of the policy engine as a user who has the policy.
//! Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation"; Parliament's PRIVILEGE_ESCALATION.

use super::{Report, Rule};
use crate::Level;
use super::ways;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "escalates-privileges",
    level: Level::Warning,
    about: "Whoever has the policy can give themselves more.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (span, ways) in ways::by_place(subject, |way| way.certain) {
        report.say(
            span,
            format!("whoever has this policy can extend their own access: it allows {}", ways::joined(&ways)),
            "name the resources, or deny these actions in a statement of their own",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn more_is_out_of_reach() {
        let rule = super::RULE.id;
        let text = |action: &str, resource: &str| with(&allow(&format!("\"{action}\""), &format!("\"{resource}\""), ""));
        fires(rule, &text("iam:CreatePolicyVersion", "*"), Identity, &["\"iam:CreatePolicyVersion\""]);
        fires(rule, &text("iam:*Version", "*"), Identity, &["\"iam:*Version\""]);
        silent(rule, &text("iam:CreatePolicyVersion", "arn:aws:iam::111122223333:policy/own/x"), Identity);
        silent(rule, &text("s3:*", "*"), Identity);
        // "an explicit deny in any of these policies overrides the allow" (IAM User Guide, "Policy evaluation logic"): it
        // goes with the policy.
        for taken in ["iam:DetachRolePolicy", "iam:DeleteUserPolicy", "iam:DeleteRolePermissionsBoundary"] {
            let found = format!("\"{taken}\"");
            let kind = if taken.contains("User") { "user" } else { "role" };
            fires(rule, &text(taken, "*"), Identity, &[&found]);
            silent(rule, &text(taken, &format!("arn:aws:iam::111122223333:{kind}/else")), Identity);
        }
        let schedule = |service: &str| {
            let condition = format!(r#""StringEquals": {{"iam:PassedToService": "{service}"}}"#);
            with(&[allow("\"scheduler:CreateSchedule\"", "\"*\"", ""), allow("\"iam:PassRole\"", "\"*\"", &condition)].join(","))
        };
        fires(rule, &schedule("scheduler.amazonaws.com"), Identity, &["\"iam:PassRole\""]);
        silent(rule, &schedule("ec2.amazonaws.com"), Identity);
        // What is denied is not allowed.
        let denied = [allow("\"iam:*Version\"", "\"*\"", ""), deny("\"iam:*Version\"", "\"*\"", "")].join(",");
        silent(rule, &with(&denied), Identity);
        silent(rule, &text("iam:CreatePolicyVersion", "*"), Boundary);
        let pass = |resource: &str| with(&allow(r#"["iam:PassRole", "lambda:CreateFunction"]"#, resource, ""));
        fires(rule, &pass("\"*\""), Identity, &["\"iam:PassRole\""]);
        fires(
            rule,
            &pass(r#"["arn:aws:iam::444455556666:role/*", "arn:aws:lambda:eu-west-1:444455556666:function:*"]"#),
            Identity,
            &["\"iam:PassRole\""],
        );
        silent(rule, &pass(r#"["arn:aws:iam::444455556666:role/app", "arn:aws:lambda:*:*:function:*"]"#), Identity);
        silent(rule, &with(&allow("\"iam:PassRole\"", "\"*\"", "")), Identity);
        silent(
            rule,
            &with(&allow("\"iam:CreateAccessKey\"", "\"arn:aws:iam::*:user/${aws:username}\"", "")),
            Identity,
        );
    }
}
