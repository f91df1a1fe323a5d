//! Conditions on whom a principal belongs to, for services, which belong to nobody: the statement never applies.
//! IAM User Guide, "IAM policy validation check reference": Unsupported condition key for service principal.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::principals;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "principal-key-for-service",
    level: Level::Warning,
    about: "A condition on the principal's account or organization, where only services are named.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows().filter(|statement| principals::is_services_only(statement)) {
        for (condition, operator) in conditions::tested(statement) {
            let of_principals = OF_PRINCIPALS.iter().any(|key| conditions::is_on(condition, key))
                || condition.key.to_ascii_lowercase().starts_with("aws:principaltag/");
            if of_principals && conditions::holds_back(operator) {
                report.say(
                    condition.key_span,
                    format!("requests of services carry no `{}`: the statement never applies", condition.key),
                    "ask with aws:SourceAccount or aws:SourceOrgID for whom the service acts",
                );
            }
        }
    }
}

const OF_PRINCIPALS: [&str; 6] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:userid",
    "aws:username",
];

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, trust, with};

    #[test]
    fn services_belong_to_nobody() {
        let rule = super::RULE.id;
        let text = |who: &str, key: &str| with(&trust(who, "\"s3:GetObject\"", &format!(r#""StringEquals": {{"{key}": "x"}}"#)));
        let service = r#"{"Service": "cloudfront.amazonaws.com"}"#;
        fires(rule, &text(service, "aws:PrincipalOrgID"), ResourcePolicy, &["\"aws:PrincipalOrgID\""]);
        silent(rule, &text(service, "aws:SourceAccount"), ResourcePolicy);
        silent(rule, &text("\"*\"", "aws:PrincipalOrgID"), ResourcePolicy);
    }
}
