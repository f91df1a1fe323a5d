//! A type of resource: its name, its ARNs, its condition keys.

use super::embedded::{ResourceTypeRow, places};
use super::{ArnFormat, ConditionKey, Service};
use std::fmt;

/// A type of resource that a service has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ResourceType {
    service: Service,
    row: &'static ResourceTypeRow,
}

impl ResourceType {
    pub(super) fn new(service: Service, row: &'static ResourceTypeRow) -> Self {
        ResourceType { service, row }
    }

    /// Whose type it is.
    pub fn service(self) -> Service {
        self.service
    }

    /// What the Service Authorization Reference calls it, such as `bucket`.
    pub fn name(self) -> &'static str {
        self.row.name
    }

    /// The forms of its ARNs; nearly always one, and at least one.
    pub fn arn_formats(self) -> impl Iterator<Item = ArnFormat> {
        self.row.arn_formats.split(", ").map(ArnFormat::new)
    }

    /// Whether an ARN, or a pattern of ARNs as a policy's `Resource` has it, can be of this type: see
    /// [`ArnFormat::may_be`].
    pub fn may_be(self, pattern: &str) -> bool {
        self.arn_formats().any(|format| format.may_be(pattern))
    }

    /// The condition keys that requests about such a resource may carry, ordered by name.
    pub fn condition_keys(self) -> impl Iterator<Item = ConditionKey> {
        places(
            &self.service.tables().condition_keys,
            self.row.condition_keys,
            ' ',
        )
    }
}

impl fmt::Debug for ResourceType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "ResourceType({} {})",
            self.service.prefix(),
            self.row.name
        )
    }
}
