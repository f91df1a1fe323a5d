//! Accounts in a seed, and what they hold.

use std::collections::HashMap;

use iam_policy::syntax::{Member, Node};
use iam_policy::{AccountId, Span};

use super::parts::{AccountSeed, BucketSeed, KeySeed};
use super::reader::Reader;
use super::references::References;
use super::{entities, identity, resources};

pub(super) const KEYS: [&str; 12] = [
    "alias",
    "password_policy",
    "policies",
    "groups",
    "users",
    "roles",
    "mfa_devices",
    "instance_profiles",
    "oidc_providers",
    "saml_providers",
    "buckets",
    "instances",
];

pub(super) fn read(reader: &mut Reader, references: &mut References, node: &Node) -> Vec<AccountSeed> {
    let mut taken = Taken::default();
    let members = reader.named(node, "`accounts`");
    members
        .iter()
        .filter_map(|member| account(reader, references, &mut taken, member))
        .collect()
}

/// Names that are unique over all accounts.
#[derive(Default)]
struct Taken {
    keys: HashMap<String, Span>,
    buckets: HashMap<String, Span>,
}

fn account(
    reader: &mut Reader,
    references: &mut References,
    taken: &mut Taken,
    member: &Member,
) -> Option<AccountSeed> {
    let Ok(id) = member.key.parse::<AccountId>() else {
        let message = format!("`{}` is no account id: it has 12 digits", member.key);
        reader.say(member.key_span, message);
        return None;
    };
    references.enter_account();
    let fields = reader.fields(&member.value, &format!("account {id}"), &KEYS);
    // In this order, since each may name what comes before.
    let policies = match fields.get("policies") {
        Some(node) => entities::policies(reader, references, &id, node),
        None => Vec::new(),
    };
    let groups = match fields.get("groups") {
        Some(node) => entities::groups(reader, references, node),
        None => Vec::new(),
    };
    let users = match fields.get("users") {
        Some(node) => entities::users(reader, references, node, &mut |reader, key, span| {
            taken.key(reader, key, span);
        }),
        None => Vec::new(),
    };
    let roles = match fields.get("roles") {
        Some(node) => entities::roles(reader, references, node),
        None => Vec::new(),
    };
    let buckets = match fields.get("buckets") {
        Some(node) => resources::buckets(reader, references, node, &mut |reader, bucket, span| {
            taken.bucket(reader, bucket, span);
        }),
        None => Vec::new(),
    };
    let instances = match fields.get("instances") {
        Some(node) => resources::instances(reader, node),
        None => Vec::new(),
    };
    Some(AccountSeed {
        id,
        settings: identity::settings(reader, fields, &users, &roles),
        policies,
        groups,
        users,
        roles,
        buckets,
        instances,
    })
}

impl Taken {
    fn key(&mut self, reader: &mut Reader, key: &KeySeed, span: Span) {
        if let Some(id) = &key.id
            && self.keys.insert(id.clone(), span).is_some()
        {
            reader.say(span, format!("the access key `{id}` is there twice"));
        }
    }

    fn bucket(&mut self, reader: &mut Reader, bucket: &BucketSeed, span: Span) {
        if self.buckets.insert(bucket.name.clone(), span).is_some() {
            let help = "all accounts share one namespace of buckets";
            reader.say_with_help(span, format!("the bucket `{}` is there twice", bucket.name), help);
        }
    }
}
