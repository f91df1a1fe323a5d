//! From a world to a seed that makes the same world. What has its usual value is left out.

mod identity;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use iam_policy::AccountId;
use iam_policy::syntax::parse_json;
use jiff::Timestamp;

use crate::history::View;
use crate::wire::json::Json;
use crate::world::entity::{Group, ManagedPolicy, Policies, PolicyText, Role, Tags, User};
use crate::world::organization::{Attached, ControlKind, Organization, Unit};
use crate::world::storage::{Bucket, Goal, Instance, Object};
use crate::world::{Account, World};

/// The members of an object in the making.
#[derive(Default)]
struct Members(Vec<(String, Json)>);

impl Members {
    fn put(&mut self, key: &str, value: impl Into<Json>) {
        self.0.push((key.to_owned(), value.into()));
    }

    fn some(&mut self, key: &str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn instant(&mut self, key: &str, at: Timestamp) {
        self.put(key, Json::text(at));
    }

    /// An object that has members.
    fn object(&mut self, key: &str, members: Members) {
        if !members.0.is_empty() {
            self.put(key, Json::Object(members.0));
        }
    }

    /// A list that has elements.
    fn list(&mut self, key: &str, items: Vec<Json>) {
        if !items.is_empty() {
            self.put(key, Json::List(items));
        }
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        self.list(key, texts.iter().map(Json::text).collect());
    }

    fn tags(&mut self, tags: &Tags) {
        let tags = tags.iter().map(|(key, value)| (key.clone(), Json::text(value)));
        self.object("tags", Members(tags.collect()));
    }

    /// Path, id and instant, which every entity has.
    fn identity(&mut self, path: &str, id: &str, created: Timestamp) {
        if path != "/" {
            self.put("path", path);
        }
        self.put("id", id);
        self.instant("created", created);
    }
}

/// The default account comes first, as the seed's first one is the default.
pub(super) fn world(world: &World, default: &AccountId) -> Json {
    let dump = Dump { world };
    let mut accounts = Members::default();
    let others = world.accounts.iter().filter(|(id, _)| *id != default);
    let first = world.accounts.get_key_value(default);
    for (id, account) in first.into_iter().chain(others) {
        accounts.put(id.as_str(), dump.account(id, account));
    }
    let mut whole = Members::default();
    whole.put("accounts", Json::Object(accounts.0));
    if let Some(organization) = &world.organization {
        whole.put("organization", self::organization(organization));
    }
    Json::Object(whole.0)
}

struct Dump<'w> {
    world: &'w World,
}

impl Dump<'_> {
    fn account(&self, id: &AccountId, account: &Account) -> Json {
        let mut policies = Members::default();
        for policy in account.policies.all_newest() {
            policies.put(&policy.name, managed_policy(policy));
        }
        let mut groups = Members::default();
        for group in account.groups.all_newest() {
            groups.put(&group.name, self.group(group));
        }
        let mut users = Members::default();
        for user in account.users.all_newest() {
            users.put(&user.name, self.user(id, user));
        }
        let mut roles = Members::default();
        for role in account.roles.all_newest() {
            roles.put(&role.name, self.role(role));
        }
        let mut buckets = Members::default();
        let own = self
            .world
            .buckets
            .iter()
            .filter(|(_, bucket)| bucket.account == *id);
        for (name, bucket) in own {
            buckets.put(name, self.bucket(bucket));
        }
        let mut whole = Members::default();
        identity::settings(&mut whole, account);
        whole.object("policies", policies);
        whole.object("groups", groups);
        whole.object("users", users);
        whole.object("roles", roles);
        identity::beside(&mut whole, account);
        whole.object("buckets", buckets);
        whole.list(
            "instances",
            account.instances.iter().filter_map(instance).collect(),
        );
        Json::Object(whole.0)
    }

    /// The document as those are told who ask for it: who is gone stands there by id.
    fn shown(&self, policy: &PolicyText) -> Json {
        document(&policy.shown(self.world, View::settled()))
    }

    fn policies(&self, members: &mut Members, policies: &Policies) {
        let mut inline = Members::default();
        for (name, policy) in &policies.inline {
            inline.put(name, self.shown(policy));
        }
        members.object("policies", inline);
        members.texts("attached", &policies.attached);
    }

    fn group(&self, group: &Group) -> Json {
        let mut members = Members::default();
        members.identity(&group.path, &group.id, group.created);
        self.policies(&mut members, &group.policies);
        Json::Object(members.0)
    }

    fn user(&self, account: &AccountId, user: &User) -> Json {
        let mut members = Members::default();
        members.identity(&user.path, &user.id, user.created);
        members.tags(&user.tags);
        self.policies(&mut members, &user.policies);
        members.some("boundary", user.boundary.as_deref());
        members.texts("groups", &user.groups);
        let keys = self.world.newest_keys_of(account, &user.name);
        let keys = keys.iter().map(|key| {
            let mut members = Members::default();
            members.put("id", key.id.as_str());
            members.put("secret", key.secret.as_str());
            if !key.is_active {
                members.put("active", false);
            }
            members.instant("created", key.created);
            Json::Object(members.0)
        });
        members.list("access_keys", keys.collect());
        members.some("login", user.login.as_ref().map(identity::login));
        Json::Object(members.0)
    }

    fn role(&self, role: &Role) -> Json {
        let mut members = Members::default();
        members.identity(&role.path, &role.id, role.created);
        members.some("description", role.description.as_deref());
        members.tags(&role.tags);
        if role.max_session != 3600 {
            members.put("max_session", Json::number(role.max_session));
        }
        members.put("trust", self.shown(&role.trust));
        self.policies(&mut members, &role.policies);
        members.some("boundary", role.boundary.as_deref());
        Json::Object(members.0)
    }

    fn bucket(&self, bucket: &Bucket) -> Json {
        let mut members = Members::default();
        members.put("region", bucket.region.as_str());
        members.instant("created", bucket.created);
        members.tags(&bucket.tags);
        members.some("policy", bucket.policy.as_ref().map(|policy| self.shown(policy)));
        let mut objects = Members::default();
        for (key, object) in &bucket.objects {
            objects.put(key, self::object(object));
        }
        members.object("objects", objects);
        Json::Object(members.0)
    }
}

