//! A Deny until a moment: from then on it denies nothing, and what it held back is allowed.
//! IAM User Guide, "IAM JSON policy elements: Condition operators": Date condition operators.

use iam_policy::Effect;

use super::{Report, Rule};
use crate::Level;
use crate::rules::dates;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "deny-ends",
    level: Level::Warning,
    about: "A Deny is lifted at a moment.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject
        .statements()
        .filter(|statement| statement.effect == Effect::Deny)
    {
        for condition in statement
            .conditions
            .iter()
            .filter(|condition| dates::is_end(condition))
        {
            report.say(
                condition.operator_span,
                format!(
                    "{} {} lifts the Deny at that moment",
                    condition.operator, condition.key
                ),
                "to end access, put the date on the Allow, or deny from then on with DateGreaterThanEquals",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn a_deny_stays() {
        let rule = super::RULE.id;
        let text = |effect: &str, operator: &str| {
            with(&format!(
                r#"{{"Effect": "{effect}", "Action": "s3:*", "Resource": "*", "Condition": {{"{operator}": {{"aws:CurrentTime": "2027-01-01T00:00:00Z"}}}}}}"#
            ))
        };
        fires(
            rule,
            &text("Deny", "DateLessThan"),
            Identity,
            &["\"DateLessThan\""],
        );
        fires(
            rule,
            &text("Deny", "DateLessThanEqualsIfExists"),
            Identity,
            &["\"DateLessThanEqualsIfExists\""],
        );
        silent(rule, &text("Deny", "DateGreaterThanEquals"), Identity);
        silent(rule, &text("Allow", "DateLessThan"), Identity);
    }
}
