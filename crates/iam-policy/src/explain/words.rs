//! Operators and values in words.
//! An operator's words follow "is" or "the statement wants it".

use std::borrow::Cow;

use crate::condition::is_readable;
use crate::operator::{Comparison, Operator, SetOperator};
use crate::value::parse_bool;

/// What an operator wants.
pub(super) struct Wish {
    /// Of what: "it", "every value".
    pub subject: &'static str,
    /// Which, as far as the values can be read.
    pub words: String,
    /// Which values cannot be read as what the operator compares: "x is no number".
    pub unreadable: Option<String>,
    /// Whether there is no readable value.
    pub is_void: bool,
    /// Whether the operator is the negation of another.
    pub is_negated: bool,
}

impl Wish {
    pub(super) fn of(operator: &str, values: &[String]) -> Wish {
        let all = values.iter().map(String::as_str);
        let Some(operator) = Operator::parse(operator) else {
            return Wish {
                subject: "it",
                words: format!("{operator} {}", listed(all, "or")),
                unreadable: None,
                is_void: false,
                is_negated: false,
            };
        };
        let comparison = operator.comparison;
        let (readable, strange): (Vec<&str>, Vec<&str>) = all.partition(|text| is_readable(comparison, text));
        let is_void = readable.is_empty() && !strange.is_empty();
        let shown = if is_void { &strange } else { &readable };
        Wish {
            subject: match operator.set {
                SetOperator::Single => "it",
                SetOperator::ForAllValues => "every value",
                SetOperator::ForAnyValue => "at least one value",
            },
            words: words(comparison, shown),
            unreadable: unreadable(comparison, &strange),
            is_void,
            is_negated: comparison.is_negated(),
        }
    }

    /// " (x is no number)", where there is such a value.
    pub(super) fn remark(&self) -> String {
        let remark = |strange: &String| format!(" ({strange})");
        self.unreadable.as_ref().map(remark).unwrap_or_default()
    }
}

fn words(comparison: Comparison, wanted: &[&str]) -> String {
    use Comparison as C;
    let values = listed(wanted.iter().copied(), "or");
    match comparison {
        C::StringEquals | C::NumericEquals | C::DateEquals | C::Bool | C::BinaryEquals => values,
        C::StringEqualsIgnoreCase => format!("{values} (in any case)"),
        C::StringLike | C::ArnLike | C::ArnEquals => format!("like {values}"),
        C::StringNotEquals | C::NumericNotEquals | C::DateNotEquals => format!("other than {values}"),
        C::StringNotEqualsIgnoreCase => format!("other than {values} (in any case)"),
        C::StringNotLike | C::ArnNotEquals | C::ArnNotLike => format!("unlike {values}"),
        C::NumericLessThan => format!("less than {values}"),
        C::NumericLessThanEquals => format!("at most {values}"),
        C::NumericGreaterThan => format!("greater than {values}"),
        C::NumericGreaterThanEquals => format!("at least {values}"),
        C::DateLessThan => format!("before {values}"),
        C::DateLessThanEquals => format!("no later than {values}"),
        C::DateGreaterThan => format!("after {values}"),
        C::DateGreaterThanEquals => format!("at or after {values}"),
        C::IpAddress => format!("in {values}"),
        C::NotIpAddress => format!("outside of {values}"),
        C::Null => {
            let state = |text: &&str| match parse_bool(text) {
                Some(true) => "absent".to_owned(),
                Some(false) => "present".to_owned(),
                None => (*text).to_owned(),
            };
            let states: Vec<String> = wanted.iter().map(state).collect();
            listed(states.iter().map(String::as_str), "or")
        }
    }
}

/// That these values are not of the operator's type.
fn unreadable(comparison: Comparison, strange: &[&str]) -> Option<String> {
    use Comparison as C;
    let (one, many) = match comparison {
        C::IpAddress | C::NotIpAddress => ("is no address range", "are no address ranges"),
        C::Bool | C::Null => ("is neither true nor false", "are neither true nor false"),
        C::BinaryEquals => ("is no base64", "are no base64"),
        _ if comparison.as_str().starts_with("Date") => ("is no date", "are no dates"),
        _ => ("is no number", "are no numbers"),
    };
    let all = listed(strange.iter().copied(), "and");
    match strange {
        [] => None,
        [_] => Some(format!("{all} {one}")),
        _ => Some(format!("{all} {many}")),
    }
}

/// What a key holds: "a", "a and b". The set operators take empty values alone for none at all (IAM User Guide,
/// "Set operators for multivalued context keys").
pub(super) fn held_values(operator: &str, values: &[String]) -> String {
    let said = listed(values.iter().map(String::as_str), "and");
    let is_set = Operator::parse(operator).is_some_and(|operator| operator.set != SetOperator::Single);
    if is_set && values.iter().all(String::is_empty) {
        format!("{said} (which counts as no value)")
    } else {
        said
    }
}

/// "a", "a or b", "a, b or c", and no more than four of many. What would not be seen stands in quotes.
pub(super) fn listed<'v>(values: impl Iterator<Item = &'v str>, last: &str) -> String {
    const SHOWN: usize = 4;
    let visible = |value: &'v str| {
        if value.trim().is_empty() {
            Cow::Owned(format!("\"{value}\""))
        } else {
            Cow::Borrowed(value)
        }
    };
    let values: Vec<Cow<'v, str>> = values.map(visible).collect();
    if values.len() > SHOWN + 1 {
        let shown: Vec<Cow<'v, str>> = values.iter().take(SHOWN).cloned().collect();
        return format!("{} {last} {} more", shown.join(", "), values.len() - SHOWN);
    }
    match values.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.to_string(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}
