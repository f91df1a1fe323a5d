//! Values as YAML, for people: blocks, and quotes only where the text would be something else without them.

use std::fmt::Write as _;

use crate::wire::json::Json;

/// The whole document.
pub(super) fn written(value: &Json) -> String {
    let mut text = String::new();
    match value {
        Json::Object(members) if !members.is_empty() => object(&mut text, members, 0),
        other => {
            let _ = writeln!(text, "{}", scalar(other));
        }
    }
    text
}

fn object(text: &mut String, members: &[(String, Json)], depth: usize) {
    for (place, (key, value)) in members.iter().enumerate() {
        // The first one of a list's element stands after its dash.
        if place > 0 || !text.ends_with("- ") {
            indent(text, depth);
        }
        text.push_str(&word(key));
        text.push(':');
        inner(text, value, depth);
    }
}

/// What stands after a key.
fn inner(text: &mut String, value: &Json, depth: usize) {
    match value {
        Json::Object(members) if !members.is_empty() => {
            text.push('\n');
            object(text, members, depth + 1);
        }
        Json::List(items) if !items.is_empty() => {
            text.push('\n');
            list(text, items, depth + 1);
        }
        other => {
            let _ = writeln!(text, " {}", scalar(other));
        }
    }
}

fn list(text: &mut String, items: &[Json], depth: usize) {
    for item in items {
        indent(text, depth);
        match item {
            Json::Object(members) if !members.is_empty() => {
                text.push_str("- ");
                object(text, members, depth + 1);
            }
            // A list in a list is rare enough to stand in one line, as in JSON.
            other => {
                let _ = writeln!(text, "- {}", scalar(other));
            }
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

fn scalar(value: &Json) -> String {
    match value {
        Json::Text(text) => word(text),
        other => other.to_string(),
    }
}

/// A text, without quotes if nobody can take it for anything else.
fn word(text: &str) -> String {
    const OTHERS: [&str; 11] = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    // A colon is special before white space only, a star at the beginning.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_/.=@+-:*".contains(c);
    let is_word = text.chars().all(is_plain) && !text.ends_with(':');
    if begins_well && is_word && !OTHERS.iter().any(|other| other.eq_ignore_ascii_case(text)) {
        text.to_owned()
    } else {
        Json::text(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lists_and_quotes() {
        let value = Json::object([
            (
                "accounts",
                Json::object([(
                    "111122223333",
                    Json::object([("users", Json::Object(Vec::new()))]),
                )]),
            ),
            (
                "list",
                Json::List(vec![
                    Json::object([
                        ("a", "x".into()),
                        ("b", Json::List(vec!["arn:aws:s3:::x".into()])),
                    ]),
                    "yes".into(),
                    "a: b".into(),
                    Json::Null,
                    Json::List(vec![Json::number(1), "y".into()]),
                ]),
            ),
        ]);
        let expected = r#"accounts:
  "111122223333":
    users: {}
list:
  - a: x
    b:
      - arn:aws:s3:::x
  - "yes"
  - "a: b"
  - null
  - [1,"y"]
"#;
        assert_eq!(written(&value), expected);
    }
}
