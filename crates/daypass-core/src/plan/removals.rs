//! How much access a plan takes away that has not ended: a file that is missing by mistake looks like a mass revocation.

use std::collections::BTreeSet;

use super::Options;
use super::asked::AccountAsked;
use super::change::{AccountPlan, Change, ChangeKind, Thing, Why};
use super::mark::InlineMark;
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::owned::Owned;
use crate::team::{Grantee, TeamName};

/// So many are taken away without a word, however few there are.
const FEW: usize = 5;
/// And this part of all.
const TENTH: usize = 10;

/// Grants that no file asks for any more and that have not ended. An attachment of a policy that is not a team's, such as
/// AWS's own, counts by itself: the account does not tell by which grant it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removals {
    /// So many are taken away.
    pub taken: usize,
    /// Of so many.
    pub standing: usize,
}

impl Removals {
    /// By these plans together.
    pub fn of<'a>(plans: impl IntoIterator<Item = &'a AccountPlan>) -> Removals {
        let mut all = Removals::default();
        for plan in plans {
            let taken: BTreeSet<(&Grantee, &TeamName, &str)> =
                plan.changes.iter().filter_map(taken_away).collect();
            all.taken += taken.len();
            all.standing += plan.standing;
        }
        all
    }

    /// As many as may be taken away if nothing else is said.
    pub fn unasked(&self) -> usize {
        FEW.max(self.standing / TENTH)
    }

    /// Whether it is more than `most`, or than what needs no word.
    pub fn are_more_than(&self, most: Option<usize>) -> bool {
        self.taken > most.unwrap_or_else(|| self.unasked())
    }
}

/// The grant that a change takes away, if it does and the grant has not ended by itself.
fn taken_away(change: &Change) -> Option<(&Grantee, &TeamName, &str)> {
    let takes = matches!(change.kind, ChangeKind::Detach | ChangeKind::Remove);
    let is_of_grant = takes && change.thing != Thing::Mark && change.why.contains(&Why::NotAsked);
    let principal = change.principal.as_ref().filter(|_| is_of_grant)?;
    let key = if change.grant.is_empty() {
        &change.name
    } else {
        &change.grant
    };
    Some((principal, &change.team, key))
}

/// How many grants the account holds.
pub(super) fn standing(asked: &AccountAsked, observed: &ObservedAccount) -> usize {
    let owned = Owned::new(asked, observed, Options::default());
    let of = |(grantee, principal): (&Grantee, &ObservedPrincipal)| {
        if owned.role(grantee, principal).is_some() {
            return 1;
        }
        let mut grants: BTreeSet<(TeamName, String)> = BTreeSet::new();
        let mut foreign = 0;
        for name in principal.inline.keys() {
            if let Some(InlineMark::Grant { team, key, .. }) = owned.inline(name) {
                grants.insert((team, key));
            }
        }
        for arn in &principal.attached {
            if let Some(team) = owned.policy_at(arn) {
                let (key, _) = owned.grant_of(&team, arn);
                grants.insert((team, key));
            } else if owned.is_attached_by_us_alone(principal, arn) {
                foreign += 1;
            }
        }
        grants.len() + foreign
    };
    observed.principals.iter().map(of).sum()
}
