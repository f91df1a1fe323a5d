//! A Deny by what a principal is, which services of AWS's are not: they are denied what they do for the account.
//! IAM User Guide, "IAM policy validation check reference": RCP missing related principal condition key.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-denies-services",
    level: Level::Warning,
    about: "A resource control policy on principals denies services of AWS's too.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    let of_principals = ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:PrincipalArn"];
    for statement in subject.denies().filter(|statement| !conditions::any_on(statement, &["aws:PrincipalIsAWSService"])) {
        let condition = statement.conditions.iter().find(|condition| of_principals.iter().any(|key| conditions::is_on(condition, key)));
        if let Some(condition) = condition {
            report.say(
                condition.key_span,
                format!("requests of services carry no `{}`, and may be denied", condition.key),
                "add \"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"false\"}",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn services_are_left_out() {
        let rule = super::RULE.id;
        let text = |more: &str| {
            with(&trust("\"*\"", "\"s3:*\"", &format!(r#""StringNotEqualsIfExists": {{"aws:PrincipalOrgID": "o-a1"}}{more}"#)).replace("Allow", "Deny"))
        };
        fires(rule, &text(""), Rcp, &["\"aws:PrincipalOrgID\""]);
        silent(rule, &text(r#", "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}"#), Rcp);
        silent(rule, &text(""), ResourcePolicy);
    }
}
