//! Several values of Bool or Null: true and false together are always one of them.
//! IAM User Guide, "IAM policy validation check reference": Invalid condition multiple Boolean.

use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "bool-values-several",
    level: Level::Error,
    about: "A boolean condition has several values.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        if matches!(operator.comparison, Comparison::Bool | Comparison::Null) && condition.values.len() > 1 {
            report.say(
                condition.values.span,
                format!("{} takes one value, and here are {}", operator.name(), condition.values.len()),
                "keep the one that is meant",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn a_boolean_is_one() {
        let rule = super::RULE.id;
        let text = |values: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""Bool": {{"aws:SecureTransport": {values}}}"#)));
        fires(rule, &text(r#"["true", "false"]"#), Identity, &[r#"["true", "false"]"#]);
        silent(rule, &text("\"true\""), Identity);
        silent(rule, &text("[true]"), Identity);
    }
}
