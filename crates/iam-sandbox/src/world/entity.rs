//! What IAM keeps: users, groups, roles and managed policies. Values; every change makes a new one.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::{AccountId, Document};
use jiff::Timestamp;

use super::login::Login;

/// A principal that a policy names by its ARN, and the unique id that it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    pub(crate) arn: String,
    pub(crate) id: String,
}

/// A policy document as it was given, and as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyText {
    pub(crate) text: String,
    pub(crate) document: Arc<Document>,
    /// Principals that the policy means by what they were when it was saved.
    pub(crate) pins: Vec<Pin>,
}

impl PolicyText {
    /// How IAM measures: characters, white space not counted.
    pub(crate) fn size(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

/// A tag's key and value, in the order they were given.
pub(crate) type Tags = Vec<(String, String)>;

/// The permissions policies of a user, group or role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policies {
    /// Inline policies by name.
    pub(crate) inline: BTreeMap<String, PolicyText>,
    /// ARNs of attached managed policies, in the order of attaching.
    pub(crate) attached: Vec<String>,
}

impl Policies {
    /// What all inline policies measure together.
    pub(crate) fn inline_size(&self) -> usize {
        self.inline.values().map(PolicyText::size).sum()
    }
}

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) policies: Policies,
    /// Names of the groups that the user is in.
    pub(crate) groups: Vec<String>,
    /// The ARN of the permissions boundary.
    pub(crate) boundary: Option<String>,
    pub(crate) login: Option<Login>,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) policies: Policies,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) policies: Policies,
    pub(crate) boundary: Option<String>,
    pub(crate) trust: PolicyText,
    pub(crate) description: Option<String>,
    /// In seconds, 3,600 to 43,200.
    pub(crate) max_session: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct ManagedPolicy {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) tags: Tags,
    pub(crate) versions: Vec<PolicyVersion>,
    /// The number of the default version.
    pub(crate) default: u32,
    /// The number that the next version gets; numbers are never used again.
    pub(crate) next: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct PolicyVersion {
    pub(crate) number: u32,
    pub(crate) text: PolicyText,
    pub(crate) created: Timestamp,
}

impl ManagedPolicy {
    pub(crate) fn default_version(&self) -> Option<&PolicyVersion> {
        self.versions
            .iter()
            .find(|version| version.number == self.default)
    }
}

/// The ARN of an entity of IAM.
pub(crate) fn arn(account: &AccountId, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:{kind}{path}{name}")
}

impl User {
    pub(crate) fn arn(&self, account: &AccountId) -> String {
        arn(account, "user", &self.path, &self.name)
    }
}

impl Group {
    pub(crate) fn arn(&self, account: &AccountId) -> String {
        arn(account, "group", &self.path, &self.name)
    }
}

impl Role {
    pub(crate) fn arn(&self, account: &AccountId) -> String {
        arn(account, "role", &self.path, &self.name)
    }
}
