//! An account taken apart into what a call can change: each inline policy, attachment, tag and document by itself.

use std::fmt;

use iam_policy::Arn;

use super::observed::{ObservedAccount, ObservedPrincipal, PolicyText};
use super::operation::Operation;
use crate::team::Grantee;

/// One thing that calls make, change and remove.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A customer managed policy: what it says, and how many versions it has.
    Policy(Arn),
    /// A principal: that it is there.
    Principal(Grantee),
    /// Its permissions boundary.
    Boundary(Grantee),
    /// Its trust policy.
    Trust(Grantee),
    /// One of its inline policies.
    Inline(Grantee, String),
    /// A managed policy on it.
    Attached(Grantee, Arn),
    /// One of its tags.
    Tag(Grantee, String),
}

impl Part {
    /// Every part of a principal.
    pub(super) fn of_principal(grantee: &Grantee, principal: &ObservedPrincipal) -> Vec<Part> {
        let who = || grantee.clone();
        let mut parts = vec![Part::Principal(who()), Part::Boundary(who()), Part::Trust(who())];
        parts.extend(
            principal
                .inline
                .keys()
                .map(|name| Part::Inline(who(), name.clone())),
        );
        parts.extend(
            principal
                .attached
                .iter()
                .map(|arn| Part::Attached(who(), arn.clone())),
        );
        parts.extend(principal.tags.keys().map(|key| Part::Tag(who(), key.clone())));
        parts
    }

    /// What a call changes in an account.
    pub(super) fn changed_by(operation: &Operation, account: &ObservedAccount) -> Vec<Part> {
        let of_role = |role: &crate::team::RoleName| Grantee::Role(role.clone());
        match operation {
            Operation::CreatePolicy { arn, .. }
            | Operation::CreatePolicyVersion { arn, .. }
            | Operation::DeletePolicyVersion { arn, .. }
            | Operation::DeletePolicy { arn } => vec![Part::Policy(arn.clone())],
            Operation::AttachPolicy { principal, arn } | Operation::DetachPolicy { principal, arn } => {
                vec![Part::Attached(principal.clone(), arn.clone())]
            }
            Operation::PutInlinePolicy { principal, name, .. }
            | Operation::DeleteInlinePolicy { principal, name } => {
                vec![Part::Inline(principal.clone(), name.clone())]
            }
            Operation::Tag { principal, tags } => tags
                .keys()
                .map(|key| Part::Tag(principal.clone(), key.clone()))
                .collect(),
            Operation::Untag { principal, keys } => keys
                .iter()
                .map(|key| Part::Tag(principal.clone(), key.clone()))
                .collect(),
            Operation::CreateRole { arn, tags, .. } => {
                let Some(Ok(name)) = arn.iam_name().map(str::parse) else {
                    return Vec::new();
                };
                let role = Grantee::Role(name);
                let mut parts: Vec<Part> = tags
                    .keys()
                    .map(|key| Part::Tag(role.clone(), key.clone()))
                    .collect();
                parts.extend([
                    Part::Principal(role.clone()),
                    Part::Boundary(role.clone()),
                    Part::Trust(role),
                ]);
                parts
            }
            Operation::DeleteRole { role } => {
                let role = of_role(role);
                let principal = account.principals.get(&role);
                principal.map_or_else(Vec::new, |principal| Part::of_principal(&role, principal))
            }
            Operation::UpdateTrust { role, .. } => vec![Part::Trust(of_role(role))],
            Operation::PutBoundary { role, .. } | Operation::DeleteBoundary { role } => {
                vec![Part::Boundary(of_role(role))]
            }
        }
    }

    /// Whose part it is, as people and plan files call it.
    pub(super) fn owner(&self) -> String {
        match self {
            Part::Policy(arn) => format!("policy {arn}"),
            Part::Principal(who)
            | Part::Boundary(who)
            | Part::Trust(who)
            | Part::Inline(who, _)
            | Part::Attached(who, _)
            | Part::Tag(who, _) => who.to_string(),
        }
    }

    /// What it is now; `None` where there is no such thing.
    pub(super) fn value(&self, account: &ObservedAccount) -> Option<String> {
        let principal = |who: &Grantee| account.principals.get(who);
        match self {
            Part::Policy(arn) => {
                let policy = account.policies.get(arn)?;
                // Versions are numbered by IAM, which never uses a number again: how many there are can be foreseen.
                Some(format!("{} {}", policy.versions.len(), meaning(&policy.document)))
            }
            Part::Principal(who) => Some(principal(who)?.arn.to_string()),
            Part::Boundary(who) => principal(who)?.boundary.as_ref().map(ToString::to_string),
            Part::Trust(who) => principal(who)?.trust.as_ref().map(meaning),
            Part::Inline(who, name) => principal(who)?.inline.get(name).map(meaning),
            Part::Attached(who, arn) => principal(who)?.attached.get(arn).map(ToString::to_string),
            Part::Tag(who, key) => principal(who)?.tags.get(key).cloned(),
        }
    }
}

/// A document without how it is laid out.
fn meaning(text: &PolicyText) -> String {
    text.document
        .as_ref()
        .map_or_else(|| text.text.clone(), iam_policy::Document::to_minified)
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.owner())?;
        match self {
            Part::Policy(_) | Part::Principal(_) => Ok(()),
            Part::Boundary(_) => f.write_str(", its permissions boundary"),
            Part::Trust(_) => f.write_str(", its trust policy"),
            Part::Inline(_, name) => write!(f, ", inline policy {name}"),
            Part::Attached(_, arn) => write!(f, ", attachment of {arn}"),
            Part::Tag(_, key) => write!(f, ", tag {key}"),
        }
    }
}
