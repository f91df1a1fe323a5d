//! What is to change in each account so that it holds what the files ask for, and nothing else of ours.
//!
//! Pure: what the files ask for ([`AccountAsked`]), what the account holds ([`ObservedAccount`]) and the moment go in; an
//! [`AccountPlan`] with its calls in order comes out. Whoever makes these calls and observes again finds nothing to do.

mod as_text;
mod asked;
mod basis;
mod change;
mod cleanup;
mod difference;
mod earlier;
pub mod effect;
mod grant_role;
mod held;
mod holdings;
pub mod mark;
mod observed;
mod operation;
mod order;
mod owned;
mod part;
mod quota;
mod removals;
mod revoke;
mod roles;
mod room;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;
use jiff::Timestamp;

use crate::team::{Grantee, TeamName};
use difference::Comparison;
use order::GroupMarks;
use owned::Owned;
use wanted::Wanted;

pub use asked::{AccountAsked, TeamAsked};
pub use basis::{Basis, Moved};
pub use change::{
    AccountPlan, Change, ChangeKind, Delivered, Drift, Form, Plan, Problem, Reach, Source, Thing, Why,
};
pub use cleanup::plan_cleanup;
pub use holdings::{Holding, State, holdings};
pub use observed::{
    AttachmentLimits, ObservedAccount, ObservedPolicy, ObservedPrincipal, PolicyText, PolicyVersion,
    inline_limit,
};
pub use operation::Operation;
pub use quota::{Quota, QuotaUse};
pub use removals::Removals;
pub use revoke::{Revocation, given_again, plan_revocation};
pub(crate) use roles::role_size;
pub(crate) use wanted::DOCUMENTS;

/// How a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Take over what the tool that daypass replaces has made.
    pub adopt: bool,
}

/// What has to be asked of the account before a plan can be made; seldom anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// Documents of managed policies that are known neither offline nor from the account's own listing.
    pub documents: BTreeSet<Arn>,
    /// How many managed policies the account attaches to one principal: the default does not do.
    pub limits: bool,
}

impl Needs {
    /// Whether nothing is needed.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && !self.limits
    }
}

/// The plan of one account.
///
/// # Errors
/// What has to be asked first; put it into `observed`, and call again.
pub fn plan_account(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    now: Timestamp,
    options: Options,
) -> Result<AccountPlan, Needs> {
    let owned = Owned::new(asked, observed, options);
    let mut wanted = wanted::wanted(asked, observed, &owned, options);
    if !wanted.needs.is_empty() {
        return Err(std::mem::take(&mut wanted.needs));
    }
    let comparison = Comparison::new(asked, observed, &owned, &wanted, now, options);
    let marks = group_marks(&comparison, &wanted);
    let changes = order::ordered(comparison.changes(), observed, &marks);
    let problems = wanted.held.problems().cloned().collect();
    Ok(finished(asked, observed, changes, problems))
}

fn finished(
    asked: &AccountAsked,
    observed: &ObservedAccount,
    changes: Vec<Change>,
    problems: Vec<Problem>,
) -> AccountPlan {
    AccountPlan {
        account: asked.account.clone(),
        environments: asked.environments.clone(),
        reach: Reach {
            deployer_role: asked.settings.deployer_role.clone(),
            session_name: asked.settings.session_name.clone(),
            policy_path: asked.settings.policy_path.clone(),
        },
        teams: asked.teams.iter().map(|team| team.team.clone()).collect(),
        others: teams_in(observed, &asked.settings)
            .into_keys()
            .filter(|team| !asked.is_of(team))
            .collect(),
        basis: Basis::new(asked, &named(asked), &changes, observed),
        quotas: quota::quotas(&changes, observed),
        changes,
        problems,
        standing: removals::standing(asked, observed),
    }
}

impl AccountPlan {
    /// Whom to ask about when the plan is carried out elsewhere: its teams, without what they ask for.
    pub fn asked(&self) -> Option<AccountAsked> {
        let settings = crate::team::TeamSettings {
            deployer_role: self.reach.deployer_role.clone(),
            session_name: self.reach.session_name.clone(),
            policy_path: self.reach.policy_path.clone(),
            ..crate::team::TeamSettings::defaults()?
        };
        let nothing = |team: &TeamName| TeamAsked {
            team: team.clone(),
            grants: Vec::new(),
            ended: Vec::new(),
        };
        Some(AccountAsked {
            account: self.account.clone(),
            environments: self.environments.clone(),
            settings: std::sync::Arc::new(settings),
            teams: self.teams.iter().map(nothing).collect(),
        })
    }

