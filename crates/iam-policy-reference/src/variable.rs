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
            Version::V2012 => variable_at_the_start(rest),
        };
        if let Some((variable, after)) = variable {
            pieces.extend(literally(&value_of(&variable, context)?));
            rest = after;
        } else {
            pieces.push(plain(c));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Some(pieces)
}

enum Variable<'t> {
    /// "Special characters": use where you need an asterisk, question mark or dollar sign.
    Character(&'t str),
    /// A condition key, and "a default value surrounded with single quotes, separated with a comma and space".
    Key(&'t str, Option<&'t str>),
}

/// The variable that a text begins with, and what follows it. Blanks do not count; what is not of the form is text.
fn variable_at_the_start(text: &str) -> Option<(Variable<'_>, &str)> {
    let inside = text.strip_prefix("${")?;
    if let Some((character, after)) = inside.split_once('}')
        && let character @ ("*" | "?" | "$") = character.trim()
    {
        return Some((Variable::Character(character), after));
    }
    let end_of_key = inside.find([',', '}'])?;
    let (key, rest) = inside.split_at(end_of_key);
    let key = key.trim();
    if key.is_empty() {
        return None;
    }
    if let Some(after) = rest.strip_prefix('}') {
        return Some((Variable::Key(key, None), after));
    }
    let quoted = rest.strip_prefix(',')?.trim_start().strip_prefix('\'')?;
    let (default, rest) = quoted.split_once('\'')?;
    let after = rest.trim_start().strip_prefix('}')?;
    Some((Variable::Key(key, Some(default)), after))
}

fn value_of(variable: &Variable<'_>, context: &Context) -> Option<String> {
    let (key, default) = match variable {
        Variable::Character(character) => return Some((*character).to_owned()),
        Variable::Key(key, default) => (key, default),
    };
    match context.get(key) {
        Some([value]) => Some(value.clone()),
        // "Single-valued vs. multivalued context keys": you can't use a multivalued context key as a policy
        // variable; it has no more of a value there than a key that is missing.
        Some(_) | None => default.map(str::to_owned),
    }
}
