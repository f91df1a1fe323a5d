//! Where a scalar ends. The scanner's span reaches to the next token, over spaces and comments; what is underlined in a
//! message is the scalar alone.

use iam_policy::Span;
use saphyr_parser::ScalarStyle;

/// The part of `scanned` that is the scalar itself, quotes included.
pub(super) fn of_scalar(text: &str, style: ScalarStyle, scanned: Span) -> Span {
    let rest = text.get(scanned.start()..).unwrap_or_default();
    let length = match style {
        ScalarStyle::DoubleQuoted => double_quoted(rest),
        ScalarStyle::SingleQuoted => single_quoted(rest),
        ScalarStyle::Plain => plain(scanned.of(text).unwrap_or_default()),
        ScalarStyle::Literal | ScalarStyle::Folded => block(scanned.of(text).unwrap_or_default()),
    };
    Span::new(scanned.start(), scanned.start() + length)
}

fn double_quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A quote within single quotes is written twice.
fn single_quoted(rest: &str) -> usize {
    let mut quote_before = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (byte, quote_before) {
            (b'\'', _) => quote_before = !quote_before,
            (_, true) => return at,
            _ => {}
        }
    }
    rest.len()
}

/// A plain scalar ends before white space that a comment follows: `#` cannot stand there inside one.
fn plain(scanned: &str) -> usize {
    let comment = scanned.match_indices('#').map(|(at, _)| at).find(|at| {
        let before = scanned.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(char::is_whitespace)
    });
    scanned
        .get(..comment.unwrap_or(scanned.len()))
        .unwrap_or_default()
        .trim_end()
        .len()
}

/// A block scalar ends before the comments that are indented less than its text.
fn block(scanned: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let wanted = scanned
        .lines()
        .skip(1)
        .find(|line| !line.trim().is_empty())
        .map_or(0, indent);
    let mut kept = scanned.trim_end();
    while let Some((above, line)) = kept.rsplit_once('\n') {
        if !(line.trim_start().starts_with('#') && indent(line) < wanted) {
            break;
        }
        kept = above.trim_end();
    }
    kept.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_end_where_they_close() {
        assert_eq!(double_quoted(r#""a\"b\\" # "c""#), r#""a\"b\\""#.len());
        assert_eq!(single_quoted("'it''s' # 'x'"), "'it''s'".len());
        assert_eq!(single_quoted("''"), 2);
        assert_eq!(single_quoted("'''' "), 4);
    }

    #[test]
    fn plain_text_ends_before_its_comment() {
        assert_eq!(plain("a#b   # c"), "a#b".len());
        assert_eq!(plain("a b  \n\n"), "a b".len());
    }

    #[test]
    fn block_text_keeps_what_only_looks_like_a_comment() {
        assert_eq!(block("|\n  # text\n  b\n# comment\n\n"), "|\n  # text\n  b".len());
        assert_eq!(block("|\n  a\n  # text\n"), "|\n  a\n  # text".len());
    }
}