    /// What of it is about one principal: their changes, and the policies that these need. Policies that would be removed
    /// stay, for others may still be attached to them.
    #[must_use]
    pub fn only(self, grantee: &Grantee, observed: &ObservedAccount) -> AccountPlan {
        let is_theirs = |change: &Change| change.principal.as_ref().is_some_and(|who| who.is_same(grantee));
        let needed: BTreeSet<Arn> = self
            .changes
            .iter()
            .filter(|change| is_theirs(change))
            .flat_map(|change| &change.operations)
            .filter_map(|operation| match operation {
                Operation::AttachPolicy { arn, .. } => Some(arn.clone()),
                _ => None,
            })
            .collect();
        let makes_needed = |change: &Change| {
            change.operations.iter().any(|operation| match operation {
                Operation::CreatePolicy { arn, .. } | Operation::CreatePolicyVersion { arn, .. } => {
                    needed.contains(arn)
                }
                _ => false,
            })
        };
        let keep =
            |change: &Change| is_theirs(change) || (change.principal.is_none() && makes_needed(change));
        let changes: Vec<Change> = self
            .changes
            .iter()
            .filter(|change| keep(change))
            .cloned()
            .collect();
        let mut problems = self.problems.clone();
        problems.retain(|problem| problem.principal.as_ref().is_none_or(|who| who.is_same(grantee)));
        let basis = match self.asked() {
            Some(asked) => self.basis.of_fewer(&asked, &changes, observed),
            None => self.basis,
        };
        AccountPlan {
            basis,
            quotas: quota::quotas(&changes, observed),
            changes,
            problems,
            ..self
        }
    }
}

/// Everybody whom the files name.
fn named(asked: &AccountAsked) -> Vec<Grantee> {
    let grants = asked.teams.iter().flat_map(|team| &team.grants);
    let named: BTreeSet<&Grantee> = grants.map(|grant| &grant.grantee).collect();
    named.into_iter().cloned().collect()
}

/// What each group's marks are to tell in the end.
fn group_marks(comparison: &Comparison<'_>, wanted: &Wanted) -> GroupMarks {
    let mut marks = GroupMarks::new();
    for (group, principal) in &comparison.observed.principals {
        if !matches!(group, Grantee::Group(_)) {
            continue;
        }
        for team in comparison.asked.teams.iter().map(|asked| &asked.team) {
            let written = order::written_down(principal, team);
            let mut left: BTreeSet<Arn> = BTreeSet::new();
            for ((_, arn), attachment) in wanted.attachments.iter().filter(|((who, _), _)| who == group) {
                let is_attached = principal.attached.contains(arn);
                let new =
                    comparison.marking(is_attached, &comparison.owned.marks(principal, arn), attachment);
                if attachment.marked_by.contains(team) && (written.contains(arn) || new.contains(team)) {
                    left.insert(arn.clone());
                }
            }
            let kept = wanted.held.managed(group, team);
            left.extend(kept.filter(|arn| written.contains(arn)).cloned());
            if !left.is_empty() || !written.is_empty() {
                marks.insert((group.clone(), team.clone()), left);
            }
        }
    }
    marks
}

/// The teams whose marks an account carries, whether their files are here or not.
pub fn teams_in(
    observed: &ObservedAccount,
    settings: &crate::team::TeamSettings,
) -> BTreeMap<TeamName, usize> {
    let mut teams: BTreeMap<TeamName, usize> = BTreeMap::new();
    let mut add = |team: TeamName| *teams.entry(team).or_default() += 1;
    for (grantee, principal) in &observed.principals {
        principal
            .inline
            .keys()
            .filter_map(|name| mark::inline_mark(name))
            .for_each(|mark| add(mark.team().clone()));
        let tags = principal
            .tags
            .keys()
            .filter_map(|key| mark::read_attached_tag(key));
        tags.for_each(|(team, _)| add(team));
        let path = principal
            .arn
            .iam_path()
            .filter(|_| matches!(grantee, Grantee::Role(_)));
        path.and_then(|path| mark::team_of_path(settings, path))
            .into_iter()
            .for_each(&mut add);
    }
    let paths = observed
        .policies
        .keys()
        .filter_map(|arn| mark::team_of_path(settings, arn.iam_path()?));
    paths.for_each(&mut add);
    teams
}
