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
        let _ = write!(self.text, "<{name}>");
        self.escaped(&text.to_string());
        let _ = write!(self.text, "</{name}>");
        self
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
        let _ = write!(self.text, "<{name}>");
        fill(self);
        let _ = write!(self.text, "</{name}>");
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

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#13;"),
                '\n' | '\t' => self.text.push(c),
                // XML 1.0 has no other control characters, not even escaped.
                c if c.is_control() => self.text.push('\u{FFFD}'),
                c => self.text.push(c),
            }
        }
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
