//! What the rules look at: a document, what it is for, and the moment.

use iam_policy::{Document, Effect, Statement};
use jiff::Timestamp;

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentUse {
    /// Attached to or inline in a user, group or role.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// A session policy, given when a role is assumed.
    Session,
    /// A role's trust policy.
    Trust,
    /// On any other resource: a bucket, a queue, a key.
    Resource,
    /// A service control policy of an organization.
    ServiceControl,
    /// A resource control policy of an organization.
    ResourceControl,
}

impl DocumentUse {
    /// As a person says it.
    pub(crate) const fn described(self) -> &'static str {
        match self {
            DocumentUse::Identity => "an identity-based policy",
            DocumentUse::Boundary => "a permissions boundary",
            DocumentUse::Session => "a session policy",
            DocumentUse::Trust => "a trust policy",
            DocumentUse::Resource => "a resource-based policy",
            DocumentUse::ServiceControl => "a service control policy",
            DocumentUse::ResourceControl => "a resource control policy",
        }
    }

    /// Whether it says by an element of its own to whom it applies.
    pub(crate) const fn names_principals(self) -> bool {
        matches!(
            self,
            DocumentUse::Trust | DocumentUse::Resource | DocumentUse::ResourceControl
        )
    }
}

pub(crate) struct Subject<'d> {
    pub(crate) document: &'d Document,
    pub(crate) purpose: DocumentUse,
    pub(crate) now: Timestamp,
}

impl<'d> Subject<'d> {
    pub(crate) fn statements(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.document.statements.iter()
    }

    pub(crate) fn allows(&self) -> impl Iterator<Item = &'d Statement> + use<'d> {
        self.statements()
            .filter(|statement| statement.effect == Effect::Allow)
    }
}
