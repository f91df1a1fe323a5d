//! A small writer for the XML that AWS answers with: elements and text, always escaped.

use std::fmt::Write as _;

/// XML in the making. Elements are closed by the call that opened them, so it is well formed by construction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// `<name>text</name>`.
    pub(crate) fn text(&mut self, name: &str, text: impl std::fmt::Display) -> &mut Xml {
        self.element(name, |xml| {
            let _ = write!(Escaped(&mut xml.text), "{text}");
        })
    }

    /// `<name>text</name>`, or nothing at all.
    pub(crate) fn optional(&mut self, name: &str, text: Option<impl std::fmt::Display>) -> &mut Xml {
        if let Some(text) = text {
            self.text(name, text);
        }
        self
    }

    /// `<name>` with what `fill` writes inside.
    pub(crate) fn element(&mut self, name: &str, fill: impl FnOnce(&mut Xml)) -> &mut Xml {
        self.text.extend(["<", name, ">"]);
        fill(self);
        self.text.extend(["</", name, ">"]);
        self
    }

    /// `<name xmlns="...">` with what `fill` writes inside.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, fill: impl FnOnce(&mut Xml)) -> &mut Xml {
        let _ = write!(self.text, "<{name} xmlns=\"{namespace}\">");
        fill(self);
        let _ = write!(self.text, "</{name}>");
        self
    }

    /// A canonical user, as S3 names who holds a grant.
    pub(crate) fn grantee(&mut self, id: &str) -> &mut Xml {
        self.text.push_str(
            "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">",
        );
        self.text("ID", id);
        self.text.push_str("</Grantee>");
        self
    }

    /// A list: `<name>` around one `<item>` for each.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        item: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Xml, T),
    ) -> &mut Xml {
        self.element(name, |xml| {
            for each in items {
                xml.element(item, |xml| fill(xml, each));
            }
        })
    }

    /// What another writer has made.
    pub(crate) fn append(&mut self, other: &Xml) -> &mut Xml {
        self.text.push_str(&other.text);
        self
    }

    /// The finished document, with its declaration.
    pub(crate) fn finish(&self) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", self.text)
    }
}

/// Escapes what is written to it.
struct Escaped<'a>(&'a mut String);

impl std::fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        // Nearly all of it stands for itself, and is taken in whole pieces.
        for piece in text.split_inclusive(|c: char| matches!(c, '&' | '<' | '>' | '"') || c.is_control()) {
            let last = piece.chars().next_back();
            let escaped = match last {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some('\r') => "&#13;",
                // XML 1.0 has no other control characters, not even escaped.
                Some(c) if c.is_control() && !matches!(c, '\n' | '\t') => "\u{FFFD}",
                _ => {
                    self.0.push_str(piece);
                    continue;
                }
            };
            let plain = piece.len() - last.map_or(0, char::len_utf8);
            self.0.push_str(piece.get(..plain).unwrap_or_default());
            self.0.push_str(escaped);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_nests() {
        let mut xml = Xml::default();
        xml.root("A", "urn:x", |xml| {
            xml.text("B", "a<b & \"c\"\u{1}")
                .optional("C", None::<&str>)
                .list("L", "m", [1, 2], |xml, n| {
                    xml.text("n", n);
                });
        });
        assert_eq!(
            xml.text,
            "<A xmlns=\"urn:x\"><B>a&lt;b &amp; &quot;c&quot;\u{FFFD}</B><L><m><n>1</n></m><m><n>2</n></m></L></A>"
        );
    }
}
