//! A wildcard or a variable with a key on which AWS knows no good use of them: accounts, organizations, VPCs.
//! IAM User Guide, "AWS global condition context keys": Sensitive condition keys; checks Wildcard and Variable usage too permissive.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "sensitive-key-open",
    level: Level::Warning,
    about: "A wildcard or variable in the value of a key that tells accounts and networks apart.",
    check,
};

const SENSITIVE: [&str; 10] = [
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
];

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        if !SENSITIVE.iter().any(|key| conditions::is_on(condition, key)) {
            continue;
        }
        let like = matches!(operator.comparison, Comparison::StringLike | Comparison::StringNotLike);
        for value in &condition.values.values {
            let what = if like && conditions::has_wildcard(&value.text) {
                "a wildcard"
            } else if conditions::has_variable(&value.text) && !compares_with_itself(&value.text) {
                "a policy variable"
            } else {
                continue;
            };
            report.say(
                value.span,
                format!("`{}` is compared with {what}, which may match others than are meant", condition.key),
                "write the ids themselves",
            );
        }
    }
}

/// AWS's own pattern for "of the same account or organization", which is no wildcard.
fn compares_with_itself(value: &str) -> bool {
    ["${aws:PrincipalAccount}", "${aws:PrincipalOrgID}", "${aws:ResourceAccount}", "${aws:ResourceOrgID}"]
        .iter()
        .any(|variable| value.eq_ignore_ascii_case(variable))
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn ids_are_written_out() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "{value}"}}"#)))
        };
        fires(rule, &text("StringLike", "aws:PrincipalOrgID", "o-*"), Identity, &["\"o-*\""]);
        fires(rule, &text("StringEquals", "aws:SourceVpc", "${aws:PrincipalTag/vpc}"), Identity, &["\"${aws:PrincipalTag/vpc}\""]);
        silent(rule, &text("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3"), Identity);
        silent(rule, &text("StringEquals", "aws:ResourceAccount", "${aws:PrincipalAccount}"), Identity);
        silent(rule, &text("StringLike", "aws:PrincipalTag/t", "o-*"), Identity);
    }
}
