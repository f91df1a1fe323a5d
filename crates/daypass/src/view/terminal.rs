//! The width of the terminal, and prose that fits it: broken between words, as no terminal does by itself.

use rustix::termios::tcgetwinsize;

/// How many columns a person sees; `None` when nobody looks.
pub(crate) fn width() -> Option<usize> {
    let size = tcgetwinsize(std::io::stdout()).or_else(|_| tcgetwinsize(std::io::stderr()));
    size.ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|width| *width > 0)
}

/// Text without styles, each of its lines broken between words where it is wider than `width`; what is broken off is
/// indented below its line. Words that are too long stay whole: people copy them.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else {
        return text.to_owned();
    };
    text.lines()
        .map(|line| wrapped_line(line, width))
        .collect::<Vec<_>>()
        .join("\n")
}

fn wrapped_line(line: &str, width: usize) -> String {
    let words = line.trim_start_matches(' ');
    let indent = line.len() - words.len();
    let mut out = " ".repeat(indent);
    let mut column = indent;
    for (nth, word) in words.split(' ').enumerate() {
        let length = word.chars().count();
        if nth > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent + 2));
            column = indent + 2;
        } else if nth > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        let text = "implicit deny: no policy allows it\n  on arn:aws:s3:::a-very-long-name today";
        assert_eq!(wrapped(text, None), text);
        assert_eq!(wrapped(text, Some(200)), text);
        assert_eq!(
            wrapped(text, Some(20)),
            "implicit deny: no\n  policy allows it\n  on\n    arn:aws:s3:::a-very-long-name\n    today"
        );
        assert_eq!(wrapped("exactly twenty wide!", Some(20)), "exactly twenty wide!");
        assert_eq!(wrapped("", Some(20)), "");
    }
}
