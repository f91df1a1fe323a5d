//! The policies of a scenario: which kinds are in force, and with which documents.
//! A kind that is left out or null is not in force; an empty list is one in force that allows nothing, but not
//! where every kind is written out.

use super::object::Reader;
use crate::document::Document;
use crate::nearest::nearest;
use crate::policy_set::{Level, PolicySet, Source};
use crate::syntax::{Member, Node, NodeKind};

const KINDS: [&str; 8] = [
    "identity", "resource", "boundary", "session", "trust", "scp", "rcp", "endpoint",
];
const LEVEL_KEYS: [&str; 2] = ["level", "policies"];

pub(super) fn read(reader: &mut Reader, node: &Node) -> PolicySet {
    let mut set = PolicySet::default();
    if node.kind == NodeKind::Null {
        return set;
    }
    let Some(members) = reader.members(node, "policies") else {
        return set;
    };
    reader.no_duplicates(members, "policies");
    for member in members {
        let Member { key, value, .. } = member;
        reader.unknown_key(member, "`policies`", &KINDS, false);
        // What is wrong in documents under a misspelt kind is told as well.
        let kind = if KINDS.contains(&key.as_str()) {
            Some(key.as_str())
        } else {
            nearest(key, KINDS)
        };
        if value.kind == NodeKind::Null {
            continue;
        }
        match kind {
            Some("identity") => set.identity = documents(reader, value, key),
            Some("boundary") => set.boundary = Some(documents(reader, value, key)),
            Some("session") => set.session = Some(documents(reader, value, key)),
            Some("resource") => set.resource = only_document(reader, value, key),
            Some("trust") => set.trust = only_document(reader, value, key),
            Some("scp") => set.scp = Some(levels(reader, value, key)),
            Some("rcp") => set.rcp = Some(levels(reader, value, key)),
            Some("endpoint") => set.endpoint = only_document(reader, value, key),
            _ => {}
        }
    }
    if writes_every_kind(members) {
        let is_there = |sources: &Vec<Source>| !sources.is_empty();
        set.boundary = set.boundary.filter(is_there);
        set.session = set.session.filter(is_there);
    }
    set
}

/// Whether all kinds are written, be there such a policy or not: a program that does so means nothing by an
/// empty list, and no account has an empty boundary. Of `endpoint` it need not know.
fn writes_every_kind(members: &[Member]) -> bool {
    let is_written = |kind: &&str| members.iter().any(|member| member.key == **kind);
    KINDS.iter().filter(|kind| **kind != "endpoint").all(is_written)
}

/// A list of documents, or one alone.
fn documents(reader: &mut Reader, node: &Node, name: &str) -> Vec<Source> {
    let items = node.as_array().unwrap_or(std::slice::from_ref(node));
    items
        .iter()
        .enumerate()
        .filter_map(|(nth, item)| document(reader, item, format!("{name}[{nth}]")))
        .collect()
}

/// The policy of a resource, a role or an endpoint, of which there is one.
fn only_document(reader: &mut Reader, node: &Node, name: &str) -> Option<Source> {
    match node.as_array() {
        None => document(reader, node, name.to_owned()),
        Some([]) => None,
        Some([one]) => document(reader, one, name.to_owned()),
        Some([_, second, ..]) => {
            let what = match name {
                "trust" => "role",
                "endpoint" => "VPC endpoint",
                _ => "resource",
            };
            let help = "put the statements of all of them into one document";
            reader.say_with_help(
                second.span,
                format!("a {what} has one policy, this is a second"),
                help,
            );
            None
        }
    }
}

fn document(reader: &mut Reader, node: &Node, name: String) -> Option<Source> {
    // What is attached and empty says nothing, in as few characters as there can be.
    if node.as_object().is_some_and(<[Member]>::is_empty) {
        let nothing = Document {
            span: node.span,
            ..Document::new(Vec::new())
        };
        return Some(Source::new(name, nothing));
    }
    match Document::from_node(node) {
        Ok(document) => Some(Source::new(name, document)),
        Err(wrong) => {
            reader.say_all(wrong);
            None
        }
    }
}

/// Levels from the root of the organization downwards; documents without levels are those of one.
fn levels(reader: &mut Reader, node: &Node, name: &str) -> Vec<Level> {
    let is_document = |node: &Node| node.as_object().is_some() && !is_level(node);
    if node.as_array().is_none() && node.as_object().is_none() {
        reader.wants(node, name, "a list of levels or of documents");
        return Vec::new();
    }
    let items = node.as_array().unwrap_or(std::slice::from_ref(node));
    if items.iter().all(is_document) && !items.is_empty() {
        return vec![Level {
            name: format!("the only level of {name}"),
            policies: documents(reader, node, name),
        }];
    }
    items
        .iter()
        .enumerate()
        .filter_map(|(nth, item)| level(reader, item, &format!("{name}[{nth}]")))
        .collect()
}

fn is_level(node: &Node) -> bool {
    node.as_array().is_some() || LEVEL_KEYS.iter().any(|key| node.get(key).is_some())
}

fn level(reader: &mut Reader, node: &Node, place: &str) -> Option<Level> {
    if node.as_array().is_some() {
        return Some(Level {
            name: place.to_owned(),
            policies: documents(reader, node, place),
        });
    }
    if !is_level(node) {
        let help =
            "{\"level\": \"root\", \"policies\": [...]} for each level, or documents alone for one level";
        let message = format!(
            "{place} must be a level like its neighbours, this is {}",
            node.described()
        );
        reader.say_with_help(node.span, message, help);
        return None;
    }
    let members = reader.members(node, place)?;
    reader.no_duplicates(members, place);
    for member in members {
        reader.unknown_key(member, "a level", &LEVEL_KEYS, false);
    }
    let name = match node.get("level").map(|node| (&node.kind, node)) {
        None | Some((NodeKind::Null, _)) => place.to_owned(),
        Some((NodeKind::String(name) | NodeKind::Number(name), _)) => name.clone(),
        Some((_, other)) => {
            reader.wants(other, "level", "a string");
            return None;
        }
    };
    let policies = match node.get("policies") {
        Some(node) if node.kind != NodeKind::Null => documents(reader, node, &format!("{place}.policies")),
        _ => {
            let help = "add \"policies\": [...]; an empty list is a level at which nothing is allowed";
            reader.say_with_help(node.span, format!("the level {name} has no policies"), help);
            return None;
        }
    };
    Some(Level { name, policies })
}
