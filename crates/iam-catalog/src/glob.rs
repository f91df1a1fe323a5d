//! Names with `*` and `?`, compared without regard to ASCII case, as IAM compares actions
//! (IAM User Guide, "IAM JSON policy elements: Action").

use std::cmp::Ordering;

/// Whether `name` is one that `pattern` stands for: `*` for any characters, `?` for one.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Behind the last star, and how far into the name it reaches for now.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&wanted) = name.get(n) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, n));
                p += 1;
            }
            Some(b'?') => (p, n) = (p + 1, n + 1),
            Some(is) if is.eq_ignore_ascii_case(&wanted) => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((behind, reach)) => {
                    (p, n) = (behind, reach + 1);
                    star = Some((behind, reach + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == b'*')
}

/// Whether there is a wildcard in it.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// What stands before the first wildcard.
pub(crate) fn literal_prefix(pattern: &str) -> &str {
    pattern.split(['*', '?']).next().unwrap_or_default()
}

/// The order of the embedded tables: by the bytes of the names in lower case.
pub(crate) fn order(a: &str, b: &str) -> Ordering {
    for (x, y) in a.bytes().zip(b.bytes()) {
        match x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase()) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        for (pattern, name) in [
            ("Get*", "GetObject"),
            ("get*", "GETOBJECT"),
            ("*", ""),
            ("**", "x"),
            ("*Object", "GetObject"),
            ("G?t*Acl", "GetObjectAcl"),
            ("*a*b", "xaayb"),
            ("", ""),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("Get", "GetObject"),
            ("Get?", "Get"),
            ("*Acl", "GetObject"),
            ("", "x"),
            ("*a*b", "xb"),
            ("?", "é"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_order_ignores_case() {
        assert_eq!(order("GetObject", "getobject"), Ordering::Equal);
        assert_eq!(order("Get", "getObject"), Ordering::Less);
        assert_eq!(order("a_", "ab"), Ordering::Less, "as lower case sorts");
        assert_eq!(order("A_", "aB"), Ordering::Less);
    }
}
