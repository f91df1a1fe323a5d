//! The check file: what must be allowed and what denied. Mistakes are told at their places, all at once.

use std::collections::HashMap;

use iam_policy::syntax::{Member, Node, NodeKind, nearest, parse_json};
use iam_policy::{Diagnostic, Span};
use serde_json::{Value, json};

use super::expectation::{Expectation, Expected};
use crate::policy_text::{TextFormat, tree_of_yaml};

const KEYS: [&str; 4] = ["role", "allowed", "denied", "description"];
const ENTRY_KEYS: [&str; 2] = ["action", "resource"];
const LIKE: &str = "a check file has `allowed` and `denied`, each a list such as [s3:ListAllMyBuckets, \
                    \"s3:GetObject on arn:aws:s3:::reports/q1.csv\"], and perhaps a `role`";

/// What a file asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckFile {
    /// The role to be checked: its ARN, or its name in the account.
    pub role: Option<String>,
    /// In the order of the text.
    pub expectations: Vec<Expectation>,
}

impl CheckFile {
    /// Reads a check file. Spans are byte offsets into `text`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn parse(text: &str, format: TextFormat) -> Result<CheckFile, Vec<Diagnostic>> {
        let root = match format {
            TextFormat::Json => parse_json(text)?,
            TextFormat::Yaml => tree_of_yaml(text)?,
        };
        let mut reading = Reading::default();
        let file = reading.file(&root);
        if reading.wrong.is_empty() {
            Ok(file)
        } else {
            reading.wrong.sort_by_key(|diagnostic| diagnostic.span);
            Err(reading.wrong)
        }
    }
}

#[derive(Default)]
struct Reading {
    wrong: Vec<Diagnostic>,
    seen: HashMap<String, Expected>,
}

impl Reading {
    fn complain(&mut self, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::new(span, message);
        self.wrong.push(if help.is_empty() {
            diagnostic
        } else {
            diagnostic.with_help(help)
        });
    }

    fn file(&mut self, root: &Node) -> CheckFile {
        let mut file = CheckFile::default();
        let Some(members) = root.as_object() else {
            self.complain(
                root.span,
                format!("this is {}, not keys and values", root.described()),
                LIKE,
            );
            return file;
        };
        self.known_once(members, &KEYS, "a check file");
        for member in members {
            match member.key.as_str() {
                "role" => file.role = self.text(&member.value, "role"),
                "description" => drop(self.text(&member.value, "description")),
                "allowed" => self.list(&member.value, Expected::Allowed, &mut file.expectations),
                "denied" => self.list(&member.value, Expected::Denied, &mut file.expectations),
                _ => {}
            }
        }
        if file.expectations.is_empty() && self.wrong.is_empty() {
            self.complain(start_of(root), "nothing is to be checked", LIKE);
        }
        file
    }

    fn known_once(&mut self, members: &[Member], keys: &[&str], what: &str) {
        for (at, member) in members.iter().enumerate() {
            if members.iter().take(at).any(|earlier| earlier.key == member.key) {
                self.complain(
                    member.key_span,
                    format!("`{}` is written twice", shortened(&member.key)),
                    "keep one of them",
                );
            } else if !keys.contains(&member.key.as_str()) {
                let help = match nearest(&member.key, keys.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("{what} may have {}", keys.join(", ")),
                };
                self.complain(
                    member.key_span,
                    format!("{what} has no key `{}`", shortened(&member.key)),
                    &help,
                );
            }
        }
    }

    fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        match node.as_str() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            Some(_) => {
                self.complain(
                    node.span,
                    format!("{key} is empty"),
                    "write one, or remove the line",
                );
                None
            }
            None => {
                self.complain(
                    node.span,
                    format!("{key} wants text, this is {}", node.described()),
                    "",
                );
                None
            }
        }
    }

    fn list(&mut self, node: &Node, expected: Expected, into: &mut Vec<Expectation>) {
        let items = match &node.kind {
            NodeKind::Array(items) => items.as_slice(),
            // One alone may stand without a list; and a list that is still to be written is empty.
            NodeKind::String(_) | NodeKind::Object(_) => std::slice::from_ref(node),
            NodeKind::Null => &[],
            _ => {
                let message = format!("{expected} wants a list of actions, this is {}", node.described());
                self.complain(node.span, message, "");
                &[]
            }
        };
        for item in items {
            if let Some(expectation) = self.entry(item, expected) {
                self.once(&expectation, item.span);
                into.push(expectation);
            }
        }
    }

    fn entry(&mut self, node: &Node, expected: Expected) -> Option<Expectation> {
        let (read, span) = match &node.kind {
            NodeKind::String(text) => (Expectation::parse(text, expected), node.span),
            NodeKind::Object(members) => {
                self.known_once(members, &ENTRY_KEYS, "an entry");
                let Some(action) = node.get("action") else {
                    self.complain(
                        start_of(node),
                        "an entry has no `action`",
                        "add one, such as s3:GetObject",
                    );
                    return None;
                };
                let action_text = self.text(action, "action")?;
                let resource = node.get("resource");
                let resource_text = match resource {
                    Some(resource) => Some(self.text(resource, "resource")?),
                    None => None,
                };
                let read = Expectation::new(&action_text, resource_text.as_deref(), expected);
                let of_resource = matches!(read, Err(super::ExpectationError::Resource(_)));
                (read, resource.filter(|_| of_resource).unwrap_or(action).span)
            }
            _ => {
                let message = format!("an entry is an action, this is {}", node.described());
                self.complain(node.span, message, "write it like s3:ListAllMyBuckets");
                return None;
            }
        };
        match read {
            Ok(expectation) => Some(expectation),
            Err(error) => {
                self.complain(span, error.to_string(), "");
                None
            }
        }
    }

    fn once(&mut self, expectation: &Expectation, span: Span) {
        let subject = expectation.subject();
        match self.seen.insert(subject.clone(), expectation.expected) {
            None => {}
            Some(before) if before == expectation.expected => {
                self.complain(span, format!("`{subject}` is listed twice"), "keep one of them");
            }
            Some(_) => {
                self.complain(
                    span,
                    format!("`{subject}` is to be both allowed and denied"),
                    "keep one of them",
                );
            }
        }
    }
}

/// The first line of an object: enough to find it by.
fn start_of(node: &Node) -> Span {
    let first = node.as_object().and_then(<[Member]>::first);
    first.map_or(node.span, |member| member.key_span)
}

fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    text.chars().take(MOST).collect()
}

