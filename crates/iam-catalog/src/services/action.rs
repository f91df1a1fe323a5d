//! An action: what it does to what, and which condition keys its requests may carry.

use super::embedded::{ActionRow, places};
use super::{ConditionKey, ResourceType, Service};
use std::fmt;

/// What kind of access an action gives: the Service Authorization Reference's column "Access level"
/// (IAM User Guide, "Understand access level summaries within policy summaries").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Tells which resources there are, not what is in them.
    List,
    /// Tells what is in them.
    Read,
    /// Makes, changes or deletes them.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Changes nothing but tags.
    Tagging,
}

impl AccessLevel {
    /// All of them, in the order of the reference.
    pub const ALL: [AccessLevel; 5] = [
        AccessLevel::List,
        AccessLevel::Read,
        AccessLevel::Write,
        AccessLevel::PermissionsManagement,
        AccessLevel::Tagging,
    ];

    /// As the reference writes it: `List`, `Read`, `Write`, `Permissions management`, `Tagging`.
    pub fn as_str(self) -> &'static str {
        match self {
            AccessLevel::List => "List",
            AccessLevel::Read => "Read",
            AccessLevel::Write => "Write",
            AccessLevel::PermissionsManagement => "Permissions management",
            AccessLevel::Tagging => "Tagging",
        }
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// An action of a service.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Action {
    service: Service,
    row: &'static ActionRow,
}

impl Action {
    pub(super) fn new(service: Service, row: &'static ActionRow) -> Self {
        Action { service, row }
    }

    /// Whose action it is.
    pub fn service(self) -> Service {
        self.service
    }

    /// Its name without the prefix, as AWS writes it: `GetObject`.
    pub fn name(self) -> &'static str {
        self.row.name
    }

    /// What kind of access it gives.
    pub fn access_level(self) -> AccessLevel {
        self.row.access_level
    }

    /// The types of resource that it acts on, ordered by name. None: it acts on no resource, and a statement that allows
    /// it names `*`.
    pub fn resource_types(self) -> impl Iterator<Item = ActionResource> {
        self.row
            .resource_types
            .split_ascii_whitespace()
            .filter_map(move |word| {
                let (place, keys) = word.split_once(':').unwrap_or((word, ""));
                let (place, required) = place
                    .strip_suffix('!')
                    .map_or((place, false), |place| (place, true));
                let row = self
                    .service
                    .tables()
                    .resource_types
                    .get(place.parse::<usize>().ok()?)?;
                let resource_type = ResourceType::new(self.service, row);
                Some(ActionResource {
                    resource_type,
                    required,
                    keys,
                })
            })
    }

    /// The condition keys that its requests may carry whatever the resource, ordered by name.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey> {
        places(
            &self.service.tables().condition_keys,
            self.row.condition_keys,
            ' ',
        )
    }

    /// All condition keys of the service's list that a statement about it may use: its own, those of its resource types
    /// for this action, and those of the resource types themselves. Each once, ordered by name. Global keys come on top.
    pub fn all_condition_keys(self) -> Vec<ConditionKey> {
        let of_resources = self.resource_types().flat_map(|resource| {
            resource
                .condition_keys()
                .chain(resource.resource_type.condition_keys())
        });
        let mut keys: Vec<ConditionKey> = self.condition_keys().chain(of_resources).collect();
        keys.sort_unstable_by(|a, b| crate::glob::order(a.name, b.name));
        keys.dedup();
        keys
    }

    /// Actions that the caller must be allowed as well for this one to succeed, such as `iam:PassRole` for
    /// `lambda:CreateFunction`; as AWS's pages had them on the day that [`super::dependent_actions_source`] names.
    pub fn dependent_actions(self) -> impl Iterator<Item = &'static str> {
        self.row.dependents.split_ascii_whitespace()
    }
}

/// With its prefix: `s3:GetObject`.
impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.service.prefix(), self.row.name)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Action({self})")
    }
}

/// A type of resource that an action acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionResource {
    /// The type.
    pub resource_type: ResourceType,
    /// Whether every request names one. (The reference marks it with an asterisk.)
    pub required: bool,
    keys: &'static str,
}

impl ActionResource {
    /// The condition keys that the action's requests may carry when they are about this type, ordered by name.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey> {
        let tables = self.resource_type.service().tables();
        places(&tables.condition_keys, self.keys, ',')
    }
}
