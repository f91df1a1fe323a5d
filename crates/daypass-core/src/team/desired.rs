//! What the files ask for, account by account: who has which policy, until when, and which line says so.

use std::sync::Arc;

use iam_policy::{AccountId, Arn, Condition, Document, Effect, Statement};
use jiff::Timestamp;

use super::finding::Place;
use super::names::{Environment, Grantee, PolicyKey, PolicyName, TeamName};
use super::settings::{PolicyRef, TeamSettings};
use crate::expiry;

/// What a team's files ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredState {
    /// Whose files.
    pub team: TeamName,
    /// What holds for every team.
    pub settings: Arc<TeamSettings>,
    /// Every account of the team, by its id; one that nobody has access to as well.
    pub accounts: Vec<DesiredAccount>,
    /// Entries whose end has passed: they grant nothing, and are why something is to be removed.
    pub ended: Vec<EndedGrant>,
}

/// What is asked for in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesiredAccount {
    /// The account.
    pub account: AccountId,
    /// What the team calls it, as a rule by one name.
    pub environments: Vec<Environment>,
    /// By grantee, policy and term, whatever the order of the files.
    pub grants: Vec<Grant>,
}

/// One grantee's use of one policy in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What.
    pub policy: Arc<TeamPolicy>,
    /// How long.
    pub term: Term,
    /// Which entry asks for it.
    pub why: Arc<Entry>,
}

/// How long a grant lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// Until its entry is removed.
    Permanent,
    /// From `start` (or at once) to strictly before `end`.
    Until {
        /// The first instant, where the entry names one.
        start: Option<Timestamp>,
        /// The instant from which on there is no access.
        end: Timestamp,
    },
}

/// A grant that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedGrant {
    /// Where.
    pub account: AccountId,
    /// Who had it.
    pub grantee: Grantee,
    /// What.
    pub policy: PolicyKey,
    /// The managed policies that belong to it.
    pub managed: Vec<Arn>,
    /// When it ended.
    pub end: Timestamp,
    /// The entry.
    pub why: Arc<Entry>,
}

/// The entry of an access file behind a grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// What it says it is for.
    pub description: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where it was asked for.
    pub ticket: Option<String>,
}

/// How temporary access is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// As policies while they fit, else by a role.
    Auto,
    /// As policies of the grantee's.
    Policy,
    /// By a role that only the grantee can assume.
    Role,
}

impl Delivery {
    /// As written in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Delivery::Auto => "auto",
            Delivery::Policy => "policy",
            Delivery::Role => "role",
        }
    }
}

/// A policy that can be granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPolicy {
    /// The team's name for it.
    pub key: PolicyKey,
    /// IAM's name for its own statements.
    pub name: PolicyName,
    /// What it is for.
    pub description: Option<String>,
    /// Managed policies that belong to it.
    pub managed: Vec<Arn>,
    /// Its own statements as written: [`TeamPolicy::document_for`] adds what ends them.
    pub document: Option<Document>,
    /// Whether it allows only what is signed in with MFA.
    pub require_mfa: bool,
    /// The most days of a temporary grant of it.
    pub max_days: u16,
    /// How a temporary grant of it is delivered.
    pub delivery: Delivery,
    /// The permissions boundary of a role that delivers it.
    pub boundary: Option<PolicyRef>,
    /// Where it stands.
    pub place: Place,
}

impl TeamPolicy {
    /// Its own statements for a grant of this term.
    pub fn document_for(&self, term: Term) -> Option<Document> {
        self.document
            .as_ref()
            .map(|document| self.conditioned(document, term))
    }

    /// `document`, which may be one of the managed policies', held to what this policy and the term ask: MFA, the start,
    /// the end. Only Allows are held to it: a Deny that ended would be lifted.
    pub fn conditioned(&self, document: &Document, term: Term) -> Document {
        let mut held = document.clone();
        let allows = held
            .statements
            .iter_mut()
            .filter(|statement| statement.effect == Effect::Allow);
        for statement in allows {
            if self.require_mfa {
                require(
                    statement,
                    &["Bool", "ForAnyValue:Bool"],
                    "aws:MultiFactorAuthPresent",
                    "true",
                );
            }
            if let Term::Until {
                start: Some(start), ..
            } = term
            {
                require(statement, NOT_BEFORE, "aws:CurrentTime", &expiry::instant(start));
            }
        }
        match term {
            Term::Permanent => held,
            Term::Until { end, .. } => expiry::end_allows(&held, end),
        }
    }
}

/// All of them mean the same for a key that every request carries exactly once.
const NOT_BEFORE: &[&str] = &[
    "DateGreaterThanEquals",
    "DateGreaterThanEqualsIfExists",
    "ForAnyValue:DateGreaterThanEquals",
    "ForAllValues:DateGreaterThanEquals",
];

/// Adds a condition under the first of these operators that the statement does not use on the key: its own stays.
fn require(statement: &mut Statement, operators: &[&str], key: &str, value: &str) {
    let uses = |condition: &Condition, operator: &str| {
        condition.operator.eq_ignore_ascii_case(operator) && condition.key.eq_ignore_ascii_case(key)
    };
    let free = operators.iter().find(|operator| {
        !statement
            .conditions
            .iter()
            .any(|condition| uses(condition, operator))
    });
    let operator = free.or(operators.last()).copied().unwrap_or_default();
    let changed = std::mem::replace(statement, Statement::deny());
    *statement = changed.with_condition(operator, key, [value]);
}

impl Grant {
    /// The policy's own statements, ended by this grant's term.
    pub fn document(&self) -> Option<Document> {
        self.policy.document_for(self.term)
    }
}
