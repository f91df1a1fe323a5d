//! An Allow until a moment that has passed: the statement never matches again.
//! IAM User Guide, "IAM JSON policy elements: Condition operators": Date condition operators.

use super::{Report, Rule};
use crate::Level;
use crate::rules::dates;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "date-passed",
    level: Level::Warning,
    about: "An Allow has ended: it matches nothing any more.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.allows() {
        for condition in statement
            .conditions
            .iter()
            .filter(|condition| dates::is_end(condition))
        {
            // The values are alternatives: the last of them is the end. One that is no date is not for this rule.
            let ends: Option<Vec<_>> = condition.values.texts().map(dates::instant).collect();
            let Some(end) = ends.and_then(|ends| ends.into_iter().max()) else {
                continue;
            };
            if end <= subject.now {
                report.say(
                    condition.values.span,
                    format!("the statement ended at {end}: it allows nothing any more"),
                    "move the date, or remove the statement",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn an_end_is_still_to_come() {
        let rule = super::RULE.id;
        let text = |effect: &str, operator: &str, key: &str, value: &str| {
            with(&format!(
                r#"{{"Effect": "{effect}", "Action": "s3:*", "Resource": "*", "Condition": {{"{operator}": {{"{key}": {value}}}}}}}"#
            ))
        };
        // The tests' now is 2026-06-01T00:00:00Z.
        for (operator, key, value) in [
            ("DateLessThan", "aws:CurrentTime", r#""2026-05-31T23:59:59Z""#),
            ("DateLessThan", "aws:CurrentTime", r#""2026-06-01T00:00:00Z""#),
            ("DateLessThanEquals", "AWS:currenttime", r#""2026-05-31""#),
            (
                "DateLessThan",
                "aws:CurrentTime",
                r#"["2025-01-01T00:00:00Z", "2026-01-01T00:00:00+02:00"]"#,
            ),
            ("DateLessThan", "aws:EpochTime", r#""1700000000""#),
            ("NumericLessThan", "aws:EpochTime", "1700000000"),
        ] {
            fires(rule, &text("Allow", operator, key, value), Identity, &[value]);
            silent(rule, &text("Deny", operator, key, value), Identity);
        }
        for (operator, key, value) in [
            ("DateLessThan", "aws:CurrentTime", r#""2026-06-01T00:00:01Z""#),
            (
                "DateLessThan",
                "aws:CurrentTime",
                r#"["2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]"#,
            ),
            ("DateGreaterThan", "aws:CurrentTime", r#""2020-01-01T00:00:00Z""#),
            ("DateLessThan", "aws:TokenIssueTime", r#""2020-01-01T00:00:00Z""#),
            ("DateLessThan", "aws:CurrentTime", r#""${aws:PrincipalTag/end}""#),
        ] {
            silent(rule, &text("Allow", operator, key, value), Identity);
        }
    }
}
