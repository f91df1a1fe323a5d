//! The demo's narration: chapters, what was done, what was denied and why. Fits 80 columns.

use super::paint::{ERROR, GOOD, QUIET, STRONG, TITLE, paint};
use std::fmt::Display;

const WIDTH: usize = 80;

/// The first line.
pub(crate) fn title(name: &str, what: &str) {
    super::result(format_args!("{}  {what}", paint(TITLE, name)));
}

/// Begins a chapter.
pub(crate) fn chapter(number: usize, text: &str) {
    super::result("");
    super::result(format_args!("{}  {}", paint(TITLE, number), paint(STRONG, text)));
}

/// Plain narration.
pub(crate) fn line(text: impl Display) {
    for line in wrapped(&text.to_string(), WIDTH - 3) {
        super::result(format_args!("   {line}"));
    }
}

/// Something was made or removed.
pub(crate) fn did(text: impl Display) {
    super::result(format_args!("   {} {text}", paint(GOOD, "+")));
}

/// Something was taken away again.
pub(crate) fn removed(text: impl Display) {
    super::result(format_args!("   {} {text}", paint(QUIET, "-")));
}

/// A call went through, and what it brought.
pub(crate) fn allowed(call: &str, brought: &[String]) {
    let brought = if brought.is_empty() {
        String::new()
    } else {
        paint(QUIET, format!(": {}", brought.join(", ")))
    };
    super::result(format_args!("   {} {call}{brought}", paint(GOOD, "allowed")));
}

/// A call was denied, and why.
pub(crate) fn denied(call: &str, why: Option<&impl Display>) {
    super::result(format_args!("   {}  {call}", paint(ERROR, "denied")));
    for line in why.iter().flat_map(|why| lines_of(&why.to_string())) {
        super::result(format_args!("     {} {}", paint(QUIET, "|"), line));
    }
}

/// A document, quoted.
pub(crate) fn quoted(text: &str) {
    for line in text.trim_end().lines() {
        super::result(format_args!("     {}", paint(QUIET, line)));
    }
}

/// The last line.
pub(crate) fn end(text: &str) {
    super::result("");
    super::result(format_args!("{}", paint(GOOD, text)));
}

/// Wraps each line by itself; what is broken off is indented a little more than its line.
fn lines_of(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        for (nth, part) in wrapped(line.trim_start(), WIDTH - 7 - indent.len() - 2)
            .into_iter()
            .enumerate()
        {
            let more = if nth == 0 { "" } else { "  " };
            lines.push(format!("{indent}{more}{part}"));
        }
    }
    lines
}

/// Breaks at spaces only: an ARN stays in one piece, even where it is too long.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_and_keeps_indentation() {
        assert_eq!(wrapped("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(
            wrapped("arn:aws:iam::111122223333:role/x y", 5),
            ["arn:aws:iam::111122223333:role/x", "y"]
        );
        let text = format!("first\n  {}", "word ".repeat(20).trim_end());
        let lines = lines_of(&text);
        assert!(lines.iter().all(|line| line.len() <= WIDTH - 7), "{lines:?}");
        assert_eq!(
            (lines[0].as_str(), &lines[1][..6], &lines[2][..8]),
            ("first", "  word", "    word")
        );
    }
}
