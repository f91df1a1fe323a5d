//! The small world that every sandbox starts with; see the crate's documentation for what is in it.

use std::collections::BTreeMap;

use bytes::Bytes;
use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};

use super::World;
use super::credential::AccessKeyRecord;
use super::entity::{Policies, Role, User};
use super::storage::{Bucket, Instance, Object};
use crate::history::Stamp;
use crate::operations::iam::policy_text;
use crate::propagation::Propagation;
use crate::random::Random;
use crate::wire::error::ApiError;

/// The account of the small world.
pub(crate) const ACCOUNT: &str = "111122223333";
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const REGION: &str = "us-east-1";

/// The world, its account, and the access key of its administrator. Keys come from `random`, ids are always the same.
pub(crate) fn small_world(
    random: &mut Random,
    now: Timestamp,
) -> Result<(World, AccountId, AccessKeyRecord), ApiError> {
    let broken = |what: &str| ApiError::new(500, "ServiceFailure", format!("the seed's {what} is broken"));
    let account: AccountId = ACCOUNT.parse().map_err(|_| broken("account"))?;
    // All of it has been there for a month, known to every replica.
    let created = now
        .checked_sub(SignedDuration::from_hours(30 * 24))
        .unwrap_or(now);
    let mut world = World::default();
    let mut ids = Random::of_starting_world();

    let mut user = |name, attached| {
        let made = Made {
            id: ids.unique_id("AIDA"),
            created,
        };
        add_user(&mut world, &account, random, made, name, attached)
    };
    let admin_key = user("admin", vec![ADMINISTRATOR.to_owned()]);
    user("developer", Vec::new());

    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}"#
    );
    let role = Role {
        name: "admin".to_owned(),
        path: "/".to_owned(),
        id: ids.unique_id("AROA"),
        created,
        tags: Vec::new(),
        policies: Policies {
            inline: BTreeMap::new(),
            attached: vec![ADMINISTRATOR.to_owned()],
        },
        boundary: None,
        trust: policy_text::trust(&trust)?,
        description: Some("Administers the account".to_owned()),
        max_session: 3600,
    };
    let mut stamp = Stamp {
        at: created,
        propagation: Propagation::none(),
        random,
    };
    world
        .account_mut(&account)
        .roles
        .write("admin", Some(role), &mut stamp);

    add_buckets(&mut world, &account, created);
    add_instances(&mut world, &account, &mut ids, created);
    Ok((world, account, admin_key))
}

/// Another account, with a user `admin` who administers it; gives that user's access key.
pub(crate) fn add_account(
    world: &mut World,
    account: &AccountId,
    random: &mut Random,
    created: Timestamp,
) -> AccessKeyRecord {
    let made = Made {
        id: random.unique_id("AIDA"),
        created,
    };
    add_user(
        world,
        account,
        random,
        made,
        "admin",
        vec![ADMINISTRATOR.to_owned()],
    )
}

/// What a user gets when it is made.
struct Made {
    id: String,
    created: Timestamp,
}

fn add_user(
    world: &mut World,
    account: &AccountId,
    random: &mut Random,
    Made { id, created }: Made,
    name: &str,
    attached: Vec<String>,
) -> AccessKeyRecord {
    let user = User {
        name: name.to_owned(),
        path: "/".to_owned(),
        id,
        created,
        tags: Vec::new(),
        policies: Policies {
            inline: BTreeMap::new(),
            attached,
        },
        groups: Vec::new(),
        boundary: None,
        login: None,
    };
    let key = AccessKeyRecord {
        id: random.unique_id("AKIA"),
        secret: random.secret(),
        account: account.clone(),
        user: Some(name.to_owned()),
        is_active: true,
        created,
    };
    let mut stamp = Stamp {
        at: created,
        propagation: Propagation::none(),
        random,
    };
    world
        .account_mut(account)
        .users
        .write(name, Some(user), &mut stamp);
    world
        .keys
        .entry(key.id.clone())
        .or_default()
        .write(Some(key.clone()), &mut stamp);
    key
}

fn add_buckets(world: &mut World, account: &AccountId, created: Timestamp) {
    /// Key, content type, text.
    type Seeded = (&'static str, &'static str, &'static str);
    const BUCKETS: [(&str, &[Seeded]); 3] = [
        (
            "reports",
            &[
                (
                    "2026/q1.csv",
                    "text/csv",
                    "month,orders\n2026-01,1204\n2026-02,1187\n2026-03,1345\n",
                ),
                (
                    "2026/q2.csv",
                    "text/csv",
                    "month,orders\n2026-04,1398\n2026-05,1411\n2026-06,1502\n",
                ),
            ],
        ),
        (
            "archive",
            &[
                ("notes.txt", "text/plain", "Kept for seven years.\n"),
                ("photo.jpg", "image/jpeg", "\u{1}not a real photograph\u{2}"),
            ],
        ),
        ("logs", &[]),
    ];
    for (name, objects) in BUCKETS {
        let mut bucket = Bucket::new(account.clone(), REGION, created);
        for (key, content_type, text) in objects {
            let object = Object::of_type(Bytes::from_static(text.as_bytes()), created, content_type);
            bucket.objects.insert((*key).to_owned(), object);
        }
        world.buckets.insert(name.to_owned(), bucket);
    }
}

fn add_instances(world: &mut World, account: &AccountId, ids: &mut Random, created: Timestamp) {
    for (name, address) in [("web", "10.0.0.11"), ("worker", "10.0.0.12")] {
        let id = ids.resource_id("i");
        let mut instance = Instance::new(id, REGION, "t3.micro", created, address);
        instance.tags.push(("Name".to_owned(), name.to_owned()));
        world.account_mut(account).instances.push(instance);
    }
}
