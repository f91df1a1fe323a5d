//! What everything in IAM has in a seed: a name, a path, an id, an instant, tags.

use iam_policy::Span;
use iam_policy::syntax::Member;

use super::parts::Identity;
use super::reader::{Fields, Reader};
use crate::world::entity::Tags;

/// Letters, digits and `_+=,.@-` ("IAM and AWS STS quotas: IAM name requirements", IAM User Guide).
pub(super) fn check_name(reader: &mut Reader, name: &str, span: Span, longest: usize) {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if name.is_empty() || name.len() > longest || !name.chars().all(is_fine) {
        let help = format!("a name has 1 to {longest} letters, digits and any of _+=,.@-");
        reader.say_with_help(span, format!("`{name}` is no name in IAM"), help);
    }
}

/// Name, path, id (with its `prefix`), instant and tags.
pub(super) fn identity(
    reader: &mut Reader,
    member: &Member,
    fields: Fields<'_>,
    prefix: &str,
    longest: usize,
) -> Identity {
    check_name(reader, &member.key, member.key_span, longest);
    let path = match fields.get("path") {
        None => "/".to_owned(),
        Some(node) => {
            let path = reader.text_of(node, "path").unwrap_or_else(|| "/".to_owned());
            let is_fine = path.starts_with('/')
                && path.ends_with('/')
                && path.len() <= 512
                && path.bytes().all(|b| b.is_ascii_graphic());
            if !is_fine {
                let message = format!("`{path}` is no path: it begins and ends with `/`");
                reader.say(node.span, message);
            }
            path
        }
    };
    let id = reader.text(fields, "id");
    if let (Some(id), Some(node)) = (&id, fields.get("id")) {
        let is_fine = id.starts_with(prefix)
            && (16..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_fine {
            let message = format!("`{id}` is no unique id of this kind: `{prefix}` and letters and digits");
            reader.say(node.span, message);
        }
    }
    Identity {
        name: member.key.clone(),
        path,
        id,
        created: reader.instant(fields, "created"),
        tags: tags(reader, fields, &member.key),
    }
}

/// Keys and values as IAM allows them ("Tags for AWS Identity and Access Management resources", IAM User Guide).
pub(super) fn tags(reader: &mut Reader, fields: Fields<'_>, place: &str) -> Tags {
    let Some(node) = fields.get("tags") else {
        return Vec::new();
    };
    let members = reader.named(node, &format!("the tags of {place}"));
    if let Some(member) = members.get(50) {
        reader.say(member.key_span, format!("{place} has more than 50 tags"));
    }
    let mut tags = Vec::new();
    for member in members {
        if member.key.is_empty() || member.key.chars().count() > 128 {
            reader.say(member.key_span, "a tag's key has 1 to 128 characters");
        }
        if let Some(value) = reader.text_of(&member.value, &member.key) {
            if value.chars().count() > 256 {
                reader.say(member.value.span, "a tag's value has at most 256 characters");
            }
            tags.push((member.key.clone(), value));
        }
    }
    tags
}
