//! Wildcards, by the table of which beginning of the pattern matches which beginning of the text.
//! IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".

/// One piece of a pattern. A substituted value is literal, whatever characters it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This character.
    Literal(char),
    /// `?`: any single character.
    AnyOne,
    /// `*`: any combination of characters.
    AnyRun,
}

/// A text in which `*` and `?` are wildcards.
pub(crate) fn with_wildcards(text: &str) -> Vec<Piece> {
    text.chars().map(wildcard_or_literal).collect()
}

/// A text in which every character stands for itself.
pub(crate) fn literally(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Literal).collect()
}

pub(crate) fn wildcard_or_literal(c: char) -> Piece {
    match c {
        '*' => Piece::AnyRun,
        '?' => Piece::AnyOne,
        other => Piece::Literal(other),
    }
}

/// Whether the whole text matches the whole pattern, in pattern times text steps whatever they are.
pub(crate) fn matches(pattern: &[Piece], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // row[j]: the pattern up to here matches the first j characters.
    let mut row: Vec<bool> = std::iter::once(true).chain(text.iter().map(|_| false)).collect();
    for piece in pattern {
        let above = row.clone();
        let mut left = false;
        for (j, cell) in row.iter_mut().enumerate() {
            let before = j.checked_sub(1);
            let diagonal = before.and_then(|k| above.get(k)).copied().unwrap_or(false);
            let character = before.and_then(|k| text.get(k));
            *cell = match piece {
                Piece::AnyRun => left || above.get(j).copied().unwrap_or(false),
                Piece::AnyOne => diagonal,
                Piece::Literal(c) => diagonal && character == Some(c),
            };
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(false)
}

/// Whether a text matches a pattern with `*` and `?`.
pub fn wildcard_matches(pattern: &str, text: &str) -> bool {
    matches(&with_wildcards(pattern), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "abc", true),
            ("?", "", false),
            ("?", "é", true),
            ("a*b", "ab", true),
            ("a*b", "axxb", true),
            ("a*b", "axxbc", false),
            ("*a*a*b", "aab", true),
            ("*a*a*b", "ab", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
        ] {
            assert_eq!(wildcard_matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!matches(&literally("*"), "a"));
        assert!(matches(&literally("*"), "*"));
    }
}
