//! Names looked up among those that are known, and what to say about one that is not among them.

use iam_policy::syntax::nearest;

/// The known name that was probably meant, and what there is.
pub(super) fn suggestion<'k>(
    word: &str,
    known: impl Iterator<Item = &'k str> + Clone,
    these: &str,
) -> String {
    // `dev.read-only` is nearer to `developers.read-only` than its letters say.
    let last = |text: &str| text.rsplit_once('.').map(|(_, last)| last.to_ascii_lowercase());
    let akin = || {
        known
            .clone()
            .find(|name| last(word).is_some() && last(name) == last(word))
    };
    match nearest(word, known.clone()).or_else(akin) {
        Some(near) => format!("did you mean `{near}`? {}", listed(these, known)),
        None => listed(these, known),
    }
}

/// What there is, or the first of it.
pub(super) fn listed<'k>(these: &str, known: impl Iterator<Item = &'k str>) -> String {
    const MOST: usize = 12;
    let known: Vec<&str> = known.collect();
    match known.len() {
        0 => format!("{these} none: the file is empty"),
        1..=MOST => format!("{these} {}", known.join(", ")),
        more => {
            let some: Vec<&str> = known.into_iter().take(MOST).collect();
            format!("{these} {} and {} more", some.join(", "), more - MOST)
        }
    }
}

/// `a, b and c`.
pub(super) fn joined(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Whether `text` fits a pattern in which `*` is any text and `?` any character.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut retry) = (0, 0, None);
    loop {
        match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                p += 1;
                retry = Some((p, t));
            }
            (Some(wanted), Some(found)) if wanted == found || *wanted == b'?' => {
                p += 1;
                t += 1;
            }
            (_, _) => match retry {
                Some((behind, from)) if from < text.len() => {
                    retry = Some((behind, from + 1));
                    (p, t) = (behind, from + 1);
                }
                _ => return false,
            },
        }
    }
}
