//! Ending somebody's access now, whatever the files say: their deliveries go, and the live sessions of roles that deliver
//! grants are denied first.

use std::collections::BTreeSet;

use iam_policy::{Arn, Document, Statement};
use jiff::Timestamp;

use super::asked::AccountAsked;
use super::change::{AccountPlan, Change, Source, Thing, Why};
use super::difference::{Changes, Comparison};
use super::held::names;
use super::observed::ObservedAccount;
use super::operation::Operation;
use super::order::{GroupMarks, ordered, written_down};
use super::owned::Owned;
use super::wanted::Wanted;
use super::{Options, finished};
use crate::expiry::instant;
use crate::team::{Grant, Grantee, PolicyKey, Term};

/// The inline policy that denies a role's sessions that began before it was revoked.
const REVOKED_POLICY: &str = "daypass-revoked";
/// How many characters it has, white space not counted.
pub(super) const REVOKED_POLICY_SIZE: usize = 182;

/// What is to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Whose access.
    pub grantee: Grantee,
    /// To this policy alone; else to everything that daypass has given them.
    pub grant: Option<PolicyKey>,
}

/// The entries of the files that would give it again.
pub fn given_again(asked: &AccountAsked, revocation: &Revocation) -> Vec<Source> {
    let grants = asked.teams.iter().flat_map(|team| &team.grants).filter(|grant| {
        grant.grantee.is_same(&revocation.grantee)
            && revocation
                .grant
                .as_ref()
                .is_none_or(|key| *key == grant.policy.key)
    });
    let sources: BTreeSet<Source> = grants.map(|grant| Source::from(&*grant.why)).collect();
    sources.into_iter().collect()
}

/// The plan that ends it, with `every_team` also what teams have given whose files are not here.
pub fn plan_revocation(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    revocation: &Revocation,
    now: Timestamp,
    every_team: bool,
) -> AccountPlan {
    let asked = &if every_team {
        asked.with_every_team(observed)
    } else {
        asked.clone()
    };
    let nothing = Wanted::default();
    let owned = Owned::new(asked, observed, Options::default());
    let comparison = Comparison::new(asked, observed, &owned, &nothing, now, Options::default());
    let all = comparison.changes();
    let mut changes: Vec<Change> = all
        .ended
        .into_iter()
        .chain(all.taken)
        .filter(|change| is_meant(asked, change, revocation))
        .collect();
    for change in &mut changes {
        change.why = vec![Why::Revoked];
        if change.thing == Thing::Role {
            deny_sessions(change, now);
        }
    }
    let marks = marks_left(asked, observed, revocation, &changes);
    let taken = Changes {
        taken: changes,
        ..Changes::default()
    };
    let changes = ordered(taken, observed, &marks);
    finished(asked, observed, changes, Vec::new())
}

fn is_meant(asked: &AccountAsked, change: &Change, revocation: &Revocation) -> bool {
    let is_theirs = change
        .principal
        .as_ref()
        .is_some_and(|who| who.is_same(&revocation.grantee));
    let Some(key) = &revocation.grant else {
        return is_theirs;
    };
    if !change.grant.is_empty() {
        return is_theirs && names(key.as_str(), &change.grant);
    }
    // The attachment of a policy that is not ours does not tell for which grant it was made; the files do. What another
    // entry asks for as well is not of this grant alone.
    let permanent = || {
        let granted = asked.teams.iter().flat_map(|team| &team.grants);
        granted.filter(|grant| grant.term == Term::Permanent && grant.grantee.is_same(&revocation.grantee))
    };
    let of_it = |grant: &&Grant| grant.policy.key == *key;
    let takes = |grant: &Grant, arn: &Arn| grant.policy.managed.contains(arn);
    let detaches = |operation: &Operation| match operation {
        Operation::DetachPolicy { arn, .. } => {
            permanent().filter(of_it).any(|grant| takes(grant, arn))
                && !permanent().any(|grant| !of_it(&grant) && takes(grant, arn))
        }
        _ => false,
    };
    is_theirs && change.operations.iter().any(detaches)
}

/// Denies everything to sessions that began before now, before the role is taken apart (IAM User Guide, "Revoke IAM role
/// temporary security credentials").
fn deny_sessions(change: &mut Change, now: Timestamp) {
    let Ok(role) = change.name.parse() else { return };
    let deny = Statement::deny()
        .with_sid("DaypassRevoked")
        .with_actions(["*"])
        .with_resources(["*"])
        .with_condition("DateLessThan", "aws:TokenIssueTime", [instant(now)]);
    let principal = Grantee::Role(role);
    let put = Operation::PutInlinePolicy {
        principal: principal.clone(),
        name: REVOKED_POLICY.to_owned(),
        document: Document::new(vec![deny]).to_minified(),
    };
    let delete = Operation::DeleteInlinePolicy {
        principal,
        name: REVOKED_POLICY.to_owned(),
    };
    // It is there if an earlier revocation was cut short.
    change.operations.retain(|operation| *operation != delete);
    change.operations.insert(0, put);
    let last = change.operations.len().saturating_sub(1);
    change.operations.insert(last, delete);
}

/// What a group's marks are to tell after it.
fn marks_left(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    revocation: &Revocation,
    changes: &[Change],
) -> GroupMarks {
    let mut marks = GroupMarks::new();
    let Some((group @ Grantee::Group(_), principal)) = observed.find(&revocation.grantee) else {
        return marks;
    };
    for team in asked.teams.iter().map(|team| &team.team) {
        let mut left = written_down(principal, team);
        if left.is_empty() {
            continue;
        }
        for operation in changes.iter().flat_map(|change| &change.operations) {
            if let Operation::DetachPolicy { arn, .. } = operation {
                left.remove(arn);
            }
        }
        marks.insert((group.clone(), team.clone()), left);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_revokes_a_role_has_the_room_that_is_kept_for_it() {
        let mut change = super::super::difference::bare(
            super::super::change::ChangeKind::Remove,
            Thing::Role,
            "role",
            None,
            &"team".parse().unwrap(),
            "",
        );
        change.operations.push(Operation::DeleteRole {
            role: "role".parse().unwrap(),
        });
        deny_sessions(&mut change, "2026-11-22T12:00:00Z".parse().unwrap());
        let Some(Operation::PutInlinePolicy { document, .. }) = change.operations.first() else {
            panic!("{:?}", change.operations);
        };
        assert_eq!(Document::parse(document).unwrap().iam_size(), REVOKED_POLICY_SIZE);
    }
}
