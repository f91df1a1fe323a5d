//! Where something stands in the source text, and what is to be said about it.
//! Everything the parser builds carries a [`Span`]; every complaint is a [`Diagnostic`].

use std::fmt;

/// A range of byte offsets into the source text, `start` included, `end` not.
///
/// Documents made by programs have empty spans (`0..0`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    // Half as wide as an offset could be: a document has many of them, and is kept as long as its engine.
    start: u32,
    end: u32,
}

impl Span {
    /// The range `start..end`. Beyond 4 GiB it ends there: no parser here takes so long a text.
    pub const fn new(start: usize, end: usize) -> Span {
        Span {
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// Offset of the first byte.
    pub const fn start(self) -> usize {
        self.start as usize
    }

    /// Offset after the last byte.
    pub const fn end(self) -> usize {
        self.end as usize
    }

    /// Whether the span covers nothing, as in documents made by programs.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// The text that the span covers, or `None` when `text` is not what it was made from.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start()..self.end())
    }

    /// Line and column (in characters) of the start, both counted from 1. A byte order mark is no character of the first
    /// line: no editor counts it.
    pub fn line_and_column(self, text: &str) -> (usize, usize) {
        let before = text.get(..self.start()).unwrap_or(text);
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what would be cut off is looked at first"
)]
const fn narrow(offset: usize) -> u32 {
    if offset > u32::MAX as usize {
        u32::MAX
    } else {
        offset as u32
    }
}

impl From<Span> for std::ops::Range<usize> {
    fn from(span: Span) -> Self {
        span.start()..span.end()
    }
}

/// One thing that is wrong in a text: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The place to underline.
    pub span: Span,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A complaint without a help line.
    pub fn new(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The same complaint with a help line.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_from_one() {
        let text = "one\ntwé three\n";
        let at = text.find("three").unwrap();
        let span = Span::new(at, at + 5);
        assert_eq!(span.of(text), Some("three"));
        assert_eq!(span.line_and_column(text), (2, 5));
        assert_eq!(Span::default().line_and_column(text), (1, 1));
        let marked = "\u{feff}ab\nc";
        assert_eq!(Span::new(0, 3).line_and_column(marked), (1, 1));
        assert_eq!(Span::new(4, 5).line_and_column(marked), (1, 2));
        assert_eq!(Span::new(6, 7).line_and_column(marked), (2, 1));
    }
}
