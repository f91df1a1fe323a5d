//! Everything that exists: accounts with their IAM entities, credentials, buckets and instances.
//! Plain data with its histories; rules live with the operations and the authorizer.

pub(crate) mod credential;
pub(crate) mod entity;
pub(crate) mod identity;
pub(crate) mod login;
pub(crate) mod organization;
pub(crate) mod pins;
pub(crate) mod seed;
pub(crate) mod storage;
mod travel;
pub(crate) mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::AccountId;

use crate::history::{History, Table, View};
use crate::seal::Seal;
use credential::{AccessKeyRecord, Sessions};
use entity::{Group, ManagedPolicy, Role, User};
use identity::{
    AccountAlias, InstanceProfile, MfaDevice, OidcProvider, PasswordPolicy, Reports, SamlProvider,
};
use organization::Organization;
use storage::{Bucket, Instance};
use uses::Uses;

/// The whole world.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<AccountId, Account>,
    /// Long-term access keys by their id, over all accounts.
    pub(crate) keys: BTreeMap<String, History<AccessKeyRecord>>,
    /// Temporary credentials by their access key id.
    pub(crate) sessions: Sessions,
    /// What was last used when.
    pub(crate) uses: Uses,
    /// Buckets by name: one namespace for all accounts.
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// Tokens of identity providers that these have revoked.
    pub(crate) revoked_tokens: BTreeSet<String>,
    pub(crate) organization: Option<Organization>,
    /// What encoded authorization messages are sealed with.
    pub(crate) seal: Seal,
}

/// One account.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) users: Table<User>,
    pub(crate) groups: Table<Group>,
    pub(crate) roles: Table<Role>,
    /// Customer managed policies, by name.
    pub(crate) policies: Table<ManagedPolicy>,
    pub(crate) instance_profiles: Table<InstanceProfile>,
    /// By their serial number.
    pub(crate) mfa_devices: Table<MfaDevice>,
    /// By the issuer's URL without `https://`.
    pub(crate) oidc_providers: Table<OidcProvider>,
    pub(crate) saml_providers: Table<SamlProvider>,
    pub(crate) alias: History<AccountAlias>,
    pub(crate) password_policy: History<PasswordPolicy>,
    pub(crate) reports: Reports,
    pub(crate) instances: Vec<Instance>,
}

impl World {
    pub(crate) fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub(crate) fn account_mut(&mut self, id: &AccountId) -> &mut Account {
        self.accounts.entry(id.clone()).or_default()
    }

    /// The access keys of a user, as one replica knows them, oldest first.
    pub(crate) fn keys_of(&self, account: &AccountId, user: &str, view: View) -> Vec<Arc<AccessKeyRecord>> {
        self.owned_keys(account, user, |history| history.seen(view))
    }

    /// The access keys of a user, as the last write left them.
    pub(crate) fn newest_keys_of(&self, account: &AccountId, user: &str) -> Vec<Arc<AccessKeyRecord>> {
        self.owned_keys(account, user, History::newest)
    }

    fn owned_keys<'a>(
        &'a self,
        account: &AccountId,
        user: &str,
        look: impl Fn(&'a History<AccessKeyRecord>) -> Option<&'a Arc<AccessKeyRecord>>,
    ) -> Vec<Arc<AccessKeyRecord>> {
        let mut keys: Vec<_> = self
            .keys
            .values()
            .filter_map(look)
            .filter(|key| key.account == *account)
            .filter(|key| {
                key.user
                    .as_deref()
                    .is_some_and(|owner| owner.eq_ignore_ascii_case(user))
            })
            .cloned()
            .collect();
        keys.sort_by_key(|key| key.created);
        keys
    }
}

impl Account {
    /// How many entities hold a managed policy attached, and how many have it as boundary.
    pub(crate) fn uses_of(&self, policy_arn: &str) -> PolicyUses {
        let mut uses = PolicyUses::default();
        let mut count = |attached: &[String], boundary: Option<&String>| {
            uses.attached += usize::from(attached.iter().any(|arn| arn == policy_arn));
            uses.boundaries += usize::from(boundary.is_some_and(|arn| arn == policy_arn));
        };
        for user in self.users.all_newest() {
            count(&user.policies.attached, user.boundary.as_ref());
        }
        for role in self.roles.all_newest() {
            count(&role.policies.attached, role.boundary.as_ref());
        }
        for group in self.groups.all_newest() {
            count(&group.policies.attached, None);
        }
        uses
    }
}

/// Who uses a managed policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PolicyUses {
    pub(crate) attached: usize,
    pub(crate) boundaries: usize,
}
