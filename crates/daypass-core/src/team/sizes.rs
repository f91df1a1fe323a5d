//! Whether AWS takes the documents that a grant becomes: measured with the end in them, before anything is called.
//! IAM User Guide, "IAM and AWS STS quotas".

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{AccountId, Document};

use super::desired::{Delivery, Grant, TeamPolicy, Term};
use super::finding::{Findings, Rule};
use super::names::Grantee;
use super::policies::PolicyDraft;
use super::reader::At;
use super::resolve::assumes_roles;
use crate::packing::{MANAGED_POLICY, packed};
use crate::plan::{DOCUMENTS, role_size};

/// Managed policies attached to one user, role or group, by default.
const ATTACHED: usize = 10;

/// What has been measured: the same policy is granted many times, and told once.
#[derive(Default)]
pub(super) struct Sizes {
    told: BTreeSet<(String, bool, bool, bool, bool)>,
}

impl Sizes {
    /// Whether some delivery of the policy fits.
    pub(super) fn fits(
        &mut self,
        draft: &PolicyDraft,
        policy: &TeamPolicy,
        term: Term,
        grantees: &[At<Grantee>],
        findings: &mut Findings,
    ) {
        let is_permanent = term == Term::Permanent;
        let starts = matches!(term, Term::Until { start: Some(_), .. });
        let group = grantees.iter().find(|grantee| !assumes_roles(&grantee.value));
        if let (Some(group), false, Delivery::Role) = (group, is_permanent, policy.delivery) {
            let message = format!(
                "{} is delivered by a role, and a group cannot assume one",
                policy.key
            );
            let help = "name users in place of the group, or set the policy's `delivery` to policy";
            findings.error(&group.place, Rule::NotByRole, message, help);
            return;
        }
        // An entry may name groups beside people, and what does for the one may not for the other.
        let others = grantees.iter().any(|grantee| assumes_roles(&grantee.value));
        let measured = (
            policy.key.to_string(),
            is_permanent,
            starts,
            group.is_some(),
            others,
        );
        if !self.told.insert(measured) {
            return;
        }
        let place = draft
            .document
            .as_ref()
            .map_or(&draft.key.place, |document| &document.place);
        let wrong = match term {
            Term::Permanent => permanent(policy),
            Term::Until { .. } => {
                let as_policies = || as_policies(policy, term);
                let as_role = || as_role(policy, term);
                let by_policies = || match as_policies() {
                    AsPolicies::Documents(_) => None,
                    AsPolicies::TooLarge(wrong) => Some(wrong),
                };
                let either = || match as_policies() {
                    AsPolicies::Documents(..=DOCUMENTS) => None,
                    _ => as_role(),
                };
                match policy.delivery {
                    Delivery::Role => as_role(),
                    Delivery::Policy => by_policies(),
                    Delivery::Auto => {
                        let for_group = group.and_then(|_| by_policies());
                        for_group.or_else(|| others.then(either).flatten())
                    }
                }
            }
        };
        if let Some(wrong) = wrong {
            let help = "shorten it: wildcards for actions, statements put together, or two policies of it";
            findings.error(
                place,
                Rule::TooLarge,
                format!("policy {} is too large: {wrong}", policy.key),
                help,
            );
        }
    }
}

/// Whether a grantee has more policies in an account than can be attached by default.
pub(super) fn too_many(grants: &[At<Grant>], account: &AccountId, findings: &mut Findings) {
    let mut attached: BTreeMap<&Grantee, BTreeSet<String>> = BTreeMap::new();
    for grant in grants.iter().filter(|grant| grant.value.term == Term::Permanent) {
        let policy = &grant.value.policy;
        let has = attached.entry(&grant.value.grantee).or_default();
        let before = has.len();
        has.extend(policy.managed.iter().map(ToString::to_string));
        has.extend(policy.document.as_ref().map(|_| policy.name.to_string()));
        if before <= ATTACHED && has.len() > ATTACHED {
            let message = format!(
                "{} would have {} managed policies in account {account}, by default AWS attaches {ATTACHED}",
                grant.value.grantee,
                has.len()
            );
            let help = "put policies together, grant to a group, or raise the account's quota";
            findings.warning(&grant.place, Rule::TooMany, message, help);
        }
    }
}

/// What is too large about a permanent grant.
fn permanent(policy: &TeamPolicy) -> Option<String> {
    if policy.require_mfa && !policy.managed.is_empty() {
        // What asks for MFA cannot be attached as it is: copies that ask for it are.
        return match as_policies(policy, Term::Permanent) {
            AsPolicies::Documents(_) => None,
            AsPolicies::TooLarge(wrong) => Some(wrong),
        };
    }
    let size = policy.document_for(Term::Permanent)?.iam_size();
    (size > MANAGED_POLICY).then(|| {
        format!("its statements have {size} characters (white space not counted), a managed policy may have {MANAGED_POLICY}")
    })
}

/// What becomes of a grant as policies.
enum AsPolicies {
    /// So many documents.
    Documents(usize),
    /// No documents that AWS takes.
    TooLarge(String),
}

/// Packed as a plan packs them. Of managed policies that the catalog does not have nothing is known here.
fn as_policies(policy: &TeamPolicy, term: Term) -> AsPolicies {
    let managed = policy
        .managed
        .iter()
        .filter_map(|arn| iam_catalog::managed_policy(arn.as_str()))
        .filter_map(|text| Document::parse(text).ok())
        .map(|document| policy.conditioned(&document, term));
    let documents: Vec<Document> = policy.document_for(term).into_iter().chain(managed).collect();
    match packed(&documents, MANAGED_POLICY) {
        Err(wrong) => AsPolicies::TooLarge(wrong.to_string()),
        Ok(documents) if documents.len() > ATTACHED => AsPolicies::TooLarge(format!(
            "it becomes {} managed policies, by default AWS attaches {ATTACHED}",
            documents.len()
        )),
        Ok(documents) => AsPolicies::Documents(documents.len()),
    }
}

/// What is too large for a role.
fn as_role(policy: &TeamPolicy, term: Term) -> Option<String> {
    if policy.managed.len() > ATTACHED {
        let many = policy.managed.len();
        return Some(format!(
            "it has {many} managed policies, by default AWS attaches {ATTACHED} to a role"
        ));
    }
    let (size, limit) = role_size(policy, term);
    (size > limit).then(|| {
        format!(
            "its statements have {size} characters with their end (white space not counted), a role's inline policies \
             may have {limit} beside what revokes them"
        )
    })
}
