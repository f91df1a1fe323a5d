//! Every policy that bears on a request, by kind.
//! IAM User Guide, "Policies and permissions in AWS Identity and Access Management", "Policy types".

use std::fmt;
use std::sync::Arc;

use crate::document::Document;

/// A document and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Such as `policy.json` or `inline policy read-one-bucket of role x`; explanations show it.
    pub name: String,
    /// The document.
    pub document: Arc<Document>,
}

impl Source {
    /// Names a document.
    pub fn new(name: impl Into<String>, document: impl Into<Arc<Document>>) -> Source {
        Source {
            name: name.into(),
            document: document.into(),
        }
    }
}

/// One level of an organization (root, an organizational unit, the account) and what is attached there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// What people call the level.
    pub name: String,
    /// The policies attached to it; together they must allow.
    pub policies: Vec<Source>,
}

/// The policies in force for a principal and a resource.
///
/// `None` says that no policy of the kind is in force; an empty list says that one is, which allows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicySet {
    /// Inline and managed policies of the user (and its groups) or of the role.
    pub identity: Vec<Source>,
    /// The policy attached to the resource; the target role's trust policy stands in `trust`.
    pub resource: Option<Source>,
    /// The permissions boundary.
    pub boundary: Option<Vec<Source>>,
    /// Session policies, passed when the session was made.
    pub session: Option<Vec<Source>>,
    /// The trust policy of the role that is to be assumed.
    pub trust: Option<Source>,
    /// Service control policies, from the organization's root to the principal's account.
    pub scp: Option<Vec<Level>>,
    /// Resource control policies, from the organization's root to the resource's account.
    pub rcp: Option<Vec<Level>>,
    /// The policy of the VPC endpoint that the request comes through.
    pub endpoint: Option<Source>,
}

/// The kinds of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Identity-based policies.
    Identity,
    /// The resource-based policy.
    Resource,
    /// The permissions boundary.
    Boundary,
    /// Session policies.
    Session,
    /// The trust policy of the role to be assumed.
    Trust,
    /// Service control policies.
    Scp,
    /// Resource control policies.
    Rcp,
    /// The policy of a VPC endpoint.
    Endpoint,
}

impl PolicyKind {
    /// All of them.
    pub const ALL: [PolicyKind; 8] = [
        PolicyKind::Identity,
        PolicyKind::Resource,
        PolicyKind::Boundary,
        PolicyKind::Session,
        PolicyKind::Trust,
        PolicyKind::Scp,
        PolicyKind::Rcp,
        PolicyKind::Endpoint,
    ];

    /// A name for machines: `identity`, `resource`, `boundary`, `session`, `trust`, `scp`, `rcp`,
    /// `endpoint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            PolicyKind::Identity => "identity",
            PolicyKind::Resource => "resource",
            PolicyKind::Boundary => "boundary",
            PolicyKind::Session => "session",
            PolicyKind::Trust => "trust",
            PolicyKind::Scp => "scp",
            PolicyKind::Rcp => "rcp",
            PolicyKind::Endpoint => "endpoint",
        }
    }

    /// Whether statements of such policies say whom they are about; the others are about whom they are
    /// attached to.
    pub(crate) const fn names_principals(self) -> bool {
        matches!(
            self,
            PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Rcp | PolicyKind::Endpoint
        )
    }
}

impl fmt::Display for PolicyKind {
    /// A name for people: `identity policy`, `permissions boundary`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PolicyKind::Identity => "identity policy",
            PolicyKind::Resource => "resource policy",
            PolicyKind::Boundary => "permissions boundary",
            PolicyKind::Session => "session policy",
            PolicyKind::Trust => "trust policy",
            PolicyKind::Scp => "service control policy",
            PolicyKind::Rcp => "resource control policy",
            PolicyKind::Endpoint => "VPC endpoint policy",
        })
    }
}
