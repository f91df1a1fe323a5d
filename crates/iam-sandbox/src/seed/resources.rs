//! Buckets with their objects, and instances, in a seed.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use iam_policy::Span;
use iam_policy::syntax::{Member, Node};

use super::naming::tags;
use super::parts::{BucketSeed, InstanceSeed, ObjectSeed};
use super::policies::document;
use super::reader::Reader;
use super::references::References;
use crate::operations::{bucket_policy_text, is_bucket_name};
use crate::world::storage::{Goal, Traits};

pub(super) const BUCKET: [&str; 5] = ["region", "created", "tags", "policy", "objects"];
pub(super) const OBJECT: [&str; 6] = ["text", "base64", "content_type", "modified", "metadata", "tags"];
pub(super) const INSTANCE: [&str; 8] = [
    "id",
    "region",
    "type",
    "image",
    "state",
    "launched",
    "private_ip",
    "tags",
];

/// Where things are that do not say where.
const REGION: &str = "us-east-1";

pub(super) fn buckets(
    reader: &mut Reader,
    references: &mut References,
    node: &Node,
    take: &mut dyn FnMut(&mut Reader, &BucketSeed, Span),
) -> Vec<BucketSeed> {
    let members = reader.named(node, "`buckets`");
    let mut read = Vec::new();
    for member in members {
        let name = &member.key;
        if !is_bucket_name(name) {
            let help = "3 to 63 lower-case letters, digits, dots and hyphens";
            reader.say_with_help(member.key_span, format!("`{name}` is no name of a bucket"), help);
        }
        let fields = reader.fields(&member.value, &format!("bucket {name}"), &BUCKET);
        let rules = |text: &str| bucket_policy_text(text, name);
        let bucket = BucketSeed {
            name: name.clone(),
            region: region(reader, fields),
            created: reader.instant(fields, "created"),
            tags: tags(reader, fields, &format!("bucket {name}")),
            policy: fields
                .get("policy")
                .and_then(|node| document(reader, references, node, &rules)),
            objects: match fields.get("objects") {
                Some(node) => objects(reader, node),
                None => Vec::new(),
            },
        };
        take(reader, &bucket, member.key_span);
        read.push(bucket);
    }
    read
}

fn region(reader: &mut Reader, fields: super::reader::Fields<'_>) -> String {
    let Some(node) = fields.get("region") else {
        return REGION.to_owned();
    };
    let region = reader
        .text_of(node, "region")
        .unwrap_or_else(|| REGION.to_owned());
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if region.is_empty() || !region.chars().all(is_fine) {
        reader.wants(node, "region", "a region such as eu-central-1");
    }
    region
}

/// By their keys, whose case counts: a text, or an object with what there is to say.
fn objects(reader: &mut Reader, node: &Node) -> Vec<ObjectSeed> {
    let Some(members) = node.as_object() else {
        reader.wants(node, "objects", "an object of keys and texts");
        return Vec::new();
    };
    let mut read: Vec<ObjectSeed> = Vec::new();
    let mut seen = HashSet::new();
    for member in members {
        if !seen.insert(&member.key) {
            reader.say(member.key_span, format!("`{}` is there twice", member.key));
        }
        if member.key.is_empty() || member.key.len() > 1024 {
            reader.say(member.key_span, "an object's key has 1 to 1,024 bytes");
        }
        read.push(object(reader, member));
    }
    read
}

fn object(reader: &mut Reader, member: &Member) -> ObjectSeed {
    let mut object = ObjectSeed {
        key: member.key.clone(),
        body: Bytes::new(),
        traits: Traits::default(),
        modified: None,
        tags: Vec::new(),
    };
    if let Some(text) = member.value.as_str() {
        object.body = Bytes::from(text.to_owned());
        return object;
    }
    let fields = reader.fields(&member.value, &format!("object {}", member.key), &OBJECT);
    match (fields.get("text"), fields.get("base64")) {
        (Some(_), Some(node)) => reader.say(node.span, "an object has `text` or `base64`, not both"),
        (Some(node), None) => {
            if let Some(text) = reader.text_of(node, "text") {
                object.body = Bytes::from(text);
            }
        }
        (None, Some(node)) => match node.as_str().and_then(|text| BASE64.decode(text).ok()) {
            Some(body) => object.body = Bytes::from(body),
            None => reader.say(node.span, "`base64` wants bytes in base 64"),
        },
        (None, None) => {}
    }
    if let Some(content_type) = reader.text(fields, "content_type") {
        object.traits.content_type = content_type;
    }
    object.tags = tags(reader, fields, &member.key);
    object.modified = reader.instant(fields, "modified");
    if let Some(node) = fields.get("metadata") {
        let members = reader.named(node, "`metadata`");
        for member in members {
            let value = reader.text_of(&member.value, &member.key);
            object
                .traits
                .metadata
                .extend(value.map(|value| (member.key.clone(), value)));
        }
    }
    object
}

pub(super) fn instances(reader: &mut Reader, node: &Node) -> Vec<InstanceSeed> {
    let items = reader.list(node, "instances");
    let mut read = Vec::new();
    for item in items {
        let fields = reader.fields(item, "an instance", &INSTANCE);
        let state = reader.text(fields, "state");
        let goal = match state.as_deref() {
            None | Some("running") => Goal::Running,
            Some("stopped") => Goal::Stopped,
            Some(_) => {
                if let Some(node) = fields.get("state") {
                    reader.wants(node, "state", "running or stopped");
                }
                Goal::Running
            }
        };
        read.push(InstanceSeed {
            goal,
            image: reader.text(fields, "image"),
            id: reader.text(fields, "id"),
            region: region(reader, fields),
            kind: reader
                .text(fields, "type")
                .unwrap_or_else(|| "t3.micro".to_owned()),
            launched: reader.instant(fields, "launched"),
            private_address: reader.text(fields, "private_ip"),
            tags: tags(reader, fields, "an instance"),
        });
    }
    read
}
