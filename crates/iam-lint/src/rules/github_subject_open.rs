//! A wildcard in the organization, the repository or for every branch in the subject of GitHub.
//! IAM User Guide, "IAM policy validation check reference": Specific github repo and branch recommended.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "github-subject-open",
    level: Level::Warning,
    about: "A subject of GitHub with a wildcard lets more in than is meant.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Trust {
        return;
    }
    for (condition, operator) in subject.allows().flat_map(conditions::tested) {
        let like = operator.comparison == Comparison::StringLike;
        if !like || !conditions::is_on(condition, "token.actions.githubusercontent.com:sub") {
            continue;
        }
        for value in condition.values.values.iter().filter(|value| conditions::has_wildcard(&value.text)) {
            report.say(
                value.span,
                format!("`{}` lets every workflow in that it matches", value.text),
                "name the repository and the branch or environment: repo:ORG/REPO:ref:refs/heads/main",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn branches_are_named() {
        let rule = super::RULE.id;
        let github = r#"{"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}"#;
        let text = |operator: &str, value: &str| {
            with(&trust(
                github,
                "\"sts:AssumeRoleWithWebIdentity\"",
                &format!(r#""{operator}": {{"token.actions.githubusercontent.com:sub": "{value}"}}"#),
            ))
        };
        fires(rule, &text("StringLike", "repo:org/*"), Trust, &["\"repo:org/*\""]);
        silent(rule, &text("StringEquals", "repo:org/app:ref:refs/heads/main"), Trust);
        silent(rule, &text("StringLike", "repo:org/app:environment:prod"), Trust);
    }
}
