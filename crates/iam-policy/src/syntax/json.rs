//! JSON (RFC 8259) into the tree, with bounds on size and depth so that no input can exhaust the stack.
//! A byte order mark and CRLF are tolerated; the mistakes people make by hand get a help line.

use super::{Member, Node, NodeKind};
use crate::span::{Diagnostic, Span};

/// Bounds on what is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, in bytes.
    pub bytes: usize,
    /// Deepest nesting of lists and objects.
    pub depth: usize,
}

impl Default for Limits {
    /// 1 MiB and 128 levels: far above any policy document (the largest that AWS takes has 20 KB).
    fn default() -> Self {
        Limits {
            bytes: 1024 * 1024,
            depth: 128,
        }
    }
}

/// Parses one JSON value within the default [`Limits`].
///
/// # Errors
/// One diagnostic at the first place that is not JSON: what follows it cannot be read reliably.
pub fn parse_json(text: &str) -> Result<Node, Vec<Diagnostic>> {
    parse_json_within(text, Limits::default())
}

/// Parses one JSON value within bounds of your own.
///
/// # Errors
/// As [`parse_json`].
pub fn parse_json_within(text: &str, limits: Limits) -> Result<Node, Vec<Diagnostic>> {
    if text.len() > limits.bytes {
        let message = format!(
            "the text has {} bytes, more than the {} that are read",
            text.len(),
            limits.bytes
        );
        let help = "a policy document that AWS accepts has at most 20,480 characters";
        return Err(vec![Diagnostic::new(Span::new(0, 0), message).with_help(help)]);
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
        limits,
    };
    if text.starts_with('\u{feff}') {
        parser.at = '\u{feff}'.len_utf8();
    }
    parser.document().map_err(|diagnostic| vec![diagnostic])
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    limits: Limits,
}

type Parsed<T> = Result<T, Diagnostic>;

