//! One write in an account: one call of IAM's.

use std::collections::BTreeMap;
use std::fmt;

use iam_policy::Arn;
use serde::{Deserialize, Serialize};

use super::as_text;
use crate::team::{Grantee, RoleName};

/// A call that changes an account. Documents are minified text, as they are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", deny_unknown_fields)]
pub enum Operation {
    /// Makes a customer managed policy.
    CreatePolicy {
        /// What it will be.
        #[serde(with = "as_text")]
        arn: Arn,
        /// Its first version.
        document: String,
        /// For people.
        description: String,
        /// For people too: what they say stands in the path, the name and the document.
        tags: BTreeMap<String, String>,
    },
    /// Makes a new default version.
    CreatePolicyVersion {
        /// Of this policy.
        #[serde(with = "as_text")]
        arn: Arn,
        /// The version.
        document: String,
    },
    /// Removes a version that is not in force.
    DeletePolicyVersion {
        /// Of this policy.
        #[serde(with = "as_text")]
        arn: Arn,
        /// Its id.
        version: String,
    },
    /// Removes a customer managed policy.
    DeletePolicy {
        /// Which.
        #[serde(with = "as_text")]
        arn: Arn,
    },
    /// Attaches a managed policy.
    AttachPolicy {
        /// To whom.
        principal: Grantee,
        /// Which.
        #[serde(with = "as_text")]
        arn: Arn,
    },
    /// Detaches a managed policy.
    DetachPolicy {
        /// From whom.
        principal: Grantee,
        /// Which.
        #[serde(with = "as_text")]
        arn: Arn,
    },
    /// Writes an inline policy, in place of one of the same name.
    PutInlinePolicy {
        /// Whose.
        principal: Grantee,
        /// Its name.
        name: String,
        /// What it says.
        document: String,
    },
    /// Removes an inline policy.
    DeleteInlinePolicy {
        /// Whose.
        principal: Grantee,
        /// Its name.
        name: String,
    },
    /// Sets tags of a user or role.
    Tag {
        /// Whose.
        principal: Grantee,
        /// Keys and values.
        tags: BTreeMap<String, String>,
    },
    /// Removes tags of a user or role.
    Untag {
        /// Whose.
        principal: Grantee,
        /// Which.
        keys: Vec<String>,
    },
    /// Makes a role.
    CreateRole {
        /// What it will be.
        #[serde(with = "as_text")]
        arn: Arn,
        /// Whom it lets in.
        trust: String,
        /// For people.
        description: String,
        /// Its permissions boundary.
        #[serde(with = "as_text::optional", default, skip_serializing_if = "Option::is_none")]
        boundary: Option<Arn>,
        /// Whose it is.
        tags: BTreeMap<String, String>,
    },
    /// Changes whom a role lets in.
    UpdateTrust {
        /// Which role.
        role: RoleName,
        /// The new trust policy.
        trust: String,
    },
    /// Sets a role's permissions boundary.
    PutBoundary {
        /// Which role.
        role: RoleName,
        /// The boundary.
        #[serde(with = "as_text")]
        boundary: Arn,
    },
    /// Takes a role's permissions boundary away.
    DeleteBoundary {
        /// Which role.
        role: RoleName,
    },
    /// Removes a role.
    DeleteRole {
        /// Which.
        role: RoleName,
    },
}

impl Operation {
    /// The operation of IAM's API that it is.
    pub const fn api_name(&self) -> &'static str {
        macro_rules! of_kind {
            ($principal:expr, $user:literal, $role:literal, $group:literal) => {
                match $principal {
                    Grantee::User(_) => $user,
                    Grantee::Role(_) => $role,
                    Grantee::Group(_) => $group,
                }
            };
        }
        match self {
            Operation::CreatePolicy { .. } => "CreatePolicy",
            Operation::CreatePolicyVersion { .. } => "CreatePolicyVersion",
            Operation::DeletePolicyVersion { .. } => "DeletePolicyVersion",
            Operation::DeletePolicy { .. } => "DeletePolicy",
            Operation::AttachPolicy { principal, .. } => {
                of_kind!(
                    principal,
                    "AttachUserPolicy",
                    "AttachRolePolicy",
                    "AttachGroupPolicy"
                )
            }
            Operation::DetachPolicy { principal, .. } => {
                of_kind!(
                    principal,
                    "DetachUserPolicy",
                    "DetachRolePolicy",
                    "DetachGroupPolicy"
                )
            }
            Operation::PutInlinePolicy { principal, .. } => {
                of_kind!(principal, "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy")
            }
            Operation::DeleteInlinePolicy { principal, .. } => {
                of_kind!(
                    principal,
                    "DeleteUserPolicy",
                    "DeleteRolePolicy",
                    "DeleteGroupPolicy"
                )
            }
            // A group takes no tags, and none is ever planned.
            Operation::Tag { principal, .. } => of_kind!(principal, "TagUser", "TagRole", "TagGroup"),
            Operation::Untag { principal, .. } => of_kind!(principal, "UntagUser", "UntagRole", "UntagGroup"),
            Operation::CreateRole { .. } => "CreateRole",
            Operation::UpdateTrust { .. } => "UpdateAssumeRolePolicy",
            Operation::PutBoundary { .. } => "PutRolePermissionsBoundary",
            Operation::DeleteBoundary { .. } => "DeleteRolePermissionsBoundary",
            Operation::DeleteRole { .. } => "DeleteRole",
        }
    }
}

impl Operation {
    /// Whose attachments, inline policies or tags it changes.
    pub(super) fn principal(&self) -> Option<&Grantee> {
        match self {
            Operation::AttachPolicy { principal, .. }
            | Operation::DetachPolicy { principal, .. }
            | Operation::PutInlinePolicy { principal, .. }
            | Operation::DeleteInlinePolicy { principal, .. }
            | Operation::Tag { principal, .. }
            | Operation::Untag { principal, .. } => Some(principal),
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.api_name())?;
        match self {
            Operation::CreatePolicy { arn, .. }
            | Operation::CreatePolicyVersion { arn, .. }
            | Operation::DeletePolicy { arn }
            | Operation::CreateRole { arn, .. } => write!(f, "{arn}"),
            Operation::DeletePolicyVersion { arn, version } => write!(f, "{arn} {version}"),
            Operation::AttachPolicy { principal, arn } | Operation::DetachPolicy { principal, arn } => {
                write!(f, "{} {arn}", principal.name())
            }
            Operation::PutInlinePolicy { principal, name, .. }
            | Operation::DeleteInlinePolicy { principal, name } => write!(f, "{} {name}", principal.name()),
            Operation::Tag { principal, .. } | Operation::Untag { principal, .. } => {
                f.write_str(principal.name())
            }
            Operation::UpdateTrust { role, .. }
            | Operation::PutBoundary { role, .. }
            | Operation::DeleteBoundary { role }
            | Operation::DeleteRole { role } => write!(f, "{role}"),
        }
    }
}
