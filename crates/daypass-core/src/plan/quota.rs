//! AWS's quotas and what a plan uses of them. Figures: "IAM and AWS STS quotas" in the IAM User Guide.

use std::collections::BTreeSet;

use iam_policy::Arn;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::effect;
use super::observed::{ObservedAccount, ObservedPrincipal, inline_limit};
use super::operation::Operation;
use crate::limits::TAGS;
use crate::packing::MANAGED_POLICY;
use crate::team::Grantee;

/// How much of a quota is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaUse {
    /// Whose it is: `user bert`, `policy payments-reports`, `account`.
    pub whose: String,
    /// Of what.
    pub quota: Quota,
    /// Now.
    pub before: usize,
    /// After the plan.
    pub after: usize,
    /// At most.
    pub limit: usize,
}

/// What there is only so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quota {
    /// Characters of a principal's inline policies, white space not counted.
    InlineCharacters,
    /// Managed policies attached to a principal.
    AttachedPolicies,
    /// Tags of a principal.
    Tags,
    /// Characters of a customer managed policy, white space not counted.
    PolicyCharacters,
    /// Customer managed policies of the account.
    Policies,
    /// Roles of the account.
    Roles,
}

impl Quota {
    /// Those of users, roles and groups.
    pub(super) const OF_PRINCIPALS: [Quota; 3] =
        [Quota::InlineCharacters, Quota::AttachedPolicies, Quota::Tags];

    /// Whether the account may have been given more than the default, which is what is told of it.
    pub const fn is_default(self) -> bool {
        matches!(self, Quota::Policies | Quota::Roles)
    }
}

/// The account's quota of customer managed policies, if nothing else was agreed.
const POLICIES: usize = 1_500;
/// And of roles.
const ROLES: usize = 1_000;

/// What a principal uses of one of its quotas.
pub(super) fn used(principal: &ObservedPrincipal, quota: Quota) -> usize {
    match quota {
        Quota::InlineCharacters => principal
            .inline
            .values()
            .map(super::observed::PolicyText::size)
            .sum(),
        Quota::AttachedPolicies => principal.attached.len(),
        Quota::Tags => principal.tags.len(),
        Quota::PolicyCharacters | Quota::Policies | Quota::Roles => 0,
    }
}

/// What there is of one of a principal's quotas.
pub(super) fn limit(who: &Grantee, quota: Quota, account: &ObservedAccount) -> usize {
    match quota {
        Quota::InlineCharacters => inline_limit(who),
        Quota::AttachedPolicies => account.attachments.of(who),
        Quota::Tags => TAGS,
        Quota::PolicyCharacters => MANAGED_POLICY,
        Quota::Policies => POLICIES,
        Quota::Roles => ROLES,
    }
}

/// The quotas that changes use more or less of, before and after.
pub(super) fn quotas(changes: &[Change], observed: &ObservedAccount) -> Vec<QuotaUse> {
    let mut after = observed.clone();
    let mut principals = BTreeSet::new();
    let mut policies = BTreeSet::new();
    for operation in changes.iter().flat_map(|change| &change.operations) {
        effect::apply(&mut after, operation);
        principals.extend(operation.principal().cloned());
        match operation {
            Operation::CreatePolicy { arn, .. } | Operation::CreatePolicyVersion { arn, .. } => {
                policies.insert(arn.clone());
            }
            _ => {}
        }
    }
    let mut uses: Vec<QuotaUse> = policies
        .iter()
        .filter_map(|arn| of_policy(arn, observed, &after))
        .collect();
    for who in &principals {
        // What is gone uses nothing, and nobody has to know.
        if let Some(is) = after.principals.get(who) {
            let was = observed.principals.get(who);
            uses.extend(Quota::OF_PRINCIPALS.into_iter().map(|quota| QuotaUse {
                whose: who.to_string(),
                quota,
                before: was.map_or(0, |was| used(was, quota)),
                after: used(is, quota),
                limit: limit(who, quota, observed),
            }));
        }
    }
    let of_account = |quota, count: fn(&ObservedAccount) -> usize, limit| QuotaUse {
        whose: "account".to_owned(),
        quota,
        before: count(observed),
        after: count(&after),
        limit,
    };
    uses.push(of_account(
        Quota::Policies,
        |account| account.policies.len(),
        POLICIES,
    ));
    uses.push(of_account(Quota::Roles, roles, ROLES));
    uses.retain(|one| one.before != one.after);
    uses
}

fn of_policy(arn: &Arn, observed: &ObservedAccount, after: &ObservedAccount) -> Option<QuotaUse> {
    let size = |account: &ObservedAccount| Some(account.policies.get(arn)?.document.size());
    Some(QuotaUse {
        whose: format!("policy {}", arn.iam_name()?),
        quota: Quota::PolicyCharacters,
        before: size(observed).unwrap_or(0),
        after: size(after)?,
        limit: MANAGED_POLICY,
    })
}

fn roles(account: &ObservedAccount) -> usize {
    let is_role = |who: &&Grantee| matches!(who, Grantee::Role(_));
    account.principals.keys().filter(is_role).count()
}
