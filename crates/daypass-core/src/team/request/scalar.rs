//! Texts as YAML scalars that every reader of YAML, of version 1.1 as of 1.2, takes for that text.

use std::fmt::Write;

/// Words that are no text in YAML 1.1 or 1.2 ("Boolean Language-Independent Type for YAML Version 1.1"; YAML 1.2.2,
/// "10.3 Core Schema"), in lower case.
const WORDS: [&str; 10] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none",
];

/// `text` as a scalar, without quotes where it needs none anywhere, be it inside brackets.
pub(super) fn written(text: &str) -> String {
    if needs_no_quotes(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// `text` in double quotes, as JSON has it as well.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // What is not printable (YAML 1.2.2, "5.1 Character Set"), or ends a line for some reader.
            '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn needs_no_quotes(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || " _.-+=@/()'".contains(c);
    text.starts_with(char::is_alphabetic)
        && !text.ends_with(' ')
        && text.chars().all(inside)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_where_they_are_needed() {
        for plain in [
            "bert@example.com",
            "dev.break-glass",
            "It's stuck (again)",
            "größer",
        ] {
            assert_eq!(written(plain), plain);
        }
        for (text, scalar) in [
            ("", r#""""#),
            ("no", r#""no""#),
            ("Null", r#""Null""#),
            ("1e5", r#""1e5""#),
            ("2026-11-30", r#""2026-11-30""#),
            ("a: b", r#""a: b""#),
            ("a #b", r#""a #b""#),
            ("a, b", r#""a, b""#),
            ("*", r#""*""#),
            (" a", r#"" a""#),
            ("a ", r#""a ""#),
            ("say \"hi\"\\\n", r#""say \"hi\"\\\n""#),
            ("\u{2028}\u{85}\u{7}", r#""\u2028\u0085\u0007""#),
        ] {
            assert_eq!(written(text), scalar, "{text:?}");
        }
    }
}
