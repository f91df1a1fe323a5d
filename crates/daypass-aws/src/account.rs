//! What an account holds, taken in one reading, to compare before and after.

use std::collections::BTreeSet;

use aws_sdk_iam::types::EntityType;

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// Everything of IAM's that an account holds: users, groups, roles, managed policies of its own, and what is on them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountSnapshot {
    entries: BTreeSet<String>,
}

impl AccountSnapshot {
    /// Reads the account (`GetAccountAuthorizationDetails`).
    pub async fn take(connection: &Connection) -> Result<AccountSnapshot, AwsError> {
        const OPERATION: &str = "GetAccountAuthorizationDetails";
        let iam = connection.iam();
        let kinds = [
            EntityType::User,
            EntityType::Group,
            EntityType::Role,
            EntityType::LocalManagedPolicy,
        ];
        let mut entries = BTreeSet::new();
        let mut marker: Option<String> = None;
        loop {
            let page = repeat(connection, OPERATION, || {
                iam.get_account_authorization_details()
                    .set_filter(Some(kinds.to_vec()))
                    .set_marker(marker.clone())
                    .send()
            })
            .await?;
            for user in page.user_detail_list() {
                let arn = user.arn().unwrap_or_default();
                entries.insert(format!("user {arn}"));
                let inline = user
                    .user_policy_list()
                    .iter()
                    .filter_map(|policy| policy.policy_name());
                add_policies(&mut entries, arn, inline, user.attached_managed_policies());
            }
            for role in page.role_detail_list() {
                let arn = role.arn().unwrap_or_default();
                entries.insert(format!("role {arn}"));
                let inline = role
                    .role_policy_list()
                    .iter()
                    .filter_map(|policy| policy.policy_name());
                add_policies(&mut entries, arn, inline, role.attached_managed_policies());
            }
            for group in page.group_detail_list() {
                let arn = group.arn().unwrap_or_default();
                entries.insert(format!("group {arn}"));
                let inline = group
                    .group_policy_list()
                    .iter()
                    .filter_map(|policy| policy.policy_name());
                add_policies(&mut entries, arn, inline, group.attached_managed_policies());
            }
            for policy in page.policies() {
                let arn = policy.arn().unwrap_or_default();
                let version = policy.default_version_id().unwrap_or_default();
                entries.insert(format!("managed policy {arn} {version}"));
            }
            marker = page.marker().filter(|_| page.is_truncated()).map(str::to_owned);
            if marker.is_none() {
                return Ok(AccountSnapshot { entries });
            }
        }
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What `later` has and this has not, then what this has and `later` has not (`+ ...`, `- ...`).
    pub fn changes_to(&self, later: &AccountSnapshot) -> Vec<String> {
        let added = later
            .entries
            .difference(&self.entries)
            .map(|entry| format!("+ {entry}"));
        let removed = self
            .entries
            .difference(&later.entries)
            .map(|entry| format!("- {entry}"));
        added.chain(removed).collect()
    }
}

fn add_policies<'a>(
    entries: &mut BTreeSet<String>,
    owner: &str,
    inline: impl Iterator<Item = &'a str>,
    attached: &[aws_sdk_iam::types::AttachedPolicy],
) {
    entries.extend(inline.map(|name| format!("inline policy {name} of {owner}")));
    let arns = attached.iter().filter_map(|policy| policy.policy_arn());
    entries.extend(arns.map(|arn| format!("attachment of {arn} to {owner}")));
}
