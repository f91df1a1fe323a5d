//! An operator that does not compare what the key holds: numbers with text, addresses with text.
//! IAM User Guide, "IAM policy validation check reference": Type mismatch; "Condition operators": which types they are for.

use iam_catalog::{ConditionKey, ValueType};
use iam_policy::Comparison;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "operator-type",
    level: Level::Warning,
    about: "A condition operator is for another type than the key's.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (condition, operator) in subject.statements().flat_map(conditions::tested) {
        let Some(key) = conditions::documented(&condition.key) else {
            continue;
        };
        let family = Family::of(operator.comparison);
        if family.is_some_and(|family| !family.compares(key)) {
            report.say(
                condition.operator_span,
                format!("{} does not compare `{}`, which is of type {}", operator.name(), condition.key, key.type_name()),
                format!("use {}", operators_for(key.value_type)),
            );
        }
    }
}

/// What the operators of one family compare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    String,
    Arn,
    Numeric,
    Date,
    Bool,
    Address,
}

impl Family {
    /// `None` for operators that are for any type.
    fn of(comparison: Comparison) -> Option<Family> {
        use Comparison as C;
        Some(match comparison {
            C::StringEquals
            | C::StringNotEquals
            | C::StringEqualsIgnoreCase
            | C::StringNotEqualsIgnoreCase
            | C::StringLike
            | C::StringNotLike => Family::String,
            C::ArnEquals | C::ArnNotEquals | C::ArnLike | C::ArnNotLike => Family::Arn,
            C::NumericEquals
            | C::NumericNotEquals
            | C::NumericLessThan
            | C::NumericLessThanEquals
            | C::NumericGreaterThan
            | C::NumericGreaterThanEquals => Family::Numeric,
            C::DateEquals
            | C::DateNotEquals
            | C::DateLessThan
            | C::DateLessThanEquals
            | C::DateGreaterThan
            | C::DateGreaterThanEquals => Family::Date,
            C::Bool => Family::Bool,
            C::IpAddress | C::NotIpAddress => Family::Address,
            C::BinaryEquals | C::Null => return None,
        })
    }

    fn compares(self, key: ConditionKey) -> bool {
        match (self, key.value_type) {
            // Keys that hold text may hold an ARN or a boolean in it.
            (Family::String, ValueType::String | ValueType::Arn | ValueType::Bool)
            | (Family::Arn, ValueType::Arn | ValueType::String)
            | (Family::Bool, ValueType::Bool | ValueType::String)
            | (Family::Numeric, ValueType::Numeric)
            | (Family::Date, ValueType::Date)
            | (Family::Address, ValueType::IpAddress) => true,
            // "Date operators ... with aws:CurrentTime or aws:EpochTime"; the latter takes numbers as well.
            (Family::Numeric | Family::Date, ValueType::Date | ValueType::Numeric) => {
                key.name.eq_ignore_ascii_case("aws:EpochTime")
            }
            _ => false,
        }
    }
}

fn operators_for(kind: ValueType) -> &'static str {
    match kind {
        ValueType::String => "StringEquals, StringLike and their like",
        ValueType::Arn => "ArnEquals, ArnLike and their like",
        ValueType::Bool => "Bool",
        ValueType::Numeric => "NumericEquals, NumericLessThan and their like",
        ValueType::Date => "DateLessThan, DateGreaterThan and their like",
        ValueType::IpAddress => "IpAddress or NotIpAddress",
    }
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with, allow};

    #[test]
    fn operators_fit_their_keys() {
        let rule = super::RULE.id;
        let text = |operator: &str, key: &str, value: &str| {
            with(&allow("\"s3:*\"", "\"*\"", &format!(r#""{operator}": {{"{key}": "{value}"}}"#)))
        };
        for (operator, key, value) in [
            ("StringEquals", "aws:SourceIp", "192.0.2.1"),
            ("NumericEquals", "aws:username", "5"),
            ("StringLike", "aws:CurrentTime", "2026*"),
            ("Bool", "aws:MultiFactorAuthAge", "true"),
            ("IpAddress", "aws:SourceArn", "192.0.2.1"),
        ] {
            fires(rule, &text(operator, key, value), Identity, &[&format!("\"{operator}\"")]);
        }
        for (operator, key, value) in [
            ("IpAddress", "aws:SourceIp", "192.0.2.1"),
            ("NumericLessThan", "aws:EpochTime", "1"),
            ("DateLessThan", "aws:EpochTime", "2026-01-01"),
            ("DateLessThan", "aws:CurrentTime", "2026-01-01"),
            ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
            ("StringLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
            ("Null", "aws:SourceIp", "true"),
            ("StringEquals", "nosuch:key", "x"),
        ] {
            silent(rule, &text(operator, key, value), Identity);
        }
    }
}