fn managed_policy(policy: &ManagedPolicy) -> Json {
    let mut members = Members::default();
    members.identity(&policy.path, &policy.id, policy.created);
    members.instant("updated", policy.updated);
    members.some("description", policy.description.as_deref());
    members.tags(&policy.tags);
    let mut versions = Members::default();
    for version in &policy.versions {
        let mut members = Members::default();
        members.instant("created", version.created);
        members.put("document", document(&version.text.text));
        versions.put(&format!("v{}", version.number), Json::Object(members.0));
    }
    members.object("versions", versions);
    members.put("default", format!("v{}", policy.default).as_str());
    Json::Object(members.0)
}

fn object(object: &Object) -> Json {
    let mut members = Members::default();
    match std::str::from_utf8(&object.body) {
        Ok(text) => members.put("text", text),
        Err(_) => members.put("base64", BASE64.encode(&object.body).as_str()),
    }
    members.put("content_type", object.traits.content_type.as_str());
    members.instant("modified", object.modified);
    members.tags(&object.tags);
    let metadata = object.traits.metadata.iter();
    let metadata = metadata.map(|(key, value)| (key.clone(), Json::text(value)));
    members.object("metadata", Members(metadata.collect()));
    Json::Object(members.0)
}

/// None for one that is terminated, or about to be.
fn instance(instance: &Instance) -> Option<Json> {
    let state = match instance.life.goal {
        Goal::Running => "running",
        Goal::Stopped => "stopped",
        Goal::Terminated => return None,
    };
    let mut members = Members::default();
    members.put("id", instance.id.as_str());
    members.put("region", instance.region.as_str());
    members.put("type", instance.kind.as_str());
    members.put("image", instance.image.as_str());
    members.put("state", state);
    members.instant("launched", instance.launched);
    members.put("private_ip", instance.private_address.as_str());
    members.tags(&instance.tags);
    Some(Json::Object(members.0))
}

fn organization(organization: &Organization) -> Json {
    let mut policies = Members::default();
    for (name, policy) in &organization.policies {
        let mut members = Members::default();
        let kind = match policy.kind {
            ControlKind::Scp => "scp",
            ControlKind::Rcp => "rcp",
        };
        members.put("type", kind);
        members.some("description", policy.description.as_deref());
        members.put("document", document(&policy.text.text));
        policies.put(name, Json::Object(members.0));
    }
    let mut members = Members::default();
    members.put("id", organization.id.as_str());
    members.put("management", Json::text(&organization.management));
    members.object("policies", policies);
    members.put("root", unit(&organization.root));
    Json::Object(members.0)
}

fn unit(unit: &Unit) -> Json {
    let mut members = Members::default();
    members.put("id", unit.id.as_str());
    attached(&mut members, &unit.attached);
    let mut accounts = Members::default();
    for (id, attachment) in &unit.accounts {
        let mut members = Members::default();
        attached(&mut members, attachment);
        accounts.put(id.as_str(), Json::Object(members.0));
    }
    members.object("accounts", accounts);
    let mut units = Members::default();
    for (name, inner) in &unit.units {
        units.put(name, self::unit(inner));
    }
    members.object("units", units);
    Json::Object(members.0)
}

fn attached(members: &mut Members, attached: &Attached) {
    members.texts("scps", &attached.scps);
    members.texts("rcps", &attached.rcps);
    if !attached.has_full_access {
        members.put("full_access", false);
    }
}

/// A document as a tree; what was once saved is one.
fn document(text: &str) -> Json {
    parse_json(text).map_or_else(|_| Json::text(text), |node| Json::from(&node))
}
