//! Users, groups, roles and managed policies in a seed.

use iam_policy::syntax::{Member, Node, NodeKind};
use iam_policy::{AccountId, Span};

use super::naming::identity;
use super::parts::{GroupSeed, Identity, KeySeed, PolicySeed, RoleSeed, UserSeed, VersionSeed};
use super::policies::{document, of_entity};
use super::reader::{Fields, Reader};
use super::references::References;
use crate::operations::iam::policy_text;

pub(super) const USER: [&str; 10] = [
    "login",
    "path",
    "id",
    "created",
    "tags",
    "policies",
    "attached",
    "boundary",
    "groups",
    "access_keys",
];
pub(super) const GROUP: [&str; 5] = ["path", "id", "created", "policies", "attached"];
pub(super) const ROLE: [&str; 10] = [
    "path",
    "id",
    "created",
    "tags",
    "policies",
    "attached",
    "boundary",
    "trust",
    "description",
    "max_session",
];
pub(super) const POLICY: [&str; 9] = [
    "path",
    "id",
    "created",
    "tags",
    "description",
    "updated",
    "document",
    "versions",
    "default",
];
pub(super) const VERSION: [&str; 2] = ["document", "created"];
pub(super) const ACCESS_KEY: [&str; 4] = ["id", "secret", "active", "created"];

impl Identity {
    pub(super) fn arn(&self, account: &AccountId, kind: &str) -> String {
        crate::world::entity::arn(account, kind, &self.path, &self.name)
    }
}

fn boundary(reader: &mut Reader, references: &References, fields: Fields<'_>) -> Option<String> {
    let node = fields.get("boundary")?;
    let given = reader.text_of(node, "boundary")?;
    Some(references.policy(reader, &given, node.span))
}

pub(super) fn policies(
    reader: &mut Reader,
    references: &mut References,
    account: &AccountId,
    node: &Node,
) -> Vec<PolicySeed> {
    let members = reader.named(node, "`policies`");
    let mut read = Vec::new();
    for member in members {
        let place = format!("policy {}", member.key);
        let fields = reader.fields(&member.value, &place, &POLICY);
        let identity = identity(reader, member, fields, "ANPA", 128);
        references.know_policy(&member.key, identity.arn(account, "policy"));
        let versions = versions(reader, references, member, fields);
        let newest = versions.iter().map(|version| version.number).max().unwrap_or(1);
        let default = match fields.get("default") {
            None => newest,
            Some(node) => {
                let number = node.as_str().and_then(version_number);
                let number = number.filter(|number| versions.iter().any(|version| version.number == *number));
                if number.is_none() && !versions.is_empty() {
                    reader.wants(node, "default", "one of the versions, such as v1");
                }
                number.unwrap_or(newest)
            }
        };
        read.push(PolicySeed {
            description: reader.text(fields, "description"),
            updated: reader.instant(fields, "updated"),
            identity,
            versions,
            default,
        });
    }
    read
}

fn version_number(text: &str) -> Option<u32> {
    let number = text.strip_prefix('v')?.parse().ok()?;
    (number > 0).then_some(number)
}

/// One `document`, or `versions` by their number: `v1` and up.
fn versions(
    reader: &mut Reader,
    references: &mut References,
    member: &Member,
    fields: Fields<'_>,
) -> Vec<VersionSeed> {
    let rules = &policy_text::managed;
    match (fields.get("document"), fields.get("versions")) {
        (Some(node), None) => document(reader, references, node, rules)
            .map(|text| VersionSeed {
                number: 1,
                text,
                created: None,
            })
            .into_iter()
            .collect(),
        (None, Some(node)) => {
            let mut versions = Vec::new();
            let members = reader.named(node, "`versions`");
            if members.is_empty() {
                reader.say(node.span, "a policy has at least one version");
            }
            for Member { key, key_span, value } in members {
                if versions.len() >= 5 {
                    reader.say(*key_span, "a policy has at most 5 versions");
                }
                let Some(number) = version_number(key) else {
                    reader.say(
                        *key_span,
                        format!("`{key}` is no version: they are v1, v2 and so on"),
                    );
                    continue;
                };
                let version = reader.fields(value, &format!("version {key}"), &VERSION);
                let created = reader.instant(version, "created");
                let Some(node) = version.get("document") else {
                    reader.say(*key_span, format!("version {key} has no `document`"));
                    continue;
                };
                let text = document(reader, references, node, rules);
                versions.extend(text.map(|text| VersionSeed {
                    number,
                    text,
                    created,
                }));
            }
            versions.sort_by_key(|version| version.number);
            versions
        }
        (Some(_), Some(node)) => {
            reader.say(node.span, "a policy has a `document` or `versions`, not both");
            Vec::new()
        }
        (None, None) => {
            let message = format!("policy {} has no `document`", member.key);
            reader.say(member.key_span, message);
            Vec::new()
        }
    }
}

