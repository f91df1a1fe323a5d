//! A Deny by the source for which a service acts, without saying that it is about services.
//! IAM User Guide, "IAM policy validation check reference": RCP missing related service principal condition key.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-denies-principals",
    level: Level::Warning,
    about: "A resource control policy on the source denies others than services.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for statement in subject.denies().filter(|statement| !conditions::any_on(statement, &["aws:PrincipalIsAWSService"])) {
        if let Some(condition) = statement.conditions.iter().find(|condition| conditions::is_of_source(condition)) {
            report.say(
                condition.key_span,
                format!("only requests of services carry `{}`", condition.key),
                "add \"BoolIfExists\": {\"aws:PrincipalIsAWSService\": \"true\"}",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn services_are_meant() {
        let rule = super::RULE.id;
        let text = |more: &str| {
            with(&trust("\"*\"", "\"s3:*\"", &format!(r#""StringNotEqualsIfExists": {{"aws:SourceOrgID": "o-a1"}}{more}"#)).replace("Allow", "Deny"))
        };
        fires(rule, &text(""), Rcp, &["\"aws:SourceOrgID\""]);
        silent(rule, &text(r#", "BoolIfExists": {"aws:PrincipalIsAWSService": "true"}"#), Rcp);
        silent(rule, &text(""), ResourcePolicy);
    }
}
