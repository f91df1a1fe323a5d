//! What IAM keeps beside users, groups, roles and policies: passwords, MFA devices, instance profiles, identity
//! providers, and the account's own settings. Values; every change makes a new one.

use std::collections::BTreeMap;

use iam_policy::AccountId;
use jiff::Timestamp;

use super::entity::{Tags, arn};

/// A virtual MFA device, assigned to a user or not.
#[derive(Clone, Debug)]
pub(crate) struct MfaDevice {
    pub(crate) name: String,
    pub(crate) path: String,
    /// What the authenticator app is given.
    pub(crate) seed: Vec<u8>,
    pub(crate) tags: Tags,
    pub(crate) assignment: Option<Assignment>,
}

/// Whose an MFA device is.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) user: String,
    pub(crate) enabled: Timestamp,
    /// By how many steps the device's clock is ahead of ours, as the last synchronization found it.
    pub(crate) drift: i64,
}

impl MfaDevice {
    /// The serial number of a virtual device is its ARN.
    pub(crate) fn serial(&self, account: &AccountId) -> String {
        arn(account, "mfa", &self.path, &self.name)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct InstanceProfile {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// The name of the role in it.
    pub(crate) role: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct OidcProvider {
    /// The issuer's URL without `https://`.
    pub(crate) url: String,
    pub(crate) created: Timestamp,
    pub(crate) clients: Vec<String>,
    pub(crate) thumbprints: Vec<String>,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug)]
pub(crate) struct SamlProvider {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) valid_until: Timestamp,
    pub(crate) metadata: String,
    /// `Required` or `Allowed`, where the provider encrypts assertions.
    pub(crate) encryption: Option<String>,
    /// The ids of private keys for that, and when they came.
    pub(crate) keys: Vec<(String, Timestamp)>,
    pub(crate) tags: Tags,
}

/// What an account is called beside its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountAlias(pub(crate) String);

/// The rules for passwords that an account has set.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "AWS's own form of it")]
pub(crate) struct PasswordPolicy {
    pub(crate) least_length: usize,
    pub(crate) needs_symbols: bool,
    pub(crate) needs_numbers: bool,
    pub(crate) needs_uppercase: bool,
    pub(crate) needs_lowercase: bool,
    pub(crate) users_may_change: bool,
    /// In days.
    pub(crate) longest_age: Option<i64>,
    /// How many passwords are remembered.
    pub(crate) remembered: Option<usize>,
    pub(crate) is_expiry_hard: Option<bool>,
}

/// What reports an account has asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reports {
    /// The credential report, and when it was made.
    pub(crate) credentials: Option<(Timestamp, String)>,
    /// Reports of what services an entity last accessed, by their job.
    pub(crate) accesses: BTreeMap<String, AccessJob>,
    /// Deletions of service-linked roles, by their task.
    pub(crate) deletions: BTreeMap<String, Deletion>,
}

/// A report of what services an entity last accessed.
#[derive(Clone, Debug)]
pub(crate) struct AccessJob {
    pub(crate) created: Timestamp,
    pub(crate) is_by_action: bool,
    /// By the service's prefix.
    pub(crate) services: BTreeMap<String, Vec<EntityAccess>>,
}

/// What one entity did in one service.
#[derive(Clone, Debug)]
pub(crate) struct EntityAccess {
    pub(crate) entity: EntityName,
    pub(crate) used: Option<super::uses::ServiceUse>,
}

/// What an entity is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntityName {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) id: String,
    /// `USER` or `ROLE`.
    pub(crate) kind: &'static str,
}

/// The deletion of a service-linked role.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    pub(crate) role: String,
}
