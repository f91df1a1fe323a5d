//! IAM's wildcards, as far as the rules need them: `*` is any text, `?` any character, case does not matter.

/// Whether `pattern` matches `text`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (lower(pattern), lower(text));
    // Rows of "does the pattern up to here match the text up to there".
    let mut reached = vec![false; text.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for symbol in pattern {
        let mut next = Vec::with_capacity(reached.len());
        let mut any_before = false;
        for at in 0..=text.len() {
            let diagonal = at.checked_sub(1).is_some_and(|before| {
                reached.get(before) == Some(&true) && (symbol == '?' || text.get(before) == Some(&symbol))
            });
            any_before |= reached.get(at) == Some(&true);
            next.push(if symbol == '*' { any_before } else { diagonal });
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "a"),
            ("a*", "A"),
            ("a*c", "abbc"),
            ("a?c", "abc"),
            ("*b*", "abc"),
            ("", ""),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "b"),
            ("a?", "a"),
            ("a*c", "ab"),
            ("", "a"),
            ("?", ""),
            ("ab", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
