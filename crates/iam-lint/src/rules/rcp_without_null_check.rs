//! A Deny by the source for which a service acts, which some integrations do not name.
//! IAM User Guide, "IAM policy validation check reference": RCP missing service condition key null check.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "rcp-without-null-check",
    level: Level::Warning,
    about: "A resource control policy on the source denies services that name none.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::Rcp {
        return;
    }
    for statement in subject.denies() {
        let asks = conditions::tested(statement).any(|(condition, operator)| {
            operator.comparison == Comparison::Null
                && ["aws:SourceAccount", "aws:SourceArn"].iter().any(|key| conditions::is_on(condition, key))
        });
        let on_source = conditions::tested(statement)
            .find(|(condition, operator)| operator.comparison != Comparison::Null && conditions::is_of_source(condition));
        if let Some((condition, _)) = on_source.filter(|_| !asks) {
            report.say(
                condition.key_span,
                "services that say not for whom they act are denied too",
                "add \"Null\": {\"aws:SourceAccount\": \"false\"}",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn the_source_is_there() {
        let rule = super::RULE.id;
        let text = |more: &str| {
            with(&trust("\"*\"", "\"s3:*\"", &format!(r#""StringNotEqualsIfExists": {{"aws:SourceOrgID": "o-a1"}}{more}"#)).replace("Allow", "Deny"))
        };
        fires(rule, &text(""), Rcp, &["\"aws:SourceOrgID\""]);
        silent(rule, &text(r#", "Null": {"aws:SourceAccount": "false"}"#), Rcp);
        silent(rule, &text(""), ResourcePolicy);
    }
}
