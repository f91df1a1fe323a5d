//! Conditions, operator by operator as the user guide lists them.
//! IAM User Guide, "IAM JSON policy elements: Condition operators", "Single-valued vs. multivalued context
//! keys", "Conditions with multiple context keys or values".

use std::cmp::Ordering;

use iam_policy::{Condition, Context, Effect, Version};

use crate::glob::{self, Piece};
use crate::value::{Number, base64, boolean, in_range, instant, is_range};
use crate::variable::substitute;

/// "If your policy statement has multiple condition operators, the condition operators are evaluated using a
/// logical AND", and so are the keys of one operator.
pub(crate) fn all_hold(
    conditions: &[Condition],
    effect: Effect,
    version: Version,
    context: &Context,
) -> bool {
    conditions
        .iter()
        .all(|condition| holds(condition, effect, version, context).unwrap_or(effect == Effect::Deny))
}

/// `None` for an operator that does not exist. What AWS would not take neither widens an Allow nor weakens a Deny.
fn holds(condition: &Condition, effect: Effect, version: Version, context: &Context) -> Option<bool> {
    let wanted: Vec<&str> = condition.values.texts().collect();
    let given = context.get(&condition.key);
    let operator = condition.operator.to_lowercase();
    let (set, name) = match operator.split_once(':') {
        Some((set @ ("forallvalues" | "foranyvalue"), name)) => (Some(set), name),
        Some(_) => return None,
        None => (None, operator.as_str()),
    };
    // "Condition operator to check existence of condition keys": true, the key doesn't exist, it is null;
    // false, the key exists and its value is not null.
    if name == "null" {
        let absent = given.is_none_or(|values| values.iter().all(String::is_empty));
        return Some(wanted.iter().any(|value| boolean(value) == Some(absent)));
    }
    let (name, if_exists) = match name.strip_suffix("ifexists") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (positive, negated) = positive_form(name)?;
    // Everything is other than nonsense: that is no reason to allow.
    let all_readable = wanted.iter().all(|value| is_of_the_type(positive, value));
    if negated && effect == Effect::Allow && !all_readable {
        return Some(false);
    }
    let one_matches = |value: &String| {
        wanted
            .iter()
            .any(|wanted| matches(positive, value, wanted, version, context))
    };
    // "If the policy key is present in the context of the request, process the key as specified in the policy.
    // If the key is not present, evaluate the condition element as true."
    if given.is_none() && if_exists {
        return Some(true);
    }
    // "...or if the context key value resolves to an empty dataset, such as an empty string."
    let is_empty = given.is_some_and(|values| values.iter().all(String::is_empty));
    Some(match (set, given) {
        (Some("forallvalues"), _) if is_empty => true,
        (Some(_), _) if is_empty => false,
        // "It also returns true if there are no context keys in the request."
        (Some("forallvalues"), None) => true,
        (Some("forallvalues"), Some(values)) => values.iter().all(|value| one_matches(value) != negated),
        // "For no matching context key or if the key does not exist, the condition returns false."
        (Some(_), None) => false,
        (Some(_), Some(values)) => values.iter().any(|value| one_matches(value) != negated),
        // "If the key that you specify in a policy condition is not present in the request context, the values
        // do not match and the condition is false. If the policy condition requires that the key is not
        // matched, and the right key is not present, the condition is true."
        (None, None) => negated,
        // Several values with a logical OR; a negated operator's with a logical NOR.
        (None, Some(values)) => values.iter().any(one_matches) != negated,
    })
}

/// Whether a value of the policy can be read as what the operator compares.
fn is_of_the_type(operator: &str, wanted: &str) -> bool {
    match operator {
        "numericequals" => Number::read(wanted).is_some(),
        "dateequals" => instant(wanted).is_some(),
        "ipaddress" => is_range(wanted),
        _ => true,
    }
}

