//! A date as seconds since 1970 in a date condition.
//! IAM User Guide, "IAM policy validation check reference": Invalid date value.

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "date-as-seconds",
    level: Level::Warning,
    about: "A date is told in seconds since 1970.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let compares_dates = operator.comparison.as_str().starts_with("Date");
        if !compares_dates || conditions::is_on(condition, "aws:EpochTime") {
            continue;
        }
        for value in &condition.values.values {
            // Four digits are a year.
            if value.text.len() > 4 && value.text.bytes().all(|byte| byte.is_ascii_digit()) {
                report.say(
                    value.span,
                    format!("`{}` is a date in seconds since 1970", value.text),
                    "write it as 2026-12-31 or 2026-12-31T23:59:59Z",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn dates_are_written_as_such() {
        let rule = super::RULE.id;
        let text = |key: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""DateLessThan": {{"{key}": "{value}"}}"#)))
        };
        fires(rule, &text("aws:CurrentTime", "1798761600"), Identity, &["\"1798761600\""]);
        silent(rule, &text("aws:CurrentTime", "2026-12-31"), Identity);
        silent(rule, &text("aws:EpochTime", "1798761600"), Identity);
    }
}
