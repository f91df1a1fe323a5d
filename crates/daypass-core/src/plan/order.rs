//! The order of changes: no access is interrupted that goes on, and no quota is exceeded on the way.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;

use super::change::{Change, Quota, QuotaUse};
use super::difference::Changes;
use super::effect;
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPrincipal, inline_limit};
use super::operation::Operation;
use crate::limits::TAGS;
use crate::team::{Grantee, TeamName};

/// The attachments that each group's marks are to tell in the end, by team.
pub(super) type GroupMarks = BTreeMap<(Grantee, TeamName), BTreeSet<Arn>>;

/// Puts changes in order.
///
/// What has ended goes first, for it only takes room; then policies are made, given, and taken: a grant that is delivered
/// otherwise than before is never without both. Only where a quota leaves no room for that, something is taken first.
pub(super) fn ordered(changes: Changes, observed: &ObservedAccount, marks: &GroupMarks) -> Vec<Change> {
    let mut ahead = observed.clone();
    let mut order = Vec::new();
    let mut make = |change: Change, ahead: &mut ObservedAccount| {
        for operation in &change.operations {
            effect::apply(ahead, operation);
        }
        order.push(change);
    };
    for change in changes.ended.into_iter().chain(changes.policies) {
        make(change, &mut ahead);
    }
    let mut given = changes.given;
    let mut taken = changes.taken;
    while !given.is_empty() {
        let next = given.iter().position(|change| fits(change, &ahead));
        if let Some(next) = next {
            make(given.remove(next), &mut ahead);
            continue;
        }
        let waiting = given.first().and_then(|change| change.principal.clone());
        match taken.iter().position(|change| change.principal == waiting) {
            Some(room) => make(taken.remove(room), &mut ahead),
            // There is no room to be made; AWS may know of a quota that we do not.
            None => make(given.remove(0), &mut ahead),
        }
    }
    for change in taken.into_iter().chain(changes.unused) {
        make(change, &mut ahead);
    }
    mark_groups(&mut order, observed, marks);
    order
}

/// Whether a change keeps every quota of the principals that it touches.
fn fits(change: &Change, ahead: &ObservedAccount) -> bool {
    let touched: BTreeSet<&Grantee> = change.operations.iter().filter_map(principal_of).collect();
    touched.into_iter().all(|who| {
        let Some(before) = ahead.principals.get(who) else {
            return true;
        };
        let mut alone = ObservedAccount {
            principals: BTreeMap::from([(who.clone(), before.clone())]),
            policies: BTreeMap::new(),
            documents: BTreeMap::new(),
            ..ObservedAccount::empty(ahead.account.clone())
        };
        for operation in &change.operations {
            effect::apply(&mut alone, operation);
        }
        let Some(after) = alone.principals.get(who) else {
            return true;
        };
        let grows = |quota| used(after, quota) > used(before, quota);
        let quotas = [Quota::InlineCharacters, Quota::AttachedPolicies, Quota::Tags];
        let over = |quota| used(after, quota) > limit(who, quota, ahead);
        !quotas.into_iter().any(|quota| grows(quota) && over(quota))
    })
}

pub(super) fn principal_of(operation: &Operation) -> Option<&Grantee> {
    match operation {
        Operation::AttachPolicy { principal, .. }
        | Operation::DetachPolicy { principal, .. }
        | Operation::PutInlinePolicy { principal, .. }
        | Operation::DeleteInlinePolicy { principal, .. }
        | Operation::Tag { principal, .. }
        | Operation::Untag { principal, .. } => Some(principal),
        _ => None,
    }
}

fn used(principal: &ObservedPrincipal, quota: Quota) -> usize {
    match quota {
        Quota::InlineCharacters => principal
            .inline
            .values()
            .map(super::observed::PolicyText::size)
            .sum(),
        Quota::AttachedPolicies => principal.attached.len(),
        Quota::Tags => principal.tags.len(),
    }
}

fn limit(who: &Grantee, quota: Quota, account: &ObservedAccount) -> usize {
    match quota {
        Quota::InlineCharacters => inline_limit(who),
        Quota::AttachedPolicies => account.attachments.of(who),
        Quota::Tags => TAGS,
    }
}

/// How the quotas of those whose access changes are used, before and after.
pub(super) fn quotas(changes: &[Change], observed: &ObservedAccount) -> Vec<QuotaUse> {
    let mut after = observed.clone();
    let mut touched = BTreeSet::new();
    for operation in changes.iter().flat_map(|change| &change.operations) {
        effect::apply(&mut after, operation);
        touched.extend(principal_of(operation).cloned());
    }
    let mut quotas = Vec::new();
    for who in touched {
        let (Some(was), Some(is)) = (observed.principals.get(&who), after.principals.get(&who)) else {
            continue;
        };
        for quota in [Quota::InlineCharacters, Quota::AttachedPolicies, Quota::Tags] {
            let (before, after) = (used(was, quota), used(is, quota));
            if before != after {
                quotas.push(QuotaUse {
                    principal: who.clone(),
                    quota,
                    before,
                    after,
                    limit: limit(&who, quota, observed),
                });
            }
        }
    }
    quotas
}

/// Writes down the attachments of groups: before the first is made all that there are and will be, after the last has gone
/// those that are left.
fn mark_groups(order: &mut Vec<Change>, observed: &ObservedAccount, marks: &GroupMarks) {
    for ((group, team), left) in marks {
        let Some(principal) = observed.principals.get(group) else {
            continue;
        };
        let name = mark::attachments_name(team);
        let written: BTreeSet<Arn> = written_down(principal, team);
        let all: BTreeSet<Arn> = written.union(left).cloned().collect();
        let is_about = |change: &Change| {
            let touches = |operation: &Operation| {
                matches!(operation, Operation::AttachPolicy { principal, .. } | Operation::DetachPolicy { principal, .. }
                    if principal == group)
            };
            change.operations.iter().any(touches)
        };
        let put = |arns: &BTreeSet<Arn>| Operation::PutInlinePolicy {
            principal: group.clone(),
            name: name.clone(),
            document: mark::attachments_document(arns).to_minified(),
        };
        if all != written {
            match order.iter_mut().find(|change| is_about(change)) {
                Some(first) => first.operations.insert(0, put(&all)),
                None => order.push(of_marks(group, team, put(&all))),
            }
        }
        if *left != all {
            let last = if left.is_empty() {
                Operation::DeleteInlinePolicy {
                    principal: group.clone(),
                    name: name.clone(),
                }
            } else {
                put(left)
            };
            match order.iter_mut().rev().find(|change| is_about(change)) {
                Some(change) => change.operations.push(last),
                None => order.push(of_marks(group, team, last)),
            }
        }
    }
}

/// The attachments of a group that a team has written down.
pub(super) fn written_down(group: &ObservedPrincipal, team: &TeamName) -> BTreeSet<Arn> {
    let own = InlineMark::Attachments(team.clone());
    let is_own = |name: &str| mark::inline_mark(name) == Some(own.clone());
    let texts = group.inline.iter().filter(|(name, _)| is_own(name));
    texts
        .filter_map(|(_, text)| text.document.as_ref())
        .flat_map(mark::attachments_in)
        .collect()
}

fn of_marks(group: &Grantee, team: &TeamName, operation: Operation) -> Change {
    use super::change::{ChangeKind, Thing, Why};
    let name = mark::attachments_name(team);
    Change {
        why: vec![Why::NotAsked],
        operations: vec![operation],
        ..super::difference::bare(ChangeKind::Update, Thing::Mark, &name, Some(group), team, "")
    }
}
