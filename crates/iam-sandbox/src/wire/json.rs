//! JSON values to be written: what the sandbox says of itself.

use std::fmt;

use iam_policy::syntax::{Node, NodeKind};

/// A value. `Display` writes it without white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it is to be written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// Members in the order in which they are to be written.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object of these members.
    pub(crate) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.map(|(key, value)| (key.to_owned(), value)).into())
    }

    pub(crate) fn number(number: impl fmt::Display) -> Json {
        Json::Number(number.to_string())
    }

    pub(crate) fn text(text: impl fmt::Display) -> Json {
        Json::Text(text.to_string())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(is: bool) -> Json {
        Json::Bool(is)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

impl From<&Node> for Json {
    fn from(node: &Node) -> Json {
        match &node.kind {
            NodeKind::Null => Json::Null,
            NodeKind::Bool(is) => Json::Bool(*is),
            NodeKind::Number(text) => Json::Number(text.clone()),
            NodeKind::String(text) => Json::Text(text.clone()),
            NodeKind::Array(items) => Json::List(items.iter().map(Json::from).collect()),
            NodeKind::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|member| (member.key.clone(), Json::from(&member.value)))
                    .collect(),
            ),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(is) => is.fmt(f),
            Json::Number(text) => f.write_str(text),
            Json::Text(text) => quoted(f, text),
            Json::List(items) => {
                f.write_str("[")?;
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        f.write_str(",")?;
                    }
                    item.fmt(f)?;
                }
                f.write_str("]")
            }
            Json::Object(members) => {
                f.write_str("{")?;
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        f.write_str(",")?;
                    }
                    quoted(f, key)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            // DEL and the C1 controls are allowed, but a terminal obeys them.
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests {
    use iam_policy::syntax::parse_json;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_lists_and_escapes() {
        let value = Json::object([
            ("a", Json::List(vec![Json::Null, Json::number(1), true.into()])),
            ("b\u{1b}", "x\"\\\n\u{0}".into()),
        ]);
        assert_eq!(
            value.to_string(),
            r#"{"a":[null,1,true],"b\u001b":"x\"\\\n\u0000"}"#
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in any::<String>()) {
            let written = Json::text(&text).to_string();
            let read = parse_json(&written).unwrap();
            prop_assert_eq!(Json::from(&read), Json::Text(text));
        }
    }
}
