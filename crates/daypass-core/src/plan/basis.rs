//! What of an account a plan depends on. A plan that was stopped half way, or failed in part, finds each thing that it
//! changes either as it was or as one of its own calls left it, and goes on from there; whatever else differs means that the
//! account has moved since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Options;
use super::asked::AccountAsked;
use super::change::{AccountPlan, Change};
use super::effect;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::Owned;
use super::part::Part;
use crate::team::Grantee;

/// What a plan found, and what its calls make of it, as short fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Whose access the plan was made from: those whom the files name, and those who carry the teams' marks before or
    /// after.
    watched: Vec<Grantee>,
    /// Of each of these, and of each policy of the teams', all that the plan does not change.
    unchanged: BTreeMap<String, String>,
    /// Of each thing that the plan changes, what it was and what calls make of it.
    changed: BTreeMap<String, Vec<Stage>>,
}

/// What a thing is after a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stage {
    /// The plan's calls are counted from 1; 0 is before all of them.
    call: usize,
    /// A fingerprint of it.
    is: String,
}

/// The account is neither as it was when the plan was made nor as the plan leaves it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} has changed since the plan was made")]
pub struct Moved {
    /// What has changed.
    pub what: String,
}

impl Basis {
    /// What `changes` depend on in `observed`.
    pub(super) fn new(
        asked: &AccountAsked,
        named: &[Grantee],
        changes: &[Change],
        observed: &ObservedAccount,
    ) -> Basis {
        let mut ahead = observed.clone();
        let mut stages: BTreeMap<Part, Vec<Stage>> = BTreeMap::new();
        for (number, operation) in changes.iter().flat_map(|change| &change.operations).enumerate() {
            let parts = Part::changed_by(operation, &ahead);
            for part in &parts {
                let first = || {
                    vec![Stage {
                        call: 0,
                        is: fingerprint(part.value(&ahead)),
                    }]
                };
                stages.entry(part.clone()).or_insert_with(first);
            }
            effect::apply(&mut ahead, operation);
            for part in parts {
                let is = fingerprint(part.value(&ahead));
                stages
                    .entry(part)
                    .or_default()
                    .push(Stage { call: number + 1, is });
            }
        }
        let mut watched: BTreeSet<Grantee> = named
            .iter()
            .filter_map(|named| observed.find(named))
            .map(|(own, _)| own.clone())
            .collect();
        watched.extend(named.iter().cloned());
        watched.extend(marked(asked, observed));
        watched.extend(marked(asked, &ahead));
        let touched: BTreeMap<String, Vec<Stage>> = stages
            .into_iter()
            .map(|(part, stages)| (part.to_string(), stages))
            .collect();
        Basis {
            unchanged: untouched(asked, observed, &watched, &touched),
            watched: watched.into_iter().collect(),
            changed: touched,
        }
    }

    /// The same where only some of the changes are made.
    pub(super) fn of_fewer(
        &self,
        asked: &AccountAsked,
        changes: &[Change],
        observed: &ObservedAccount,
    ) -> Basis {
        Basis::new(asked, &self.watched, changes, observed)
    }

    /// The plan's calls that are made already, by their numbers.
    fn made(
        &self,
        asked: &AccountAsked,
        changes: &[Change],
        observed: &ObservedAccount,
    ) -> Result<BTreeSet<usize>, Moved> {
        let mut watched: BTreeSet<Grantee> = self.watched.iter().cloned().collect();
        watched.extend(marked(asked, observed));
        let unchanged = untouched(asked, observed, &watched, &self.changed);
        let differs = |key: &&String| self.unchanged.get(*key) != unchanged.get(*key);
        if let Some(what) = self.unchanged.keys().chain(unchanged.keys()).find(differs) {
            return Err(Moved { what: what.clone() });
        }
        let mut values = self.values(changes, observed);
        // A call that changes several things is made when all of them have seen it.
        let mut made: BTreeMap<usize, bool> = BTreeMap::new();
        for (name, stages) in &self.changed {
            let is = values.remove(name).unwrap_or_else(|| fingerprint(None));
            // The first that fits: to make a call again does no harm. A call that changes nothing counts as made.
            let mut later = stages.iter().skip_while(|stage| stage.is != is);
            let Some(first) = later.next() else {
                return Err(Moved { what: name.clone() });
            };
            let reached = later.take_while(|stage| stage.is == is).last().unwrap_or(first);
            for stage in stages {
                let is_seen = stage.call <= reached.call;
                made.entry(stage.call)
                    .and_modify(|all| *all &= is_seen)
                    .or_insert(is_seen);
            }
        }
        Ok(made
            .into_iter()
            .filter_map(|(call, made)| made.then_some(call))
            .collect())
    }

