//! A way into the permissions of functions, instances, stacks or roles that are there, by meaning.
//! Rhino Security Labs, "AWS IAM Privilege Escalation: Methods and Mitigation"; Bishop Fox, "5 Privesc Attack Vectors in AWS".

use super::{Report, Rule};
use crate::Level;
use super::ways;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "escalates-through-resources",
    level: Level::Warning,
    about: "Whoever has the policy can use the permissions of what is there.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (span, ways) in ways::by_place(subject, |way| !way.certain) {
        report.say(
            span,
            format!("whoever has this policy can use the permissions of what is there: it allows {}", ways::joined(&ways)),
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
        fires(rule, &text("lambda:UpdateFunctionCode", "*"), Identity, &["\"lambda:UpdateFunctionCode\""]);
        fires(rule, &text("lambda:Update*", "*"), Identity, &["\"lambda:Update*\""]);
        silent(rule, &text("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:own"), Identity);
        fires(rule, &text("sts:AssumeRole", "*"), Identity, &["\"sts:AssumeRole\""]);
        silent(rule, &text("sts:AssumeRole", "arn:aws:iam::*:role/own"), Identity);
        // StartBuild takes a build file beside the project's own ("buildspecOverride", CodeBuild API Reference).
        fires(rule, &text("codebuild:StartBuild", "*"), Identity, &["\"codebuild:StartBuild\""]);
        silent(rule, &text("codebuild:BatchGetBuilds", "*"), Identity);
        silent(rule, &text("s3:*", "*"), Identity);
        // What is denied is not allowed.
        let denied = [allow("\"lambda:Update*\"", "\"*\"", ""), deny("\"lambda:Update*\"", "\"*\"", "")].join(",");
        silent(rule, &with(&denied), Identity);
        silent(rule, &text("lambda:UpdateFunctionCode", "*"), Boundary);
    }
}
