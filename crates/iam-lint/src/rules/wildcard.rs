//! IAM's wildcards, as far as the rules need them: `*` is any text, `?` any character.

/// Whether upper and lower case are the same: they are in actions and condition keys, not in ARNs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Same,
    Differs,
}

/// Whether `pattern` matches `text`, whatever the case.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    fits(pattern, text, |wanted, is| {
        wanted == b'?' || wanted.eq_ignore_ascii_case(&is)
    })
}

/// Whether `pattern` stands for everything that `other`, a pattern too, stands for.
///
/// `true` is certain. Patterns that differ only in how they say it (`a*b` and `a*` with the same matches by chance) may
/// be missed. A policy variable is the same text in both, whatever its value.
pub(crate) fn covers(pattern: &str, other: &str, case: Case) -> bool {
    // `${*}` is a star itself, and no wildcard ("IAM policy elements: Variables and tags", IAM User Guide).
    if has_escape(pattern) {
        return pattern == other;
    }
    // What a variable stands for may have any length: no number of question marks is it.
    if other.contains("${") && pattern.contains('?') && pattern != other {
        return false;
    }
    fits(pattern, other, |wanted, is| match (wanted, is) {
        // Any text at all is more than one character.
        (_, b'*') => false,
        (b'?', _) => true,
        (_, b'?') => false,
        _ => wanted == is || case == Case::Same && wanted.eq_ignore_ascii_case(&is),
    })
}

/// Whether a star, a question mark or a dollar stands within a variable's braces.
fn has_escape(pattern: &str) -> bool {
    pattern.split("${").skip(1).any(|behind| {
        let inner = behind.split_once('}').map_or(behind, |(inner, _)| inner);
        inner.contains(['*', '?', '$'])
    })
}

/// Whether some text is one of both patterns.
pub(crate) fn overlap(a: &str, b: &str, case: Case) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // `open[j]`: the first `i` of `a` and the first `j` of `b` can be the same text.
    let mut open = vec![false; b.len() + 1];
    let mut start = true;
    for (j, place) in open.iter_mut().enumerate() {
        *place = start;
        start &= b.get(j) == Some(&b'*');
    }
    for &x in a {
        let mut next = vec![false; b.len() + 1];
        for j in 0..=b.len() {
            let above = open.get(j) == Some(&true);
            let before = j.checked_sub(1).and_then(|at| b.get(at)).copied();
            let left = j.checked_sub(1).is_some_and(|at| next.get(at) == Some(&true));
            let diagonal = j.checked_sub(1).is_some_and(|at| open.get(at) == Some(&true));
            let reached = match before {
                _ if x == b'*' && (above || left) => true,
                Some(b'*') => left || above || diagonal,
                Some(y) => {
                    diagonal
                        && (x == b'?'
                            || y == b'?'
                            || x == y
                            || case == Case::Same && x.eq_ignore_ascii_case(&y))
                }
                None => false,
            };
            if let Some(place) = next.get_mut(j) {
                *place = reached;
            }
        }
        open = next;
    }
    open.last() == Some(&true)
}

/// Whether there is a wildcard in it.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn fits(pattern: &str, text: &str, same: impl Fn(u8, u8) -> bool) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Behind the last star, and how far into the text it reaches for now.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&is) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(&wanted) if same(wanted, is) => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((behind, reach)) => {
                    (p, t) = (behind, reach + 1);
                    star = Some((behind, reach + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn one_pattern_within_another() {
        for (pattern, other) in [
            ("*", "s3:*"),
            ("s3:*", "S3:Get*"),
            ("s3:Get*", "s3:Get?bject"),
            ("a*c*", "a*c"),
            ("a", "a"),
            ("${aws:username}/*", "${aws:username}/x"),
            ("a/${*}", "a/${*}"),
            ("a/*", "a/${*}"),
        ] {
            assert!(covers(pattern, other, Case::Same), "{pattern} {other}");
        }
        for (pattern, other) in [
            ("s3:Get*", "s3:*"),
            ("a?", "a*"),
            ("ab", "a?"),
            ("iam:Get*", "iam:*CredentialReport"),
            ("??????????????", "${aws:userid}"),
            ("a/${*}", "a/${aws:username}"),
            ("a/${?}*", "a/${aws}x"),
            ("a/${aws:*}", "a/${aws:username}"),
        ] {
            assert!(!covers(pattern, other, Case::Same), "{pattern} {other}");
        }
        assert!(!covers("a*", "Ab", Case::Differs));
    }

    #[test]
    fn patterns_that_share_a_text() {
        for (a, b) in [
            ("*", ""),
            ("a*", "*b"),
            ("a?c", "ab?"),
            ("s3:Get*", "S3:*Object"),
            ("", "*"),
            ("a*b*", "a*"),
        ] {
            assert!(overlap(a, b, Case::Same), "{a} {b}");
            assert!(overlap(b, a, Case::Same), "{b} {a}");
        }
        for (a, b) in [("a", "b"), ("a*", "b*"), ("a?", "a"), ("", "?"), ("*a", "*b")] {
            assert!(!overlap(a, b, Case::Same), "{a} {b}");
            assert!(!overlap(b, a, Case::Same), "{b} {a}");
        }
    }
}