/// The file's JSON Schema (draft 2020-12). What it refuses, the reader refuses; the reader knows more.
pub fn schema() -> Value {
    let action = "^[A-Za-z0-9-]+:[A-Za-z0-9-]+$";
    let entry = json!({"anyOf": [
        {
            "type": "string",
            "description": "An action, or `ACTION on RESOURCE`.",
            "pattern": "^\\s*[A-Za-z0-9-]+:[A-Za-z0-9-]+\\s*( on .+)?$",
        },
        {
            "type": "object",
            "properties": {
                "action": {
                    "type": "string",
                    "pattern": action,
                    "description": "The action, such as `s3:GetObject`, without wildcards.",
                },
                "resource": {
                    "type": "string",
                    "pattern": "^(\\*|arn:.+)$",
                    "description": "The resource's ARN.",
                },
            },
            "required": ["action"],
            "additionalProperties": false,
        },
    ]});
    let list = |about: &str| {
        json!({
            "description": about,
            "anyOf": [entry, {"type": "array", "items": entry}, {"type": "null"}],
        })
    };
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a check file",
        "description": "What must be allowed and what must be denied, for `daypass check`.",
        "type": "object",
        "properties": {
            "role": {
                "type": "string",
                "pattern": "\\S",
                "description": "The role to be checked: its ARN, or its name in the account.",
            },
            "description": {"type": "string", "pattern": "\\S", "description": "What the check is for."},
            "allowed": list("What must be allowed."),
            "denied": list("What must be denied."),
        },
        "additionalProperties": false,
        "anyOf": [{"required": ["allowed"]}, {"required": ["denied"]}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "\
# what a developer must and must not
description: developers
role: DeveloperRole
allowed:
  - s3:ListAllMyBuckets
  - ec2:DescribeInstances
  - action: s3:GetObject
    resource: arn:aws:s3:::reports/2026/q1.csv
denied: iam:ListUsers
";

    fn told(text: &str) -> String {
        let wrong = CheckFile::parse(text, TextFormat::Yaml).unwrap_err();
        let lines = wrong.iter().map(|diagnostic| {
            let line = text
                .get(..diagnostic.span.start())
                .unwrap()
                .lines()
                .count()
                .max(1);
            let at = diagnostic.span.of(text).unwrap();
            let help = diagnostic.help.as_deref().unwrap_or("-");
            format!("{line}: {at:?}: {} ({help})", diagnostic.message)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_file_is_read() {
        let file = CheckFile::parse(WHOLE, TextFormat::Yaml).unwrap();
        assert_eq!(file.role.as_deref(), Some("DeveloperRole"));
        let subjects: Vec<String> = file
            .expectations
            .iter()
            .map(|expectation| format!("{} {}", expectation.subject(), expectation.expected))
            .collect();
        assert_eq!(
            subjects,
            [
                "s3:ListAllMyBuckets allowed",
                "ec2:DescribeInstances allowed",
                "s3:GetObject on arn:aws:s3:::reports/2026/q1.csv allowed",
                "iam:ListUsers denied",
            ]
        );
        let json = r#"{"allowed": ["s3:ListAllMyBuckets"]}"#;
        assert_eq!(
            CheckFile::parse(json, TextFormat::Json)
                .unwrap()
                .expectations
                .len(),
            1
        );
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = "\
role:
alowed: [s3:GetObject]
allowed:
  - s3:ListBuckets
  - 7
  - resource: arn:aws:s3:::x
  - action: s3:GetObject
    resource: x
    on: y
denied:
  - iam:ListUsers
  - iam:ListUsers
  - ec2:DescribeInstances
  - s3:*
denied: []
allowed: ec2:DescribeInstances
";
        insta::assert_snapshot!(told(text));
        for text in ["[]", "x", "", "role: X", "allowed: []", "allowed: true"] {
            assert!(CheckFile::parse(text, TextFormat::Yaml).is_err(), "{text}");
        }
    }

    // What the schema refuses the reader refuses, and what the reader takes conforms.
    #[test]
    fn the_schema_agrees() {
        let schema = schema();
        assert!(jsonschema::meta::is_valid(&schema));
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (value, right) in [
            (
                json!({"allowed": ["s3:ListAllMyBuckets"], "role": "R", "description": "d"}),
                true,
            ),
            (json!({"denied": "s3:GetObject on arn:aws:s3:::a/b"}), true),
            (
                json!({"denied": {"action": "s3:GetObject", "resource": "arn:aws:s3:::a/b"}}),
                true,
            ),
            (json!({"allowed": null, "denied": ["iam:ListUsers"]}), true),
            (json!({"role": "R"}), false),
            (json!({"allowed": ["GetObject"]}), false),
            (json!({"allowed": [{"resource": "arn:aws:s3:::a"}]}), false),
            (json!({"allowed": ["s3:Get*"]}), false),
            (json!({"alowed": ["s3:GetObject"]}), false),
            (
                json!({"allowed": [{"action": "s3:GetObject", "resource": "x"}]}),
                false,
            ),
            (json!([]), false),
        ] {
            let text = value.to_string();
            assert_eq!(validator.is_valid(&value), right, "{text}");
            assert_eq!(CheckFile::parse(&text, TextFormat::Json).is_ok(), right, "{text}");
        }
    }
}
