//! The order of changes: no access is interrupted that goes on, and no quota is exceeded on the way.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;

use super::change::{Change, ChangeKind, Thing, Why};
use super::difference::Changes;
use super::effect;
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPrincipal};
use super::operation::Operation;
use super::quota::{Quota, limit, used};
use crate::team::{Grantee, TeamName};

/// The attachments that each group's marks are to tell in the end, by team.
pub(super) type GroupMarks = BTreeMap<(Grantee, TeamName), BTreeSet<Arn>>;

/// Puts changes in order.
///
/// What has ended goes first, for it only takes room; then policies are made, changed, given, and taken: a grant that is
/// delivered otherwise than before is never without both. Only where a quota leaves no room for that, something is taken
/// first.
pub(super) fn ordered(changes: Changes, observed: &ObservedAccount, marks: &GroupMarks) -> Vec<Change> {
    let mut line = Line {
        ahead: observed.clone(),
        order: Vec::new(),
        marks,
    };
    for change in changes.ended {
        line.make(change);
    }
    let (made, updated): (Vec<Change>, Vec<Change>) = changes
        .policies
        .into_iter()
        .partition(|change| change.kind == ChangeKind::Create);
    for change in made {
        line.make(change);
    }
    let mut given = changes.given;
    let mut taken = changes.taken;
    line.take_before_updates(&updated, &mut given, &mut taken);
    for change in updated {
        line.make(change);
    }
    line.give(&mut given, &mut taken);
    // There is no room to be made for these; AWS may know of a quota that we do not.
    for change in given.into_iter().chain(taken) {
        line.make(change);
    }
    line.trim_marks();
    for change in changes.unused {
        if !line.is_in_use(&change) {
            line.make(change);
        }
    }
    line.order
}

/// The order so far, and the account as it will be then.
struct Line<'a> {
    ahead: ObservedAccount,
    order: Vec<Change>,
    marks: &'a GroupMarks,
}

impl Line<'_> {
    /// Whoever loses a policy that is about to say something else loses it before: nobody has the new one who was not to
    /// have it. What they get in its place comes first, as ever.
    fn take_before_updates(&mut self, updated: &[Change], given: &mut Vec<Change>, taken: &mut Vec<Change>) {
        let updated: BTreeSet<&Arn> = updated
            .iter()
            .flat_map(|change| &change.operations)
            .filter_map(|operation| match operation {
                Operation::CreatePolicyVersion { arn, .. } => Some(arn),
                _ => None,
            })
            .collect();
        let is_about = |change: &Change| {
            change.operations.iter().any(|operation| {
                matches!(operation, Operation::AttachPolicy { arn, .. } | Operation::DetachPolicy { arn, .. }
                    if updated.contains(arn))
            })
        };
        let (mut leaving, staying): (Vec<Change>, Vec<Change>) = taken.drain(..).partition(is_about);
        *taken = staying;
        let is_instead = |change: &Change| {
            !is_about(change) && leaving.iter().any(|other| other.principal == change.principal)
        };
        let (mut instead, later): (Vec<Change>, Vec<Change>) = given.drain(..).partition(is_instead);
        *given = later;
        self.give(&mut instead, &mut leaving);
        for change in leaving {
            self.make(change);
        }
        given.append(&mut instead);
    }

    /// Makes what gives as far as there is room, and of what takes what makes room for it.
    fn give(&mut self, given: &mut Vec<Change>, taken: &mut Vec<Change>) {
        loop {
            if let Some(next) = given.iter().position(|change| self.has_room_for(change)) {
                self.make(given.remove(next));
                continue;
            }
            let makes_room = |change: &Change| given.iter().any(|waits| waits.principal == change.principal);
            match taken.iter().position(makes_room) {
                Some(room) => self.make(taken.remove(room)),
                None => return,
            }
        }
    }

    fn make(&mut self, change: Change) {
        let change = self.marked(change);
        for operation in &change.operations {
            effect::apply(&mut self.ahead, operation);
        }
        self.order.push(change);
    }

    /// Whether a change keeps every quota of the principals that it touches.
    fn has_room_for(&self, change: &Change) -> bool {
        fits(&self.marked(change.clone()), &self.ahead)
    }

    /// Before the first attachment to a group, all that there are and will be are written down.
    fn marked(&self, mut change: Change) -> Change {
        let gives = matches!(change.kind, ChangeKind::Attach | ChangeKind::Update);
        if !gives || !matches!(change.thing, Thing::Attachment | Thing::Mark) {
            return change;
        }
        for ((group, team), left) in self.marks {
            let principal = self.ahead.principals.get(group);
            let Some(principal) = principal.filter(|_| change.principal.as_ref() == Some(group)) else {
                continue;
            };
            let written = written_down(principal, team);
            if !left.is_subset(&written) {
                let attached = written.intersection(&principal.attached);
                let all: BTreeSet<Arn> = attached.chain(left).cloned().collect();
                change.operations.insert(0, put_marks(group, team, &all));
            }
        }
        change
    }

    /// After the last attachment has gone, those are written down that are left.
    fn trim_marks(&mut self) {
        for ((group, team), left) in self.marks {
            let Some(principal) = self.ahead.principals.get(group) else {
                continue;
            };
            if written_down(principal, team) == *left {
                continue;
            }
            let last = if left.is_empty() {
                Operation::DeleteInlinePolicy {
                    principal: group.clone(),
                    name: mark::attachments_name(team),
                }
            } else {
                put_marks(group, team, left)
            };
            effect::apply(&mut self.ahead, &last);
            let touches = |operation: &Operation| {
                matches!(operation, Operation::AttachPolicy { principal, .. } | Operation::DetachPolicy { principal, .. }
                    if principal == group)
            };
            let mut changes = self.order.iter_mut().rev();
            match changes.find(|change| change.operations.iter().any(touches)) {
                Some(change) => change.operations.push(last),
                None => self.order.push(of_marks(group, team, last)),
            }
        }
    }

    /// Whether somebody still has a policy that nobody asks for: IAM would not remove it.
    fn is_in_use(&self, change: &Change) -> bool {
        let has = |arn: &Arn| {
            let mut principals = self.ahead.principals.values();
            principals.any(|one| one.attached.contains(arn) || one.boundary.as_ref() == Some(arn))
        };
        let removes =
            |operation: &Operation| matches!(operation, Operation::DeletePolicy { arn } if has(arn));
        change.operations.iter().any(removes)
    }
}

/// Whether a change keeps every quota of the principals that it touches.
fn fits(change: &Change, ahead: &ObservedAccount) -> bool {
    let touched: BTreeSet<&Grantee> = change
        .operations
        .iter()
        .filter_map(Operation::principal)
        .collect();
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
        let over = |quota| used(after, quota) > limit(who, quota, ahead);
        !Quota::OF_PRINCIPALS
            .into_iter()
            .any(|quota| grows(quota) && over(quota))
    })
}

fn put_marks(group: &Grantee, team: &TeamName, arns: &BTreeSet<Arn>) -> Operation {
    Operation::PutInlinePolicy {
        principal: group.clone(),
        name: mark::attachments_name(team),
        document: mark::attachments_document(arns).to_minified(),
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
    let name = mark::attachments_name(team);
    Change {
        why: vec![Why::NotAsked],
        operations: vec![operation],
        ..super::difference::bare(ChangeKind::Update, Thing::Mark, &name, Some(group), team, "")
    }
}