pub(super) fn groups(reader: &mut Reader, references: &mut References, node: &Node) -> Vec<GroupSeed> {
    let members = reader.named(node, "`groups`");
    let mut read = Vec::new();
    for member in members {
        let place = format!("group {}", member.key);
        let fields = reader.fields(&member.value, &place, &GROUP);
        references.know_group(&member.key);
        read.push(GroupSeed {
            identity: identity(reader, member, fields, "AGPA", 128),
            policies: of_entity(reader, references, fields, &place, &policy_text::inline),
        });
    }
    read
}

pub(super) fn users(
    reader: &mut Reader,
    references: &mut References,
    node: &Node,
    take: &mut dyn FnMut(&mut Reader, &KeySeed, Span),
) -> Vec<UserSeed> {
    let members = reader.named(node, "`users`");
    let mut read = Vec::new();
    for member in members {
        let place = format!("user {}", member.key);
        let fields = reader.fields(&member.value, &place, &USER);
        let groups = reader.texts(fields, "groups");
        if let Some((_, span)) = groups.get(10) {
            reader.say(*span, format!("{place} is in more than 10 groups"));
        }
        let groups = groups
            .into_iter()
            .filter_map(|(group, span)| references.group(reader, &group, span));
        let groups = groups.collect();
        read.push(UserSeed {
            groups,
            identity: identity(reader, member, fields, "AIDA", 64),
            policies: of_entity(reader, references, fields, &place, &policy_text::inline),
            boundary: boundary(reader, references, fields),
            keys: access_keys(reader, fields, &place, take),
            login: super::identity::login(reader, fields, &place),
        });
    }
    read
}

/// A list of keys, or how many are to be made.
fn access_keys(
    reader: &mut Reader,
    fields: Fields<'_>,
    place: &str,
    take: &mut dyn FnMut(&mut Reader, &KeySeed, Span),
) -> Vec<KeySeed> {
    let Some(node) = fields.get("access_keys") else {
        return Vec::new();
    };
    if let NodeKind::Number(_) = node.kind {
        let number = reader.number(fields, "access_keys", 0, 2).unwrap_or(0);
        return (0..number).map(|_| KeySeed::default()).collect();
    }
    let items = reader.list(node, "access_keys");
    if let Some(third) = items.get(2) {
        reader.say(third.span, format!("{place} has more than 2 access keys"));
    }
    let mut keys = Vec::new();
    for item in items {
        let key = access_key(reader, item);
        take(reader, &key, item.span);
        keys.push(key);
    }
    keys
}

fn access_key(reader: &mut Reader, node: &Node) -> KeySeed {
    let fields = reader.fields(node, "an access key", &ACCESS_KEY);
    let id = reader.text(fields, "id");
    if let (Some(id), Some(node)) = (&id, fields.get("id")) {
        let is_fine = (16..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && !id.starts_with("ASIA");
        if !is_fine {
            let help = "such as AKIAIOSFODNN7EXAMPLE: 16 or more capital letters and digits; ASIA is for temporary ones";
            reader.say_with_help(node.span, format!("`{id}` is no access key id"), help);
        }
    }
    let secret = reader.text(fields, "secret");
    if let (Some(secret), Some(node)) = (&secret, fields.get("secret"))
        && secret.is_empty()
    {
        reader.say(node.span, "a secret access key is not empty");
    }
    KeySeed {
        id,
        secret,
        is_inactive: reader.flag(fields, "active") == Some(false),
        created: reader.instant(fields, "created"),
    }
}

pub(super) fn roles(reader: &mut Reader, references: &mut References, node: &Node) -> Vec<RoleSeed> {
    let members = reader.named(node, "`roles`");
    let mut read = Vec::new();
    for member in members {
        let place = format!("role {}", member.key);
        let fields = reader.fields(&member.value, &place, &ROLE);
        let identity = identity(reader, member, fields, "AROA", 64);
        let policies = of_entity(reader, references, fields, &place, &policy_text::inline);
        let boundary = boundary(reader, references, fields);
        let max_session = reader.number(fields, "max_session", 3600, 43_200).unwrap_or(3600);
        let description = reader.text(fields, "description");
        let Some(trust) = fields.get("trust") else {
            let help = "add `trust` with the document that says who may assume it";
            reader.say_with_help(member.key_span, format!("{place} has no trust policy"), help);
            continue;
        };
        let Some(trust) = document(reader, references, trust, &policy_text::trust) else {
            continue;
        };
        read.push(RoleSeed {
            identity,
            policies,
            boundary,
            trust,
            description,
            max_session,
        });
    }
    read
}
