//! The name that a misspelt one was probably meant to be.
//! Used for the help lines of unknown elements, operators and kinds of principal.

/// A character has at most so many bytes.
const MOST_BYTES: usize = 4;

/// The candidate nearest to `word` by edit distance, if it is near enough to be worth a hint.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let limit = word.chars().count().div_ceil(3).clamp(1, 4);
    candidates
        .into_iter()
        // The lengths alone say of most that they are too far, and of a text of megabytes that all are.
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= limit * MOST_BYTES)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance without regard to ASCII case.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = *above;
            left = substituted.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let elements = ["Action", "NotAction", "Resource", "Effect", "Sid"];
        assert_eq!(nearest("Actions", elements), Some("Action"));
        assert_eq!(nearest("resource", elements), Some("Resource"));
        assert_eq!(nearest("Efect", elements), Some("Effect"));
        assert_eq!(nearest("Comment", elements), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
