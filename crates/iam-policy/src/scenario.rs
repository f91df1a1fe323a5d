//! One authorization question with every policy that bears on it, read from one text.
//! Everything that is wrong is told at once, each mistake at its place in that text.

mod object;
mod policies;
mod question;

use std::fmt;

use crate::policy_set::PolicySet;
use crate::request::Request;
use crate::span::{Diagnostic, Span};
use crate::syntax::{self, Limits, Node, NodeKind};
use object::Reader;

/// A question and its policies.
///
/// ```
/// use iam_policy::{Decision, Engine, Scenario};
///
/// let scenario = Scenario::parse(r#"{
///   "policies": {"identity": [{"Version": "2012-10-17", "Statement":
///     {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}]},
///   "request": {"principal": "arn:aws:iam::111122223333:user/bob",
///     "action": "s3:GetObject", "resource": "arn:aws:s3:::amzn-s3-demo-bucket/data.txt"}
/// }"#).unwrap();
/// let decision = Engine::compile(&scenario.policies).decide(&scenario.request);
/// assert_eq!(decision, Decision::Allow);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What its author calls it.
    pub id: Option<ScenarioId>,
    /// The policies in force. Each is named by its place: `identity[0]`, `scp[1].policies[0]`; the spans of
    /// their documents point into the scenario's text.
    pub policies: PolicySet,
    /// The question. Its context is what the scenario says and nothing else.
    pub request: Request,
}

/// The id of a scenario, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ScenarioId {
    /// A string.
    Text(String),
    /// A number without quotes.
    Number(String),
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScenarioId::Text(text) | ScenarioId::Number(text) => f.pad(text),
        }
    }
}

/// A scenario may hold every policy of an account; one policy document is far smaller.
const LIMITS: Limits = Limits {
    bytes: 16 * 1024 * 1024,
    depth: 128,
};

const KEYS: [&str; 3] = ["id", "policies", "request"];

impl Scenario {
    /// Reads a scenario from JSON text.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text. Text that is not JSON gives one diagnostic.
    pub fn parse(text: &str) -> Result<Scenario, Vec<Diagnostic>> {
        Scenario::from_node(&Scenario::tree(text)?)
    }

    /// The tree of a scenario's JSON text, for whoever wants it besides the scenario: 16 MiB at most.
    ///
    /// # Errors
    /// One diagnostic at the first place that is not JSON.
    pub fn tree(text: &str) -> Result<Node, Vec<Diagnostic>> {
        let wrong = |message: String, help: &str| {
            let nowhere = Span::new(0, 0);
            Err(vec![Diagnostic::new(nowhere, message).with_help(help)])
        };
        if text.len() > LIMITS.bytes {
            let message = format!(
                "the scenario has {} bytes, more than the {} that are read",
                text.len(),
                LIMITS.bytes
            );
            return wrong(message, "many scenarios stand one a line in a .jsonl file");
        }
        if text.strip_prefix('\u{feff}').unwrap_or(text).trim().is_empty() {
            let help = "a scenario looks like {\"policies\": {...}, \"request\": {...}}";
            return wrong("the text is empty".to_owned(), help);
        }
        syntax::parse_json_within(text, LIMITS)
    }

    /// Builds a scenario from a tree, which may come from another format than JSON.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the text.
    pub fn from_node(root: &Node) -> Result<Scenario, Vec<Diagnostic>> {
        let mut reader = Reader::default();
        let scenario = read(&mut reader, root);
        reader.finish(scenario)
    }

    /// The id of the scenario that a tree holds, also where the rest of it is wrong.
    pub fn id_of(root: &Node) -> Option<ScenarioId> {
        root.get("id").and_then(id)
    }
}

fn id(node: &Node) -> Option<ScenarioId> {
    match &node.kind {
        NodeKind::String(text) => Some(ScenarioId::Text(text.clone())),
        NodeKind::Number(text) => Some(ScenarioId::Number(text.clone())),
        _ => None,
    }
}

fn read(reader: &mut Reader, root: &Node) -> Option<Scenario> {
    if root.as_array().is_some() {
        let help = "many scenarios stand one a line in a .jsonl file";
        reader.say_with_help(root.span, "a scenario must be an object, this is a list", help);
        return None;
    }
    let members = reader.members(root, "a scenario")?;
    reader.no_duplicates(members, "the scenario");
    let has = |key: &str| members.iter().any(|member| member.key == key);
    for member in members {
        // Authors note things beside a scenario, such as what they expect; nothing of it bears on the answer.
        // A misspelt key would.
        let is_note = has("policies") && has("request");
        reader.unknown_key(member, "a scenario", &KEYS, is_note);
    }
    let id = match root.get("id") {
        None => None,
        Some(node) if node.kind == NodeKind::Null => None,
        Some(node) => {
            let read = id(node);
            if read.is_none() {
                reader.wants(node, "id", "a string or a number");
            }
            read
        }
    };
    let policies = match root.get("policies") {
        None => PolicySet::default(),
        Some(node) => policies::read(reader, node),
    };
    let Some(node) = root.get("request") else {
        let help = "add \"request\": {\"principal\": ..., \"action\": ..., \"resource\": ...}";
        reader.say_with_help(root.span, "the scenario has no request", help);
        return None;
    };
    let request = question::read(reader, node)?;
    Some(Scenario {
        id,
        policies,
        request,
    })
}

#[cfg(test)]
mod tests;