    /// What is now of the things that the plan changes.
    fn values(&self, changes: &[Change], observed: &ObservedAccount) -> BTreeMap<String, String> {
        let of_calls = changes
            .iter()
            .flat_map(|change| &change.operations)
            .flat_map(|operation| Part::changed_by(operation, observed));
        let of_watched = self.watched.iter().flat_map(|who| {
            let principal = observed.principals.get(who);
            principal.map_or_else(Vec::new, |principal| Part::of_principal(who, principal))
        });
        of_calls
            .chain(of_watched)
            .map(|part| (part.to_string(), fingerprint(part.value(observed))))
            .collect()
    }
}

impl AccountPlan {
    /// What of the plan is still to be done in the account as it is now: all of it where nothing has happened since, the
    /// rest where the plan was stopped or failed in part, nothing where it was carried out.
    ///
    /// # Errors
    /// Something else has changed since the plan was made.
    pub fn remaining(&self, observed: &ObservedAccount) -> Result<Vec<Change>, Moved> {
        let broken = || Moved {
            what: format!("account {}", self.account),
        };
        let asked = self.asked().ok_or_else(broken)?;
        let made = self.basis.made(&asked, &self.changes, observed)?;
        let mut call = 0;
        let mut left = Vec::new();
        for change in &self.changes {
            let mut change = change.clone();
            change.operations.retain(|_| {
                call += 1;
                !made.contains(&call)
            });
            if !change.operations.is_empty() {
                left.push(change);
            }
        }
        Ok(left)
    }
}

/// All that no call changes of those who are watched, and of the teams' policies.
fn untouched(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    watched: &BTreeSet<Grantee>,
    changed: &BTreeMap<String, Vec<Stage>>,
) -> BTreeMap<String, String> {
    let owned = Owned::new(asked, observed, Options::default());
    let policies = observed
        .policies
        .values()
        .filter(|policy| owned.policy(policy).is_some());
    let mut parts: Vec<Part> = policies.map(|policy| Part::Policy(policy.arn.clone())).collect();
    for (grantee, principal) in watched
        .iter()
        .filter_map(|who| observed.principals.get_key_value(who))
    {
        parts.extend(Part::of_principal(grantee, principal));
    }
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for part in parts {
        let name = part.to_string();
        let value = part.value(observed);
        if let Some(value) = value.filter(|_| !changed.contains_key(&name)) {
            let _ = writeln!(told.entry(part.owner()).or_default(), "{name} {value}");
        }
    }
    told.into_iter()
        .map(|(owner, told)| (owner, fingerprint(Some(told))))
        .collect()
}

/// Who carries the teams' marks.
fn marked(asked: &AccountAsked, observed: &ObservedAccount) -> Vec<Grantee> {
    let owned = Owned::new(asked, observed, Options::default());
    let is_marked = |(grantee, principal): &(&Grantee, &ObservedPrincipal)| {
        owned.role(grantee, principal).is_some()
            || principal.inline.keys().any(|name| owned.inline(name).is_some())
            || principal
                .attached
                .iter()
                .any(|arn| owned.is_attached_by_us_alone(principal, arn))
    };
    let marked = observed.principals.iter().filter(is_marked);
    marked.map(|(grantee, _)| grantee.clone()).collect()
}

/// Short, and another one for another value.
fn fingerprint(value: Option<String>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let mut text = String::with_capacity(16);
    for byte in Sha256::digest(value.as_bytes()).iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
