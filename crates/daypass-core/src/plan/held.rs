//! Grants that cannot be delivered: what is there of them stays, for nobody asked for it to end.

use std::collections::BTreeMap;

use iam_policy::Arn;

use super::change::Problem;
use super::mark;
use crate::team::{Grant, Grantee, PolicyKey, TeamName};

/// Grants of which nothing is taken away, and why they cannot be delivered.
#[derive(Debug, Default)]
pub(super) struct Held {
    by_grant: BTreeMap<Key, (Vec<Arn>, Problem)>,
}

/// Grantee, team, the team's policy.
type Key = (Grantee, TeamName, String);

impl Held {
    /// Holds a grant; false if it is held already.
    pub(super) fn add(
        &mut self,
        grantee: &Grantee,
        team: &TeamName,
        grant: &Grant,
        problem: Problem,
    ) -> bool {
        let key = (grantee.clone(), team.clone(), grant.policy.key.to_string());
        let managed = grant.policy.managed.clone();
        let is_new = !self.by_grant.contains_key(&key);
        self.by_grant.entry(key).or_insert((managed, problem));
        is_new
    }

    /// Whether the grant of exactly this policy is held.
    pub(super) fn contains(&self, grantee: &Grantee, team: &TeamName, key: &PolicyKey) -> bool {
        self.by_grant
            .contains_key(&(grantee.clone(), team.clone(), key.to_string()))
    }

    /// Whether a grant is, of whose policy this key was read from a name.
    pub(super) fn is(&self, grantee: &Grantee, team: &TeamName, read: &str) -> bool {
        self.of(grantee, team).any(|(key, _)| names(key, read))
    }

    /// Whether anybody's grant of the policy is held.
    pub(super) fn is_for_anybody(&self, team: &TeamName, read: &str) -> bool {
        let mut all = self.by_grant.keys();
        all.any(|(_, of, key)| of == team && names(key, read))
    }

    /// Whether the role of this name delivers one.
    pub(super) fn is_role(&self, team: &TeamName, name: &str) -> bool {
        let delivers = |(grantee, of, key): &Key| {
            let policy = key
                .parse()
                .ok()
                .and_then(|key| crate::team::PolicyName::of(of, &key).ok());
            of == team && policy.is_some_and(|policy| mark::role_name(&policy, grantee) == name)
        };
        self.by_grant.keys().any(delivers)
    }

    /// The managed policies of a grantee's held grants of a team.
    pub(super) fn managed(&self, grantee: &Grantee, team: &TeamName) -> impl Iterator<Item = &Arn> {
        self.of(grantee, team).flat_map(|(_, managed)| managed)
    }

    /// Why each of them is held.
    pub(super) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.by_grant.values().map(|(_, problem)| problem)
    }

    fn of(&self, grantee: &Grantee, team: &TeamName) -> impl Iterator<Item = (&str, &[Arn])> {
        let all = self.by_grant.iter();
        all.filter(move |((who, of, _), _)| who == grantee && of == team)
            .map(|((_, _, key), (managed, _))| (key.as_str(), managed.as_slice()))
    }
}

/// Whether a key that was read from a name, where it may be shortened, is this one. IAM does not tell upper from lower
/// case in names.
pub(super) fn names(key: &str, read: &str) -> bool {
    // A team's name has 64 characters at most, a policy's 128: whatever is shortened is longer than this, and keeps so much.
    const LONG: usize = 22;
    const KEPT: usize = 8;
    let is_start = || {
        key.get(..read.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(read))
    };
    key.eq_ignore_ascii_case(read) || (key.len() > LONG && read.len() >= KEPT && is_start())
}
