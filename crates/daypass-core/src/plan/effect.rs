//! What a write does to an account, as IAM does it: the plan looks ahead with it, and tests check plans with it.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;

use super::observed::{ObservedAccount, ObservedPolicy, ObservedPrincipal, PolicyText, PolicyVersion};
use super::operation::Operation;
use crate::team::Grantee;

/// Does to `account` what `operation` does in IAM. What IAM would refuse (nobody there, something in the way) does
/// nothing.
pub fn apply(account: &mut ObservedAccount, operation: &Operation) {
    match operation {
        Operation::CreatePolicy { arn, document, .. } => {
            account
                .policies
                .entry(arn.clone())
                .or_insert_with(|| ObservedPolicy {
                    arn: arn.clone(),
                    document: PolicyText::new(document.as_str()),
                    versions: vec![version(1)],
                });
        }
        Operation::CreatePolicyVersion { arn, document } => {
            if let Some(policy) = account.policies.get_mut(arn) {
                let next = policy.versions.iter().filter_map(number).max().unwrap_or(0) + 1;
                for old in &mut policy.versions {
                    old.is_default = false;
                }
                policy.versions.push(version(next));
                policy.document = PolicyText::new(document.as_str());
            }
        }
        Operation::DeletePolicyVersion { arn, version } => {
            if let Some(policy) = account.policies.get_mut(arn) {
                policy.versions.retain(|one| one.is_default || one.id != *version);
            }
        }
        Operation::DeletePolicy { arn } => {
            let is_attached = account.principals.values().any(|one| one.attached.contains(arn));
            if !is_attached {
                account.policies.remove(arn);
            }
        }
        Operation::CreateRole {
            arn,
            trust,
            boundary,
            tags,
            ..
        } => create_role(account, arn, trust, boundary.as_ref(), tags),
        Operation::DeleteRole { role } => {
            let grantee = Grantee::Role(role.clone());
            let is_bare = |one: &ObservedPrincipal| one.attached.is_empty() && one.inline.is_empty();
            if account.principals.get(&grantee).is_some_and(is_bare) {
                account.principals.remove(&grantee);
            }
        }
        Operation::AttachPolicy { principal, .. }
        | Operation::DetachPolicy { principal, .. }
        | Operation::PutInlinePolicy { principal, .. }
        | Operation::DeleteInlinePolicy { principal, .. }
        | Operation::Tag { principal, .. }
        | Operation::Untag { principal, .. } => {
            if let Some(own) = account.principals.get_mut(principal) {
                apply_to_principal(own, operation);
            }
        }
        Operation::UpdateTrust { role, .. }
        | Operation::PutBoundary { role, .. }
        | Operation::DeleteBoundary { role } => {
            if let Some(own) = account.principals.get_mut(&Grantee::Role(role.clone())) {
                apply_to_principal(own, operation);
            }
        }
    }
}

fn create_role(
    account: &mut ObservedAccount,
    arn: &Arn,
    trust: &str,
    boundary: Option<&Arn>,
    tags: &BTreeMap<String, String>,
) {
    let Some(Ok(name)) = arn.iam_name().map(str::parse) else {
        return;
    };
    account
        .principals
        .entry(Grantee::Role(name))
        .or_insert_with(|| ObservedPrincipal {
            arn: arn.clone(),
            inline: BTreeMap::new(),
            attached: BTreeSet::new(),
            tags: tags.clone(),
            boundary: boundary.cloned(),
            trust: Some(PolicyText::new(trust)),
        });
}

fn apply_to_principal(principal: &mut ObservedPrincipal, operation: &Operation) {
    match operation {
        Operation::AttachPolicy { arn, .. } => {
            principal.attached.insert(arn.clone());
        }
        Operation::DetachPolicy { arn, .. } => {
            principal.attached.remove(arn);
        }
        Operation::PutInlinePolicy { name, document, .. } => {
            principal
                .inline
                .insert(name.clone(), PolicyText::new(document.as_str()));
        }
        Operation::DeleteInlinePolicy { name, .. } => {
            principal.inline.remove(name);
        }
        Operation::Tag { tags, .. } => principal.tags.extend(tags.clone()),
        Operation::Untag { keys, .. } => {
            for key in keys {
                principal.tags.remove(key);
            }
        }
        Operation::UpdateTrust { trust, .. } => principal.trust = Some(PolicyText::new(trust.as_str())),
        Operation::PutBoundary { boundary, .. } => principal.boundary = Some(boundary.clone()),
        Operation::DeleteBoundary { .. } => principal.boundary = None,
        _ => {}
    }
}

fn version(number: u32) -> PolicyVersion {
    PolicyVersion {
        id: format!("v{number}"),
        is_default: true,
        created: None,
    }
}

/// The number in a version's id; they are counted up and never used again.
pub(super) fn number(version: &PolicyVersion) -> Option<u32> {
    version.id.strip_prefix('v')?.parse().ok()
}
