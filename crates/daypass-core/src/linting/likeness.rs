//! What is meant to be a policy document, among files that nobody has named: also where it cannot be read as one. What is
//! passed over in silence looks as if it were right.

use iam_lint::{Finding, Level};
use iam_policy::Span;
use iam_policy::syntax::{Limits, Node, NodeKind, parse_json_within};

use super::{NOT_A_DOCUMENT, own};
use crate::policy_text::{self, TextFormat};

/// What a file holds that may be a policy document.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidate {
    /// A document, or what would be one without its mistakes.
    Document(String),
    /// What looks like one and is no text that is read.
    Unread(Finding),
    /// Nothing: among documents it was meant to be one.
    Empty(Finding),
    /// Something else.
    Other,
}

impl Candidate {
    /// Looks at what a file holds; `name` tells JSON from YAML.
    pub fn of(name: &str, bytes: Vec<u8>) -> Candidate {
        let whole = |level, message: &str, help: &str| {
            own(NOT_A_DOCUMENT, level, Span::default(), message.to_owned(), help)
        };
        match String::from_utf8(bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => Candidate::Empty(whole(
                Level::Warning,
                "the file is empty, among policy documents",
                "write the document, or remove the file",
            )),
            Ok(text) if is_like_a_document(name, &text) => Candidate::Document(text),
            Ok(_) => Candidate::Other,
            Err(error) => {
                let (text, message) = match utf_16(error.as_bytes()) {
                    Some(text) => (text, "the file is UTF-16, and policy documents are read as UTF-8"),
                    None => (
                        String::from_utf8_lossy(error.as_bytes()).into_owned(),
                        "the file is not text in UTF-8",
                    ),
                };
                if is_like_a_document(name, &text) {
                    let help = "save it as UTF-8: editors call it the encoding";
                    Candidate::Unread(whole(Level::Error, message, help))
                } else {
                    Candidate::Other
                }
            }
        }
    }
}

/// The text of what begins with UTF-16's byte order mark.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let units = |read: fn([u8; 2]) -> u16| {
        let pairs = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units = pairs.filter_map(|pair| pair.try_into().ok()).map(read);
        String::from_utf16_lossy(&units.collect::<Vec<u16>>())
    };
    match bytes {
        [0xff, 0xfe, ..] => Some(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Some(units(u16::from_be_bytes)),
        _ => None,
    }
}

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Whether a text is meant to be a policy document: an object with `Statement`, or what would be one without its mistakes.
/// For files that nobody has named.
pub fn is_like_a_document(name: &str, text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let format = TextFormat::of_name(Some(name), text);
    let tree = match format {
        // Most files have no such word.
        _ if !has_the_word(text) => return false,
        TextFormat::Json => parse_json_within(text, Limits::default()).ok(),
        TextFormat::Yaml => policy_text::tree_of_yaml(text).ok(),
    };
    match tree {
        Some(tree) => is_like_a_tree(&tree),
        // Templates and other files have statements too, but not at their beginning.
        None if text.trim_start().starts_with('{') => is_like_json(text),
        None => text.lines().any(|line| {
            let key = line.trim_start_matches(['"', '\'']);
            key.strip_prefix("Statement")
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        }),
    }
}

fn has_the_word(text: &str) -> bool {
    ["Statement", "statement", "STATEMENT"]
        .iter()
        .any(|word| text.contains(word))
}

/// `Statement`; or one that is misspelt, beside a version that only policies have.
fn is_like_a_tree(tree: &Node) -> bool {
    let NodeKind::Object(members) = &tree.kind else {
        return false;
    };
    let is_version = |node: &Node| node.as_str().is_some_and(|text| VERSIONS.contains(&text));
    let has_version = members
        .iter()
        .any(|member| member.key.eq_ignore_ascii_case("Version") && is_version(&member.value));
    let is_misspelt = |key: &str| {
        let key = key.to_ascii_lowercase();
        key == "statement" || key == "statements"
    };
    tree.get("Statement").is_some() || has_version && members.iter().any(|member| is_misspelt(&member.key))
}

fn is_like_json(text: &str) -> bool {
    let says = |word: &str| text.contains(&format!("\"{word}\"")) || text.contains(&format!("'{word}'"));
    says("Statement")
        && (says("Effect") || VERSIONS.iter().any(|version| says(version)))
        && !says("Resources")
}
