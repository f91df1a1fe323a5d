//! Policy variables, by walking over the text once.
//! IAM User Guide, "IAM policy elements: Variables and tags".

use iam_policy::{Context, Version};

use crate::glob::{Piece, literally, wildcard_or_literal};

/// The pattern that a text is for this request, or `None` when a variable of it has no value.
///
/// "If you don't include the Version element and set it to an appropriate version date, variables like
/// `${aws:username}` are treated as literal strings in the policy."
pub(crate) fn substitute(
    text: &str,
    version: Version,
    context: &Context,
    wildcards: bool,
) -> Option<Vec<Piece>> {
    let plain = |c: char| {
        if wildcards {
            wildcard_or_literal(c)
        } else {
            Piece::Literal(c)
        }
    };
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let variable = match version {
            Version::V2008 => None,
            Version::V2012 => rest.strip_prefix("${").and_then(|after| after.split_once('}')),
        };
        if let Some((inside, after)) = variable {
            pieces.extend(literally(&value_of(inside, context)?));
            rest = after;
        } else {
            pieces.push(plain(c));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Some(pieces)
}

/// What stands between the braces, replaced.
fn value_of(inside: &str, context: &Context) -> Option<String> {
    // "Special characters": use where you need an asterisk, question mark or dollar sign.
    if matches!(inside, "*" | "?" | "$") {
        return Some(inside.to_owned());
    }
    // "Specifying default values": surround the default value with single quotes, and separate the variable
    // text and the default value with a comma and space.
    let (key, default) = match inside.split_once(", '") {
        Some((key, rest)) => (key, rest.strip_suffix('\'')),
        None => (inside, None),
    };
    match context.get(key) {
        Some([value]) => Some(value.clone()),
        // "Single-valued vs. multivalued context keys": you can't use a multivalued context key as a policy
        // variable; it has no more of a value there than a key that is missing.
        Some(_) | None => default.map(str::to_owned),
    }
}
