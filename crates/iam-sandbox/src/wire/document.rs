//! XML that callers send to S3, read into a small tree. Bounded in depth and size; what is not well formed is refused.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::wire::error::ApiError;

/// Deeper than anything that S3 takes.
const DEEPEST: usize = 16;
/// A DeleteObjects of 1,000 keys has some 5,000.
const MOST_ELEMENTS: usize = 50_000;

/// One element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Without its namespace's prefix.
    pub(crate) name: String,
    /// All of its own text.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The root element of a body, which must have this name.
    pub(crate) fn read(body: &[u8], root: &str) -> Result<Element, ApiError> {
        parse(body)
            .filter(|element| element.name == root)
            .ok_or_else(malformed)
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of a child.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// The text of a child that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.text_of(name).ok_or_else(malformed)
    }
}

/// S3's answer to XML that it cannot use.
pub(crate) fn malformed() -> ApiError {
    ApiError::new(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

fn parse(body: &[u8]) -> Option<Element> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    // The document itself is at the bottom, and what is open above it.
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                count += 1;
                if count > MOST_ELEMENTS || open.len() > DEEPEST {
                    return None;
                }
                open.push(named(tag.local_name().as_ref()));
            }
            Event::Empty(tag) => {
                count += 1;
                let element = named(tag.local_name().as_ref());
                if count > MOST_ELEMENTS {
                    return None;
                }
                open.last_mut()?.children.push(element);
            }
            Event::End(_) => {
                let element = open.pop()?;
                open.last_mut()?.children.push(element);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text),
            Event::CData(text) => open.last_mut()?.text.push_str(&text),
            Event::GeneralRef(reference) => {
                let c = match &*reference {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => reference.resolve_char_ref().ok().flatten()?,
                };
                open.last_mut()?.text.push(c);
            }
            // Entities of one's own are how a small text becomes a large one.
            Event::DocType(_) => return None,
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty())?;
    let root = document.children.pop()?;
    (document.children.is_empty() && document.text.trim().is_empty()).then_some(root)
}

fn named(name: &str) -> Element {
    Element {
        name: name.to_owned(),
        ..Element::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_clients_write() {
        let body = b"<?xml version=\"1.0\"?>\n<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                     <Object><Key>a &amp; b&#10;</Key></Object><Quiet>true</Quiet><Empty/></Delete>\n";
        let delete = Element::read(body, "Delete").unwrap();
        assert_eq!(delete.text_of("Quiet"), Some("true"));
        assert_eq!(
            delete.all("Object").next().unwrap().text_of("Key"),
            Some("a & b\n")
        );
        assert_eq!(delete.text_of("Empty"), Some(""));
        assert!(delete.required("None").is_err());
    }

    #[test]
    fn refuses_the_rest() {
        let deep = format!("{}{}", "<a>".repeat(99), "</a>".repeat(99));
        for bad in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><a/>",
            "<a/>x",
            "<b/>",
            "<a>&nothing;</a>",
            "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
            &deep,
        ] {
            assert_eq!(
                Element::read(bad.as_bytes(), "a").unwrap_err().code,
                "MalformedXML",
                "{bad}"
            );
        }
        assert!(Element::read(&[0xff, 0xfe], "a").is_err());
    }
}
