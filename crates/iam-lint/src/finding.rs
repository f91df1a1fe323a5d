//! What a rule says about a document.

use std::fmt;

use iam_policy::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Good to know: it can be said shorter, or narrower.
    Note,
    /// AWS takes it, and it probably does not do what was meant, or does more.
    Warning,
    /// AWS refuses it, or it cannot do what it says.
    Error,
}

impl Level {
    /// In lower case, as people read it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One thing that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, such as `sid-twice`.
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The place to underline.
    pub span: Span,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// A mend that keeps what the document allows and denies.
    pub fix: Option<Fix>,
}

/// A change of the text after which the document says the same, without the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Another text for a value.
    Replace {
        /// The value, quotes included.
        span: Span,
        /// What it is to be, without quotes.
        value: String,
    },
    /// Takes an item out of a list that keeps others.
    Remove {
        /// The item.
        span: Span,
    },
    /// Gives a document without `Version` the current one.
    AddVersion {
        /// The whole document.
        span: Span,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.level, self.message, self.rule)
    }
}
