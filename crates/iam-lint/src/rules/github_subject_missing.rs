//! GitHub as provider without a condition on the subject: workflows of any repository of anybody are let in.
//! IAM User Guide, "IAM policy validation check reference": Missing github repo condition key.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "github-subject-missing",
    level: Level::Warning,
    about: "Any repository on GitHub may assume the role.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for statement in subject.allows() {
        let github = principals::of_kind(statement, PrincipalType::Federated)
            .find(|value| principals::oidc_domain(&value.text) == Some("token.actions.githubusercontent.com"));
        let asked = conditions::any_on(
            statement,
            &[
                "token.actions.githubusercontent.com:sub",
                "token.actions.githubusercontent.com:repository",
                "token.actions.githubusercontent.com:repository_id",
                "token.actions.githubusercontent.com:job_workflow_ref",
            ],
        );
        if let Some(value) = github.filter(|_| !asked) {
            report.say(
                value.span,
                "a workflow of any repository on GitHub may assume the role",
                "add StringEquals on token.actions.githubusercontent.com:sub, such as repo:ORG/REPO:ref:refs/heads/main",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn the_repository_is_named() {
        let rule = super::RULE.id;
        let github = r#"{"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}"#;
        let text = |who: &str, condition: &str| with(&trust(who, "\"sts:AssumeRoleWithWebIdentity\"", condition));
        let audience = r#""StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}"#;
        let subject = r#""StringEquals": {"token.actions.githubusercontent.com:sub": "repo:org/app:ref:refs/heads/main"}"#;
        fires(
            rule,
            &text(github, audience),
            Trust,
            &["\"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\""],
        );
        silent(rule, &text(github, subject), Trust);
        silent(rule, &text(r#"{"Federated": "accounts.google.com"}"#, audience), Trust);
    }
}
