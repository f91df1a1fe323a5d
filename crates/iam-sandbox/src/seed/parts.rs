//! What a seed is made of, once it has been read: values that can become entities without another question.

use bytes::Bytes;
use iam_policy::AccountId;
use jiff::Timestamp;

use crate::world::entity::{Policies, PolicyText, Tags};
use crate::world::identity::PasswordPolicy;
use crate::world::organization::Organization;
use crate::world::storage::{Goal, Traits};

/// A world to be.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The first account.
    pub(super) default: AccountId,
    /// In the order in which they were written.
    pub(super) accounts: Vec<AccountSeed>,
    pub(super) organization: Option<Organization>,
}

#[derive(Clone, Debug)]
pub(super) struct AccountSeed {
    pub(super) id: AccountId,
    pub(super) settings: Settings,
    pub(super) policies: Vec<PolicySeed>,
    pub(super) groups: Vec<GroupSeed>,
    pub(super) users: Vec<UserSeed>,
    pub(super) roles: Vec<RoleSeed>,
    pub(super) buckets: Vec<BucketSeed>,
    pub(super) instances: Vec<InstanceSeed>,
}

/// What every entity of IAM has. Ids and instants that are not given are made.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: Option<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) tags: Tags,
}

#[derive(Clone, Debug)]
pub(super) struct UserSeed {
    pub(super) identity: Identity,
    pub(super) policies: Policies,
    pub(super) groups: Vec<String>,
    pub(super) boundary: Option<String>,
    pub(super) keys: Vec<KeySeed>,
    pub(super) login: Option<LoginSeed>,
}

/// What an account has beside users, groups, roles and policies.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) alias: Option<String>,
    pub(super) password_policy: Option<PasswordPolicy>,
    pub(super) mfa_devices: Vec<MfaSeed>,
    pub(super) instance_profiles: Vec<ProfileSeed>,
    pub(super) oidc_providers: Vec<OidcSeed>,
    pub(super) saml_providers: Vec<SamlSeed>,
}

/// A password, or its digest.
#[derive(Clone, Debug)]
pub(super) struct LoginSeed {
    pub(super) password: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) earlier: Vec<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) changed: Option<Timestamp>,
    pub(super) is_to_be_reset: bool,
}

#[derive(Clone, Debug)]
pub(super) struct MfaSeed {
    pub(super) identity: Identity,
    /// Made if it is not given.
    pub(super) seed: Option<Vec<u8>>,
    pub(super) user: Option<String>,
    pub(super) enabled: Option<Timestamp>,
    pub(super) drift: i64,
}

#[derive(Clone, Debug)]
pub(super) struct ProfileSeed {
    pub(super) identity: Identity,
    pub(super) role: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct OidcSeed {
    pub(super) url: String,
    pub(super) clients: Vec<String>,
    pub(super) thumbprints: Vec<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) tags: Tags,
}

#[derive(Clone, Debug)]
pub(super) struct SamlSeed {
    pub(super) identity: Identity,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) metadata: String,
    pub(super) encryption: Option<String>,
    pub(super) keys: Vec<(String, Timestamp)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct KeySeed {
    pub(super) id: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) is_inactive: bool,
    pub(super) created: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub(super) struct GroupSeed {
    pub(super) identity: Identity,
    pub(super) policies: Policies,
}

#[derive(Clone, Debug)]
pub(super) struct RoleSeed {
    pub(super) identity: Identity,
    pub(super) policies: Policies,
    pub(super) boundary: Option<String>,
    pub(super) trust: PolicyText,
    pub(super) description: Option<String>,
    pub(super) max_session: i64,
}

#[derive(Clone, Debug)]
pub(super) struct PolicySeed {
    pub(super) identity: Identity,
    pub(super) description: Option<String>,
    pub(super) updated: Option<Timestamp>,
    /// At least one, by number; never more than five.
    pub(super) versions: Vec<VersionSeed>,
    pub(super) default: u32,
}

#[derive(Clone, Debug)]
pub(super) struct VersionSeed {
    pub(super) number: u32,
    pub(super) text: PolicyText,
    pub(super) created: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub(super) struct BucketSeed {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) created: Option<Timestamp>,
    pub(super) tags: Tags,
    pub(super) policy: Option<PolicyText>,
    pub(super) objects: Vec<ObjectSeed>,
}

#[derive(Clone, Debug)]
pub(super) struct ObjectSeed {
    pub(super) key: String,
    pub(super) body: Bytes,
    pub(super) traits: Traits,
    pub(super) modified: Option<Timestamp>,
    pub(super) tags: Tags,
}

#[derive(Clone, Debug)]
pub(super) struct InstanceSeed {
    pub(super) id: Option<String>,
    pub(super) region: String,
    pub(super) kind: String,
    pub(super) image: Option<String>,
    pub(super) goal: Goal,
    pub(super) launched: Option<Timestamp>,
    pub(super) private_address: Option<String>,
    pub(super) tags: Tags,
}
