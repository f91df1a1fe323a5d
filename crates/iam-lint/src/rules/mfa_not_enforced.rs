//! Conditions on aws:MultiFactorAuthPresent that let requests without MFA through: requests with long-term keys do not carry
//! the key. IAM User Guide, "AWS global condition context keys": aws:MultiFactorAuthPresent; Parliament's BAD_PATTERN_FOR_MFA.

use iam_policy::{Comparison, Effect};

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "mfa-not-enforced",
    level: Level::Warning,
    about: "A condition on MFA does not enforce it.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements() {
        let allows = statement.effect == Effect::Allow;
        for (condition, operator) in conditions::tested(statement) {
            if !conditions::is_on(condition, "aws:MultiFactorAuthPresent") {
                continue;
            }
            let says = |wanted: &str| condition.values.texts().any(|text| text.eq_ignore_ascii_case(wanted));
            let (wrong, help) = match (operator.comparison, operator.if_exists, allows) {
                (Comparison::Bool, false, false) if says("false") => (
                    "requests with long-term keys carry no aws:MultiFactorAuthPresent, and are not denied",
                    "write BoolIfExists",
                ),
                (Comparison::Bool, true, true) if says("true") => (
                    "requests with long-term keys carry no aws:MultiFactorAuthPresent, and are allowed",
                    "write Bool",
                ),
                (Comparison::Bool, _, true) if says("false") => (
                    "this allows requests without MFA",
                    "write \"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}",
                ),
                (Comparison::Null, _, true) if says("false") => (
                    "aws:MultiFactorAuthPresent may be there and false",
                    "write \"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}",
                ),
                _ => continue,
            };
            report.say(condition.operator_span, wrong, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, deny, fires, silent, with};

    #[test]
    fn mfa_is_asked_for() {
        let rule = super::RULE.id;
        let asked = |operator: &str, value: &str| format!(r#""{operator}": {{"aws:MultiFactorAuthPresent": "{value}"}}"#);
        let allowed = |operator: &str, value: &str| with(&allow("\"s3:*\"", "\"*\"", &asked(operator, value)));
        let denied = |operator: &str, value: &str| with(&deny("\"s3:*\"", "\"*\"", &asked(operator, value)));
        fires(rule, &allowed("BoolIfExists", "true"), Identity, &["\"BoolIfExists\""]);
        fires(rule, &allowed("Bool", "false"), Identity, &["\"Bool\""]);
        fires(rule, &allowed("Null", "false"), Identity, &["\"Null\""]);
        fires(rule, &denied("Bool", "false"), Identity, &["\"Bool\""]);
        silent(rule, &allowed("Bool", "true"), Identity);
        silent(rule, &denied("BoolIfExists", "false"), Identity);
    }
}
