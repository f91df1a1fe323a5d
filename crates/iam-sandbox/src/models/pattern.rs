//! The patterns of AWS's models, which are Java's: nearly all are one class of characters, read here; the rest goes to
//! `regex-lite`. A pattern is about the whole text, anchors or not.

use std::fmt;
use std::sync::OnceLock;

use regex_lite::Regex;

/// A pattern, compiled when it is first asked.
pub(crate) struct Pattern {
    /// As the model has it, which is how messages show it.
    pub(crate) text: &'static str,
    matcher: OnceLock<Option<Matcher>>,
}

enum Matcher {
    /// `[...]+`, `[...]*`: every character is one of these. How many there may be is said better by the length.
    Class(Class, bool),
    Whole(Regex),
}

#[derive(Default)]
struct Class {
    ranges: Vec<(char, char)>,
    /// `\p{L}`, `\p{N}`, `\p{Z}`.
    letters: bool,
    numbers: bool,
    separators: bool,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({})", self.text)
    }
}

impl Pattern {
    pub(super) fn new(text: &'static str) -> Pattern {
        Pattern {
            text,
            matcher: OnceLock::new(),
        }
    }

    fn matcher(&self) -> Option<&Matcher> {
        self.matcher
            .get_or_init(|| {
                if let Some((class, may_be_empty)) = Class::whole(self.text) {
                    return Some(Matcher::Class(class, may_be_empty));
                }
                let regex = format!("^(?:{})$", translated(self.text));
                Regex::new(&regex).ok().map(Matcher::Whole)
            })
            .as_ref()
    }

    #[cfg(test)]
    pub(super) fn is_translated(&self) -> bool {
        self.matcher().is_some()
    }

    /// Does the whole text match? A pattern that cannot be translated lets everything through.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self.matcher() {
            None => true,
            Some(Matcher::Class(class, may_be_empty)) => {
                (*may_be_empty || !text.is_empty()) && text.chars().all(|c| class.has(c))
            }
            Some(Matcher::Whole(regex)) => regex.is_match(text),
        }
    }
}

impl Class {
    /// From a pattern that is nothing but a class, repeated; and whether it may match nothing.
    fn whole(pattern: &str) -> Option<(Class, bool)> {
        let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
        let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
        let inside = pattern.strip_prefix('[')?;
        let (inside, may_be_empty) = match inside.strip_suffix("]+") {
            Some(inside) => (inside, false),
            None => (inside.strip_suffix("]*")?, true),
        };
        Some((Class::inside(inside)?, may_be_empty))
    }

    fn inside(mut rest: &str) -> Option<Class> {
        let mut class = Class::default();
        if rest.starts_with('^') {
            return None;
        }
        while !rest.is_empty() {
            if let Some(after) = class.named(rest) {
                rest = after;
                continue;
            }
            let (from, after) = one(rest)?;
            rest = after;
            // A hyphen at the end is itself.
            match after.strip_prefix('-').filter(|after| !after.is_empty()) {
                Some(after) => {
                    let (to, after) = one(after)?;
                    class.ranges.push((from, to));
                    rest = after;
                }
                None => class.ranges.push((from, from)),
            }
        }
        Some(class)
    }

    /// A class by name, such as `\w`; what comes after it.
    fn named<'p>(&mut self, rest: &'p str) -> Option<&'p str> {
        if let Some(after) = rest.strip_prefix("\\w") {
            self.ranges
                .extend([('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')]);
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix("\\d") {
            self.ranges.push(('0', '9'));
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix("\\s") {
            self.ranges.extend([('\t', '\r'), (' ', ' ')]);
            return Some(after);
        }
        let (name, after) = rest.strip_prefix("\\p{")?.split_once('}')?;
        match name {
            "L" => self.letters = true,
            "N" => self.numbers = true,
            "Z" => self.separators = true,
            _ => return None,
        }
        Some(after)
    }

    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
            || (self.letters && c.is_alphabetic())
            || (self.numbers && c.is_numeric())
            // Unicode's separators are its white space but for the control characters.
            || (self.separators && c.is_whitespace() && !c.is_control())
    }
}

/// One character of a class, escaped or not; what comes after it.
fn one(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == '[' {
        return None;
    }
    if first != '\\' {
        return Some((first, chars.as_str()));
    }
    match chars.next()? {
        'u' => code_point(chars.as_str()),
        't' => Some(('\t', chars.as_str())),
        'n' => Some(('\n', chars.as_str())),
        'r' => Some(('\r', chars.as_str())),
        c if c.is_ascii_alphanumeric() => None,
        c => Some((c, chars.as_str())),
    }
}

/// What follows `\u`: four hexadecimal digits in Java. STS's pattern writes `\u10000-\u10FFFF`, and means that.
fn code_point(text: &str) -> Option<(char, &str)> {
    let digits = [("10FFFF", 6), ("10000", 5)]
        .iter()
        .find(|(far, _)| text.starts_with(far))
        .map_or(4, |(_, length)| *length);
    let (digits, rest) = text.split_at_checked(digits)?;
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, rest))
}

/// Java's form in that of `regex-lite`: `\u002F` is `\u{002F}` there, and a slash needs no escape.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let unicode = after
            .strip_prefix('u')
            .and_then(|after| after.split_at_checked(4));
        if let Some((digits, after)) = unicode {
            out.extend(["\\u{", digits, "}"]);
            rest = after;
        } else {
            let (escaped, after) = after.split_at_checked(1).unwrap_or((after, ""));
            if escaped != "/" {
                out.push('\\');
            }
            out.push_str(escaped);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_java_does() {
        for (pattern, good, bad) in [
            (r"[\w+=,.@-]+", &["a-Z_0+=,.@"][..], &["", "a b", "ü", "a/b"][..]),
            (r"[\w+=,.@:\/-]*", &["", "a:b/c"], &["a b"]),
            (
                r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
                &["größe 1", "キー", "a\u{a0}b-c"],
                &["", "a,b", "a\tb", "a\nb"],
            ),
            (
                r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
                &["/", "/a/", "/a/b/"],
                &["", "a", "/a", "//", "/a b/", "/\u{7f}/"],
            ),
            (r"\u002F[\u0021-\u007F]*", &["/", "/a"], &["", "a/"]),
            (
                r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
                &["arn:aws:iam::1:role/x", "é", "🦀"],
                &["", "\u{1}", "\u{7f}"],
            ),
            (
                r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?",
                &["v1", "v12.x"],
                &["v0", "1", "v1 "],
            ),
            (r"\d{12}", &["111122223333"], &["1", "1111222233334"]),
            (r"[ -~]+", &["a b"], &["ü", "\t"]),
            (r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", &["/", "/a/"], &["a", "/a"]),
        ] {
            let pattern = Pattern::new(pattern);
            for text in good {
                assert!(pattern.is_match(text), "{pattern:?} {text:?}");
            }
            for text in bad {
                assert!(!pattern.is_match(text), "{pattern:?} {text:?}");
            }
        }
    }
}
