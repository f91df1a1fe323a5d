//! From a seed to a world: ids, secrets and instants that are not given are made, and everything is known everywhere.

mod identity;

use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};

use super::parts::{
    AccountSeed, BucketSeed, GroupSeed, Identity, InstanceSeed, KeySeed, ObjectSeed, PolicySeed, RoleSeed,
    Seed, UserSeed,
};
use crate::history::{Stamp, View};
use crate::propagation::Propagation;
use crate::random::Random;
use crate::sandbox::{Sandbox, Settings};
use crate::world::World;
use crate::world::credential::AccessKeyRecord;
use crate::world::entity::{Group, ManagedPolicy, Policies, PolicyText, PolicyVersion, Role, User};
use crate::world::storage::{Bucket, Instance, Object};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

pub(super) fn sandbox(settings: Settings, seed: &Seed, now: Timestamp) -> Sandbox {
    let mut random = Random::new(settings.entropy);
    let mut world = World::default();
    // What is not dated has been there for a month.
    let created = now
        .checked_sub(SignedDuration::from_hours(30 * 24))
        .unwrap_or(now);
    let mut build = Build {
        world: &mut world,
        random: &mut random,
        ids: Random::of_starting_world(),
        created,
    };
    for account in &seed.accounts {
        build.account(account);
    }
    let admin = build.admin(&seed.default);
    build.pin_principals();
    world.organization.clone_from(&seed.organization);
    Sandbox::of_world(settings, world, random, seed.default.clone(), &admin)
}

struct Build<'a> {
    world: &'a mut World,
    /// Where keys and secrets come from.
    random: &'a mut Random,
    /// Where ids come from.
    ids: Random,
    created: Timestamp,
}

