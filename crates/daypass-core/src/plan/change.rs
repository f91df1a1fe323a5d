//! A plan: what is to change in each account, why, and the calls that do it.

use std::collections::BTreeMap;

use iam_policy::{AccountId, Arn};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::as_text;
use super::basis::Basis;
use super::operation::Operation;
use super::quota::QuotaUse;
use crate::team::{Entry, Environment, Grantee, IamPath, RoleName, SessionName, TeamName};

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The moment for which it was made.
    pub made_at: Timestamp,
    /// Of which teams.
    pub teams: Vec<TeamName>,
    /// Each account that was looked at, whether it changes or not.
    pub accounts: Vec<AccountPlan>,
    /// Accounts that could not be read, and of which nothing was planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// What is to change in one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPlan {
    /// The account.
    #[serde(with = "as_text")]
    pub account: AccountId,
    /// What the teams call it.
    pub environments: Vec<Environment>,
    /// How it is reached, and where in it what is ours stands.
    pub reach: Reach,
    /// Whose files were asked.
    pub teams: Vec<TeamName>,
    /// Other teams whose marks the account carries. What they have is left alone.
    pub others: Vec<TeamName>,
    /// What of the account the plan depends on.
    pub basis: Basis,
    /// In the order in which they are made.
    pub changes: Vec<Change>,
    /// What cannot be done, and why; the rest is.
    pub problems: Vec<Problem>,
    /// Quotas that are used otherwise than before.
    pub quotas: Vec<QuotaUse>,
    /// How many grants are there now: what a mass revocation is measured against.
    pub standing: usize,
}

/// What of a directory's settings it takes to carry out a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// The role that is assumed.
    pub deployer_role: RoleName,
    /// The name of the session.
    pub session_name: SessionName,
    /// The IAM path under which everything is made.
    pub policy_path: IamPath,
}

/// What happens to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A policy or role is made.
    Create,
    /// A policy or role says something else.
    Update,
    /// A managed policy is attached.
    Attach,
    /// A managed policy is detached.
    Detach,
    /// A policy, a role or a mark is removed.
    Remove,
}

impl ChangeKind {
    /// As written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Create => "create",
            ChangeKind::Update => "update",
            ChangeKind::Attach => "attach",
            ChangeKind::Detach => "detach",
            ChangeKind::Remove => "remove",
        }
    }
}

/// One change: a policy, a role or an attachment, and the calls that change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happens.
    pub kind: ChangeKind,
    /// To what.
    pub thing: Thing,
    /// Its name in IAM.
    pub name: String,
    /// Whose access it is about; none for a policy that several may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Grantee>,
    /// Whose files.
    pub team: TeamName,
    /// The team's name for the policy that is granted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub grant: String,
    /// Why, the most important first.
    pub why: Vec<Why>,
    /// When the access begins, if not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// How a temporary grant is delivered, and why so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivered>,
    /// Set where what carries our mark is not as it was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// The document before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The document after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The calls, in order.
    pub operations: Vec<Operation>,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Thing {
    /// A customer managed policy.
    Policy,
    /// An inline policy.
    InlinePolicy,
    /// A managed policy on a principal.
    Attachment,
    /// A role that delivers a grant.
    Role,
    /// A note of ours about an attachment.
    Mark,
}

/// Why something changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// An entry of the files asks for it.
    Asked(Source),
    /// Its end has passed.
    Ended {
        /// The end.
        at: Timestamp,
        /// The entry, if it is still in the files.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<Source>,
    },
    /// No entry asks for it any more.
    NotAsked,
    /// The same grant is delivered otherwise.
    Replaced,
    /// It was made by the tool that daypass replaces.
    TakenOver,
    /// Somebody asked for it to end now.
    Revoked,
}

/// An entry of a team's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The line on which the entry begins.
    pub line: u32,
    /// What it says it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

impl From<&Entry> for Source {
    fn from(entry: &Entry) -> Source {
        Source {
            file: entry.place.file.to_string(),
            line: entry.line,
            description: entry.description.clone(),
            reason: entry.reason.clone(),
            ticket: entry.ticket.clone(),
        }
    }
}

/// How a grant is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// As what.
    pub form: Form,
    /// Why so, for people.
    pub why: String,
}

/// What a grant becomes in IAM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Managed policies, attached as they are: permanent access.
    Attached,
    /// One inline policy of the grantee's.
    Inline,
    /// So many customer managed policies.
    Policies(usize),
    /// A role that only the grantee can assume.
    Role,
}

/// What carries our mark and is not as the files say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// Who changed it, if its tags tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
}

/// What cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Whose access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Grantee>,
    /// Whose files.
    pub team: TeamName,
    /// The team's name for the policy.
    pub grant: String,
    /// The entry that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.accounts.iter().all(|account| account.changes.is_empty())
    }
}

impl Change {
    /// The end of what it gives to somebody.
    pub fn gives_until(&self) -> Option<Timestamp> {
        let gives = matches!(
            self.kind,
            ChangeKind::Create | ChangeKind::Update | ChangeKind::Attach
        );
        self.ends_at.filter(|_| gives)
    }
}

impl AccountPlan {
    /// Customer managed policies that are not as the files say: their tags are not in the one listing, and may tell who
    /// has changed them.
    pub fn changed_policies(&self) -> Vec<Arn> {
        let drifted = self.changes.iter().filter(|change| change.drift.is_some());
        let versions = drifted.flat_map(|change| &change.operations);
        let arns = versions.filter_map(|operation| match operation {
            Operation::CreatePolicyVersion { arn, .. } => Some(arn.clone()),
            _ => None,
        });
        arns.collect()
    }

    /// Says of such a policy what its tags tell.
    pub fn tell_who_changed(&mut self, policy: &Arn, tags: &BTreeMap<String, String>) {
        let is_it = |operation: &Operation| matches!(operation, Operation::CreatePolicyVersion { arn, .. } if arn == policy);
        let about_it = self
            .changes
            .iter_mut()
            .filter(|change| change.operations.iter().any(is_it));
        for drift in about_it.filter_map(|change| change.drift.as_mut()) {
            drift.changed_by = super::difference::told_by(tags);
        }
    }
}
