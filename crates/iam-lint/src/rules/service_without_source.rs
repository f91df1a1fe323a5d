//! A service in a policy on a resource, whoever it acts for: a confused deputy.
//! IAM User Guide, "The confused deputy problem"; validation checks Restrict access to service principal, Recommended condition key.

use iam_policy::PrincipalType;

use super::{Report, Rule};
use crate::Level;
use super::principals;
use crate::DocumentUse;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "service-without-source",
    level: Level::Warning,
    about: "A service may act for anybody's resources.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    if subject.purpose != DocumentUse::ResourcePolicy {
        return;
    }
    for statement in subject.allows() {
        let service = principals::of_kind(statement, PrincipalType::Service).next();
        if let Some(value) = service.filter(|_| !principals::asks_for_source(statement)) {
            report.say(
                value.span,
                format!("`{}` may do this on behalf of anybody's resources", value.text),
                "add a condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths",
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
        let text = |who: &str, condition: &str| with(&trust(who, "\"sns:Publish\"", condition));
        let events = r#"{"Service": "events.amazonaws.com"}"#;
        fires(rule, &text(events, ""), ResourcePolicy, &["\"events.amazonaws.com\""]);
        fires(rule, &text(events, r#""StringLike": {"aws:Referer": "x"}"#), ResourcePolicy, &["\"events.amazonaws.com\""]);
        silent(rule, &text(events, r#""StringEquals": {"aws:SourceAccount": "111122223333"}"#), ResourcePolicy);
        silent(rule, &text(r#"{"AWS": "111122223333"}"#, ""), ResourcePolicy);
    }
}