impl Build<'_> {
    fn account(&mut self, seed: &AccountSeed) {
        self.world.account_mut(&seed.id);
        for policy in &seed.policies {
            self.policy(&seed.id, policy);
        }
        for group in &seed.groups {
            self.group(&seed.id, group);
        }
        for user in &seed.users {
            self.user(&seed.id, user);
        }
        for role in &seed.roles {
            self.role(&seed.id, role);
        }
        self.settings(&seed.id, &seed.settings);
        for bucket in &seed.buckets {
            self.bucket(&seed.id, bucket);
        }
        for (number, instance) in seed.instances.iter().enumerate() {
            self.instance(&seed.id, number, instance);
        }
    }

    fn id(&mut self, identity: &Identity, prefix: &str) -> String {
        identity.id.clone().unwrap_or_else(|| self.ids.unique_id(prefix))
    }

    fn at(&self, given: Option<Timestamp>) -> Timestamp {
        given.unwrap_or(self.created)
    }

    fn policy(&mut self, account: &AccountId, seed: &PolicySeed) {
        let identity = &seed.identity;
        let created = self.at(identity.created);
        let versions: Vec<PolicyVersion> = seed
            .versions
            .iter()
            .map(|version| PolicyVersion {
                number: version.number,
                text: version.text.clone(),
                created: version.created.unwrap_or(created),
            })
            .collect();
        let newest = versions.iter().map(|version| version.number).max().unwrap_or(0);
        let policy = ManagedPolicy {
            name: identity.name.clone(),
            path: identity.path.clone(),
            id: self.id(identity, "ANPA"),
            arn: identity.arn(account, "policy"),
            description: seed.description.clone(),
            created,
            updated: seed.updated.unwrap_or(created),
            tags: identity.tags.clone(),
            versions,
            default: seed.default,
            next: newest.saturating_add(1),
        };
        self.write(created, |world, stamp| {
            let policies = &mut world.account_mut(account).policies;
            policies.write(&identity.name, Some(policy), stamp);
        });
    }

    fn group(&mut self, account: &AccountId, seed: &GroupSeed) {
        let identity = &seed.identity;
        let created = self.at(identity.created);
        let group = Group {
            name: identity.name.clone(),
            path: identity.path.clone(),
            id: self.id(identity, "AGPA"),
            created,
            policies: seed.policies.clone(),
        };
        self.write(created, |world, stamp| {
            let groups = &mut world.account_mut(account).groups;
            groups.write(&identity.name, Some(group), stamp);
        });
    }

    fn user(&mut self, account: &AccountId, seed: &UserSeed) {
        let identity = &seed.identity;
        let created = self.at(identity.created);
        let mut user = User {
            name: identity.name.clone(),
            path: identity.path.clone(),
            id: self.id(identity, "AIDA"),
            created,
            tags: identity.tags.clone(),
            policies: seed.policies.clone(),
            groups: seed.groups.clone(),
            boundary: seed.boundary.clone(),
            login: None,
        };
        user.login = seed.login.as_ref().map(|login| self.login(&user, login));
        self.write(created, |world, stamp| {
            let users = &mut world.account_mut(account).users;
            users.write(&identity.name, Some(user), stamp);
        });
        for key in &seed.keys {
            self.key(account, &identity.name, key);
        }
    }

    fn key(&mut self, account: &AccountId, user: &str, seed: &KeySeed) -> AccessKeyRecord {
        let key = AccessKeyRecord {
            id: seed.id.clone().unwrap_or_else(|| self.random.unique_id("AKIA")),
            secret: seed.secret.clone().unwrap_or_else(|| self.random.secret()),
            account: account.clone(),
            user: Some(user.to_owned()),
            is_active: !seed.is_inactive,
            created: self.at(seed.created),
        };
        self.write(key.created, |world, stamp| {
            let history = world.keys.entry(key.id.clone()).or_default();
            history.write(Some(key.clone()), stamp);
        });
        key
    }

    fn role(&mut self, account: &AccountId, seed: &RoleSeed) {
        let identity = &seed.identity;
        let created = self.at(identity.created);
        let role = Role {
            name: identity.name.clone(),
            path: identity.path.clone(),
            id: self.id(identity, "AROA"),
            created,
            tags: identity.tags.clone(),
            policies: seed.policies.clone(),
            boundary: seed.boundary.clone(),
            trust: seed.trust.clone(),
            description: seed.description.clone(),
            max_session: seed.max_session,
        };
        self.write(created, |world, stamp| {
            let roles = &mut world.account_mut(account).roles;
            roles.write(&identity.name, Some(role), stamp);
        });
    }

    fn bucket(&mut self, account: &AccountId, seed: &BucketSeed) {
        let created = self.at(seed.created);
        let mut bucket = Bucket::new(account.clone(), seed.region.as_str(), created);
        bucket.tags.clone_from(&seed.tags);
        bucket.policy.clone_from(&seed.policy);
        bucket.objects = seed
            .objects
            .iter()
            .map(|object| (object.key.clone(), self.object(object)))
            .collect();
        self.world.buckets.insert(seed.name.clone(), bucket);
    }

    fn object(&self, seed: &ObjectSeed) -> Object {
        let mut object = Object::new(seed.body.clone(), self.at(seed.modified), seed.traits.clone());
        object.tags.clone_from(&seed.tags);
        object
    }

    fn instance(&mut self, account: &AccountId, number: usize, seed: &InstanceSeed) {
        let id = seed.id.clone().unwrap_or_else(|| self.ids.resource_id("i"));
        let address = seed
            .private_address
            .clone()
            .unwrap_or_else(|| format!("10.0.{}.{}", number / 200, 11 + number % 200));
        let mut instance = Instance::new(id, &seed.region, &seed.kind, self.at(seed.launched), &address);
        if let Some(image) = &seed.image {
            instance.image.clone_from(image);
        }
        instance.life.goal = seed.goal;
        instance.tags.clone_from(&seed.tags);
        self.world.account_mut(account).instances.push(instance);
    }

    /// The key of the user `admin`. Made are only what is missing of them.
    fn admin(&mut self, account: &AccountId) -> AccessKeyRecord {
        let name = self
            .world
            .account(account)
            .and_then(|account| account.users.newest("admin"))
            .map(|user| user.name.clone());
        let name = name.unwrap_or_else(|| {
            let seed = UserSeed {
                identity: Identity {
                    name: "admin".to_owned(),
                    path: "/".to_owned(),
                    id: None,
                    created: None,
                    tags: Vec::new(),
                },
                policies: Policies {
                    attached: vec![ADMINISTRATOR.to_owned()],
                    ..Policies::default()
                },
                groups: Vec::new(),
                boundary: None,
                keys: Vec::new(),
                login: None,
            };
            self.user(account, &seed);
            seed.identity.name
        });
        let keys = self.world.newest_keys_of(account, &name);
        match keys.iter().find(|key| key.is_active) {
            Some(key) => (**key).clone(),
            None => self.key(account, &name, &KeySeed::default()),
        }
    }

    /// Users and roles that policies name are meant as they are now; see `world::pins`.
    fn pin_principals(&mut self) {
        let view = View::settled();
        let ids: Vec<AccountId> = self.world.accounts.keys().cloned().collect();
        for id in ids {
            let roles: Vec<_> = match self.world.account(&id) {
                Some(account) => account.roles.all_newest().cloned().collect(),
                None => Vec::new(),
            };
            for role in roles {
                let mut pinned = (*role).clone();
                pin(self.world, view, &mut pinned.trust);
                if pinned.trust != role.trust {
                    self.write(role.created, |world, stamp| {
                        let roles = &mut world.account_mut(&id).roles;
                        roles.write(&role.name, Some(pinned), stamp);
                    });
                }
            }
        }
        let names: Vec<String> = self.world.buckets.keys().cloned().collect();
        for name in names {
            let policy = self
                .world
                .buckets
                .get(&name)
                .and_then(|bucket| bucket.policy.clone());
            let Some(mut policy) = policy else { continue };
            pin(self.world, view, &mut policy);
            if let Some(bucket) = self.world.buckets.get_mut(&name) {
                bucket.policy = Some(policy);
            }
        }
    }

    /// What is written is known everywhere at once.
    fn write(&mut self, at: Timestamp, write: impl FnOnce(&mut World, &mut Stamp<'_>)) {
        let mut stamp = Stamp {
            at,
            propagation: Propagation::none(),
            random: self.random,
        };
        write(self.world, &mut stamp);
    }
}

fn pin(world: &World, view: View, policy: &mut PolicyText) {
    policy.pins = world.pins_of(&policy.document, view);
}