/// The operator without its negation, and whether it was negated; names in lower case.
fn positive_form(name: &str) -> Option<(&str, bool)> {
    let form = match name {
        "stringnotequals" => ("stringequals", true),
        "stringnotequalsignorecase" => ("stringequalsignorecase", true),
        "stringnotlike" => ("stringlike", true),
        "numericnotequals" => ("numericequals", true),
        "datenotequals" => ("dateequals", true),
        "notipaddress" => ("ipaddress", true),
        "arnnotequals" | "arnnotlike" => ("arnlike", true),
        "arnequals" | "arnlike" => ("arnlike", false),
        "stringequals"
        | "stringequalsignorecase"
        | "stringlike"
        | "numericequals"
        | "numericlessthan"
        | "numericlessthanequals"
        | "numericgreaterthan"
        | "numericgreaterthanequals"
        | "dateequals"
        | "datelessthan"
        | "datelessthanequals"
        | "dategreaterthan"
        | "dategreaterthanequals"
        | "bool"
        | "binaryequals"
        | "ipaddress" => (name, false),
        _ => return None,
    };
    Some(form)
}

/// Whether one value of the request matches one value of the policy.
///
/// "You can use a policy variable for Condition values in any condition that involves the string operators or
/// the ARN operators"; of the others, by its own section, with the Boolean operator.
fn matches(operator: &str, given: &str, wanted: &str, version: Version, context: &Context) -> bool {
    let pattern = |wildcards| substitute(wanted, version, context, wildcards);
    match operator {
        "stringequals" => pattern(false).is_some_and(|pattern| glob::matches(&pattern, given)),
        "stringequalsignorecase" => {
            pattern(false).is_some_and(|pattern| text_of(&pattern).to_lowercase() == given.to_lowercase())
        }
        "stringlike" => pattern(true).is_some_and(|pattern| glob::matches(&pattern, given)),
        "arnlike" => pattern(true).is_some_and(|pattern| arn_matches(&pattern, given)),
        // "You can use a policy variable with the Boolean condition operator."
        "bool" => pattern(false).is_some_and(|pattern| {
            boolean(given).is_some_and(|given| boolean(&text_of(&pattern)) == Some(given))
        }),
        // "It compares the value of the specified key byte for byte against a base-64 encoded representation of
        // the binary value in the policy." Who hands over a context writes bytes in base-64, or text as it is.
        "binaryequals" => base64(wanted).is_some_and(|wanted| {
            wanted == given.as_bytes() || base64(given).is_some_and(|given| given == wanted)
        }),
        "ipaddress" => in_range(given, wanted),
        _ => {
            let ordering = if let Some(relation) = operator.strip_prefix("numeric") {
                Number::read(given)
                    .zip(Number::read(wanted))
                    .map(|(given, wanted)| (relation, given.compare(&wanted)))
            } else {
                operator
                    .strip_prefix("date")
                    .and_then(|relation| Some((relation, instant(given)?.cmp(&instant(wanted)?))))
            };
            ordering.is_some_and(|(relation, ordering)| match relation {
                "equals" => ordering == Ordering::Equal,
                "lessthan" => ordering == Ordering::Less,
                "lessthanequals" => ordering != Ordering::Greater,
                "greaterthan" => ordering == Ordering::Greater,
                "greaterthanequals" => ordering != Ordering::Less,
                _ => false,
            })
        }
    }
}

/// The text of a pattern without wildcards.
fn text_of(pattern: &[Piece]) -> String {
    pattern
        .iter()
        .filter_map(|piece| match piece {
            Piece::Literal(c) => Some(*c),
            Piece::AnyOne | Piece::AnyRun => None,
        })
        .collect()
}

/// "Each of the six colon-delimited components of the ARN is checked separately and each can include
/// multi-character match wildcards (*) or single-character match wildcards (?)."
fn arn_matches(pattern: &[Piece], given: &str) -> bool {
    let given: Vec<&str> = given.splitn(6, ':').collect();
    if given.len() != 6 {
        return false;
    }
    // A lone asterisk stands for all six.
    if !pattern.is_empty() && pattern.iter().all(|piece| *piece == Piece::AnyRun) {
        return true;
    }
    let wanted: Vec<&[Piece]> = pattern.splitn(6, |piece| *piece == Piece::Literal(':')).collect();
    wanted.len() == 6
        && wanted
            .iter()
            .zip(given)
            .all(|(wanted, given)| glob::matches(wanted, given))
}
