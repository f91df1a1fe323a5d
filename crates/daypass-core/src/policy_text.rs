//! Policy documents from JSON or YAML text.
//!
//! JSON is read by `iam-policy`. YAML becomes the same tree, spans included, so that everything after it (the document,
//! the lints, the underlined place in a message) is one and the same. Of YAML only what a policy needs is taken: no
//! anchors and aliases, no tags, no merge keys, one document, scalars by the core schema of YAML 1.2 (so `NO` and
//! `2012-10-17` stay text).

mod extent;
mod offsets;
mod scalar;
mod yaml;

use iam_policy::syntax::Node;
use iam_policy::{Diagnostic, Document, Span};

/// Far above any policy document (the largest that AWS takes has 20 KB).
const LARGEST_DOCUMENT: usize = 1024 * 1024;
/// What holds many policies, such as a scenario with all of an account's.
const LARGEST_TEXT: usize = 16 * LARGEST_DOCUMENT;

/// How a policy document is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextFormat {
    /// JSON (RFC 8259), as AWS takes it.
    Json,
    /// YAML 1.2; any JSON document is YAML too.
    Yaml,
}

impl TextFormat {
    /// The format of a file by the ending of its name; without one that tells, by how the text begins: JSON policy
    /// documents begin with a brace.
    pub fn of_name(file_name: Option<&str>, text: &str) -> TextFormat {
        let ending = file_name
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("json") => TextFormat::Json,
            Some("yaml" | "yml") => TextFormat::Yaml,
            _ => {
                let body = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
                if body.starts_with(['{', '[']) {
                    TextFormat::Json
                } else {
                    TextFormat::Yaml
                }
            }
        }
    }
}

/// Reads a policy document. Spans are byte offsets into `text`.
///
/// # Errors
/// Everything that is wrong, in the order of the text; text that is not JSON or YAML at all gives one diagnostic.
pub fn parse(text: &str, format: TextFormat) -> Result<Document, Vec<Diagnostic>> {
    match format {
        TextFormat::Json => Document::parse(text),
        TextFormat::Yaml => {
            within(text, LARGEST_DOCUMENT).map_err(|diagnostic| {
                vec![diagnostic.with_help("a policy document that AWS accepts has at most 20,480 characters")]
            })?;
            let root = yaml::load(text).map_err(|diagnostic| vec![diagnostic])?;
            Document::from_node(&root)
        }
    }
}

/// The tree of a YAML text that holds policy documents among other things, 16 MiB at most. Spans are byte offsets into
/// `text`. For JSON there is `iam_policy::syntax::parse_json_within`.
///
/// # Errors
/// The first place that is not YAML or not wanted of it: what follows it cannot be read reliably.
pub fn tree_of_yaml(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let tree = within(text, LARGEST_TEXT).and_then(|()| yaml::load(text));
    tree.map_err(|diagnostic| vec![diagnostic])
}

fn within(text: &str, most: usize) -> Result<(), Diagnostic> {
    if text.len() <= most {
        return Ok(());
    }
    let message = format!(
        "the text has {} bytes, more than the {most} that are read",
        text.len()
    );
    Err(Diagnostic::new(Span::new(0, 0), message))
}

#[cfg(test)]
mod tests;
