//! Several values of a numeric or date comparison that is no equality: the widest of them decides.
//! IAM User Guide, "IAM policy validation check reference": Redundant condition value num.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::Fix;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "number-redundant",
    level: Level::Note,
    about: "Of several limits one decides.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let greatest_counts = match operator.comparison {
            Comparison::NumericLessThan | Comparison::NumericLessThanEquals => true,
            Comparison::NumericGreaterThan | Comparison::NumericGreaterThanEquals => false,
            _ => continue,
        };
        let numbers: Option<Vec<f64>> = condition.values.texts().map(|text| text.trim().parse().ok()).collect();
        let Some(numbers) = numbers.filter(|numbers| numbers.len() > 1) else {
            continue;
        };
        let widest = numbers.iter().copied().reduce(|a, b| if greatest_counts { a.max(b) } else { a.min(b) });
        let deciding = numbers.iter().position(|number| Some(*number) == widest);
        for (place, value) in condition.values.values.iter().enumerate() {
            if Some(place) != deciding {
                report.say_with_fix(
                    value.span,
                    format!("`{}` decides nothing beside the other values of {}", value.text, operator.name()),
                    "remove it, or remove the others if this one is meant",
                    Fix::Remove { span: value.span },
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
    fn one_limit_is_enough() {
        let rule = super::RULE.id;
        let text = |operator: &str, values: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"aws:MultiFactorAuthAge": {values}}}"#)))
        };
        // The example of AWS's page.
        fires(rule, &text("NumericLessThan", r#"["2700", "3600"]"#), Identity, &["\"2700\""]);
        fires(rule, &text("NumericGreaterThanEquals", "[5, 3, 3]"), Identity, &["5", "3"]);
        silent(rule, &text("NumericLessThan", "3600"), Identity);
        silent(rule, &text("NumericEquals", "[1, 2]"), Identity);
    }
}