impl Parser<'_> {
    fn document(&mut self) -> Parsed<Node> {
        self.skip_space();
        if self.peek().is_none() {
            return Err(Diagnostic::new(self.here(), "the text is empty")
                .with_help("a policy document is a JSON object"));
        }
        let node = self.value()?;
        self.skip_space();
        if self.peek().is_some() {
            return Err(Diagnostic::new(
                self.here(),
                "there is something after the end of the JSON value",
            ));
        }
        Ok(node)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += self.run_length(is_space);
    }

    /// How many bytes from the position on are of a kind.
    fn run_length(&self, is: impl Fn(&u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.iter().position(|byte| !is(byte)).unwrap_or(rest.len())
    }

    /// The character at the position, as a span.
    fn here(&self) -> Span {
        let length = self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        Span::new(self.at, self.at + length)
    }

    fn found(&self) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => "the end of the text".to_owned(),
            Some(c) => format!("`{}`", c.escape_debug()),
        }
    }

    fn expected(&self, what: &str) -> Diagnostic {
        Diagnostic::new(self.here(), format!("expected {what}, found {}", self.found()))
    }

    fn value(&mut self) -> Parsed<Node> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Parser::object)?,
            Some(b'[') => self.nested(Parser::array)?,
            Some(b'"') => NodeKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.word()?,
            Some(b'\'') => {
                return Err(self
                    .expected("a value")
                    .with_help("strings stand in double quotes"));
            }
            Some(b'/' | b'#') => return Err(self.expected("a value").with_help("JSON has no comments")),
            _ => return Err(self.expected("a value")),
        };
        Ok(Node {
            span: Span::new(start, self.at),
            kind,
        })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<NodeKind>) -> Parsed<NodeKind> {
        if self.depth >= self.limits.depth {
            let message = format!("nested more than {} levels deep", self.limits.depth);
            return Err(Diagnostic::new(self.here(), message));
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self) -> Parsed<NodeKind> {
        let mut members = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(NodeKind::Object(members));
        }
        loop {
            self.skip_space();
            let key_start = self.at;
            if self.peek() != Some(b'"') {
                let complaint = self.expected("a key in double quotes");
                return Err(match self.peek() {
                    Some(b'}') => complaint.with_help("remove the comma before the brace"),
                    Some(b'/' | b'#') => complaint.with_help("JSON has no comments"),
                    _ => complaint,
                });
            }
            let key = self.string()?;
            let key_span = Span::new(key_start, self.at);
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.expected("`:` after the key"));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value()?;
            members.push(Member { key, key_span, value });
            if self.ends_list(b'}', "`,` or `}`")? {
                return Ok(NodeKind::Object(members));
            }
        }
    }

    fn array(&mut self) -> Parsed<NodeKind> {
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(NodeKind::Array(items));
        }
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                return Err(self
                    .expected("a value")
                    .with_help("remove the comma before the bracket"));
            }
            items.push(self.value()?);
            if self.ends_list(b']', "`,` or `]`")? {
                return Ok(NodeKind::Array(items));
            }
        }
    }

    /// Reads a comma (false) or the closing character (true).
    fn ends_list(&mut self, close: u8, expected: &str) -> Parsed<bool> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(found) if found == close => {
                self.at += 1;
                Ok(true)
            }
            Some(b'"' | b'{' | b'[') => Err(self
                .expected(expected)
                .with_help("a comma is missing before this")),
            _ => Err(self.expected(expected)),
        }
    }

    fn word(&mut self) -> Parsed<NodeKind> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            self.at += 1;
        }
        let span = Span::new(start, self.at);
        let word = span.of(self.text).unwrap_or_default();
        let complaint = || Diagnostic::new(span, format!("`{word}` is not a JSON value"));
        match word {
            "null" => Ok(NodeKind::Null),
            "true" => Ok(NodeKind::Bool(true)),
            "false" => Ok(NodeKind::Bool(false)),
            "True" | "TRUE" => Err(complaint().with_help("write true")),
            "False" | "FALSE" => Err(complaint().with_help("write false")),
            "None" | "nil" | "undefined" => Err(complaint().with_help("write null")),
            _ => Err(complaint().with_help("strings stand in double quotes")),
        }
    }

    fn number(&mut self) -> Parsed<NodeKind> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let integer = self.digits();
        if integer == 0 {
            return Err(self.expected("a digit"));
        }
        if leading_zero && integer > 1 {
            let complaint = Diagnostic::new(Span::new(start, self.at), "a number cannot begin with 0");
            return Err(complaint.with_help("put it in quotes if it is an account id"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.expected("a digit"));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.expected("a digit"));
            }
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        Ok(NodeKind::Number(written.to_owned()))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Parsed<String> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let plain = self.at;
            self.at += self.run_length(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20));
            out.push_str(self.text.get(plain..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => self.escape(&mut out)?,
                Some(b'\n' | b'\r') | None => {
                    let complaint =
                        Diagnostic::new(Span::new(open, self.at), "the string does not end on its line");
                    return Err(complaint.with_help("close it with a double quote"));
                }
                Some(_) => {
                    let complaint =
                        Diagnostic::new(self.here(), format!("{} cannot stand in a string", self.found()));
                    return Err(complaint.with_help("write it as an escape, such as \\t"));
                }
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        let escape = self.peek();
        let plain = match escape {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                out.push(self.unicode_escape(start)?);
                return Ok(());
            }
            _ => {
                let span = Span::new(start, self.here().end());
                return Err(Diagnostic::new(span, "unknown escape in a string")
                    .with_help("write \\\\ for a backslash"));
            }
        };
        self.at += 1;
        out.push(plain);
        Ok(())
    }

    fn unicode_escape(&mut self, start: usize) -> Parsed<char> {
        let first = self.four_hex(start)?;
        let code = match first {
            0xD800..=0xDBFF if self.text.get(self.at..self.at + 2) == Some("\\u") => {
                self.at += 2;
                let second = self.four_hex(start)?;
                if (0xDC00..=0xDFFF).contains(&second) {
                    0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                } else {
                    first
                }
            }
            _ => first,
        };
        char::from_u32(code).ok_or_else(|| {
            Diagnostic::new(
                Span::new(start, self.at),
                "half a surrogate pair is not a character",
            )
        })
    }

    fn four_hex(&mut self, start: usize) -> Parsed<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|d| u32::from_str_radix(d, 16).ok()) else {
            return Err(Diagnostic::new(
                Span::new(start, self.at),
                "\\u wants four hexadecimal digits",
            ));
        };
        self.at += 4;
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> (String, Option<String>, Option<String>) {
        let all = parse_json(text).unwrap_err();
        assert_eq!(all.len(), 1);
        (
            all[0].message.clone(),
            all[0].span.of(text).map(str::to_owned),
            all[0].help.clone(),
        )
    }

    #[test]
    fn spans_cover_keys_and_values() {
        let text = "\u{feff}{\r\n  \"a\": [1, -2.5e3, true, null, \"x\\u00e9\\ud83d\\ude00\"]\r\n}";
        let node = parse_json(text).unwrap();
        let members = node.as_object().unwrap();
        assert_eq!(members[0].key_span.of(text), Some("\"a\""));
        let items = members[0].value.as_array().unwrap();
        assert_eq!(items[1].kind, NodeKind::Number("-2.5e3".to_owned()));
        assert_eq!(items[1].span.of(text), Some("-2.5e3"));
        assert_eq!(items[4].as_str(), Some("xé😀"));
    }

    #[test]
    fn deep_and_large_input_is_refused_without_trouble() {
        let deep = "[".repeat(500_000);
        assert!(complaint(&deep).0.contains("128 levels"));
        let large = " ".repeat(1024 * 1024 + 1);
        assert!(complaint(&large).0.contains("1048577 bytes"));
    }

    #[test]
    fn mistakes_by_hand_get_a_help_line() {
        let help = |text: &str| complaint(text).2.unwrap_or_default();
        assert!(help("{\"a\": 1,}").contains("comma"));
        assert!(help("[1, ]").contains("comma"));
        assert!(help("{\"a\": 'x'}").contains("double quotes"));
        assert!(help("// hello").contains("comments"));
        assert!(help("{\"a\": [\"x\" \"y\"]}").contains("comma is missing"));
        assert!(help("{\"a\": True}").contains("true"));
        assert!(help("{\"a\": 012345678901}").contains("account id"));
        assert!(help("{\"a\": \"x\n\"}").contains("close it"));
        assert!(help("\"C:\\path\"").contains("backslash"));
        assert_eq!(complaint("").0, "the text is empty");
        assert_eq!(complaint("{} {}").1.as_deref(), Some("{"));
        for broken in [
            "{",
            "[1",
            "{\"a\"",
            "{\"a\":",
            "\"",
            "-",
            "1.",
            "1e",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
        ] {
            assert!(parse_json(broken).is_err(), "{broken}");
        }
    }
}
