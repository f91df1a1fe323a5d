//! What each service defines: actions, resource types, condition keys, as the Service Authorization Reference has them.

mod action;
mod arn_format;
mod condition_key;
mod embedded;
mod resource_type;

pub use action::{AccessLevel, Action, ActionResource};
pub use arn_format::ArnFormat;
pub use condition_key::{ConditionKey, ValueType};
pub use resource_type::ResourceType;

use crate::Provenance;
use crate::glob;
use embedded::{Entry, Tables, index};
use std::fmt;

/// A service that IAM knows, by its prefix.
#[derive(Clone, Copy)]
pub struct Service {
    entry: &'static Entry,
}

impl Service {
    /// What stands before the colon of its actions, such as `s3` or `cognito-idp`.
    pub fn prefix(self) -> &'static str {
        self.entry.prefix
    }

    /// What AWS calls it, such as `Amazon S3`.
    pub fn name(self) -> &'static str {
        self.entry.name
    }

    /// Its actions, ordered by name without regard to case.
    pub fn actions(self) -> impl ExactSizeIterator<Item = Action> {
        let rows = self.tables().actions.iter();
        rows.map(move |row| Action::new(self, row))
    }

    /// How many actions it has; nothing is unpacked for this.
    pub fn action_count(self) -> usize {
        self.entry.actions
    }

    /// How many resource types it has; nothing is unpacked for this.
    pub fn resource_type_count(self) -> usize {
        self.entry.resource_types
    }

    /// How many condition keys it lists; nothing is unpacked for this.
    pub fn condition_key_count(self) -> usize {
        self.entry.condition_keys
    }

    /// The action of this name, in any case, without the prefix: `GetObject`.
    pub fn action(self, name: &str) -> Option<Action> {
        let rows = &self.tables().actions;
        let found = rows.binary_search_by(|row| glob::order(row.name, name)).ok()?;
        rows.get(found).map(|row| Action::new(self, row))
    }

    /// Its resource types, ordered by name without regard to case.
    pub fn resource_types(self) -> impl ExactSizeIterator<Item = ResourceType> {
        let rows = self.tables().resource_types.iter();
        rows.map(move |row| ResourceType::new(self, row))
    }

    /// The resource type of this name, in any case: `bucket`.
    pub fn resource_type(self, name: &str) -> Option<ResourceType> {
        let rows = &self.tables().resource_types;
        let found = rows.binary_search_by(|row| glob::order(row.name, name)).ok()?;
        rows.get(found).map(|row| ResourceType::new(self, row))
    }

    /// The condition keys that it lists, ordered by name without regard to case: its own, and of the global ones those
    /// for tags.
    pub fn condition_keys(self) -> impl ExactSizeIterator<Item = ConditionKey> {
        self.tables().condition_keys.iter().copied()
    }

    /// The condition key of this name among those that it lists, in any case: `s3:prefix`, or a key of a template, such
    /// as `s3:ExistingObjectTag/project`.
    pub fn condition_key(self, name: &str) -> Option<ConditionKey> {
        condition_key::find(&self.tables().condition_keys, name)
    }

    fn tables(self) -> &'static Tables {
        self.entry.tables()
    }
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.prefix() == other.prefix()
    }
}

impl Eq for Service {}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Service({})", self.prefix())
    }
}

/// Where services, actions, resource types and condition keys come from, and as of when.
pub fn source() -> Provenance {
    index().source
}

/// Where [`Action::dependent_actions`] come from, and as of when.
pub fn dependent_actions_source() -> Provenance {
    index().dependents_source
}

/// All services, ordered by prefix.
pub fn services() -> impl ExactSizeIterator<Item = Service> {
    index().services.iter().map(|entry| Service { entry })
}

/// The service with this prefix, in any case.
pub fn service(prefix: &str) -> Option<Service> {
    let services = &index().services;
    let found = services
        .binary_search_by(|entry| glob::order(entry.prefix, prefix))
        .ok()?;
    services.get(found).map(|entry| Service { entry })
}

/// The action of this name, in any case: `s3:GetObject`.
pub fn action(name: &str) -> Option<Action> {
    let (prefix, name) = name.split_once(':')?;
    service(prefix)?.action(name)
}

/// The actions that a pattern stands for, in any case, ordered by service and name: `s3:Get*`, `*:*Tags`, `*`.
///
/// `*` is any characters and `?` one, on either side of the colon. (In a policy AWS takes no wildcard before the colon.)
/// A pattern without a colon, other than `*`, stands for none, as in a policy.
pub fn actions_matching(pattern: &str) -> impl Iterator<Item = Action> {
    let (of_service, of_action) = match pattern.split_once(':') {
        Some(parts) => parts,
        None if !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*') => ("*", "*"),
        None => ("", ""),
    };
    let wanted = glob::literal_prefix(of_service);
    let exact = !glob::is_pattern(of_service);
    let candidates = if exact { service(of_service) } else { None };
    let all = (!exact).then(services).into_iter().flatten();
    candidates
        .into_iter()
        .chain(all.filter(move |service| {
            begins(service.prefix(), wanted) && glob::matches(of_service, service.prefix())
        }))
        .flat_map(move |service| matching(service, of_action))
}

/// The condition key of this name, in any case: global ones such as `aws:SourceIp`, those of a service such as
/// `s3:prefix`, those of identity providers such as `saml:aud`; a key of a template too, such as
/// `aws:RequestTag/project`.
pub fn condition_key(name: &str) -> Option<ConditionKey> {
    condition_key::find(&index().shared_keys, name).or_else(|| {
        let (prefix, _) = name.split_once(':')?;
        service(prefix)?.condition_key(name)
    })
}

/// The condition keys that belong to no service's prefix, or to every service: global ones (`aws:`), those of identity
/// providers, and keys of one service in the requests of others (`lambda:SourceFunctionArn`). Ordered by name without
/// regard to case.
pub fn shared_condition_keys() -> impl ExactSizeIterator<Item = ConditionKey> {
    index().shared_keys.iter().copied()
}

fn matching(service: Service, pattern: &str) -> impl Iterator<Item = Action> {
    let rows = &service.tables().actions;
    let wanted = glob::literal_prefix(pattern);
    let first = rows.partition_point(|row| glob::order(row.name, wanted).is_lt());
    let exact = !glob::is_pattern(pattern);
    rows.iter()
        .skip(first)
        .take_while(move |row| begins(row.name, wanted))
        .filter(move |row| {
            if exact {
                row.name.len() == pattern.len()
            } else {
                glob::matches(pattern, row.name)
            }
        })
        .map(move |row| Action::new(service, row))
}

/// Whether `text` begins so, in any case.
fn begins(text: &str, with: &str) -> bool {
    text.as_bytes()
        .get(..with.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(with.as_bytes()))
}
