//! What in an account belongs to the teams that are looked at. Nothing else is ever changed.

use std::collections::BTreeSet;

use iam_policy::Arn;

use super::asked::AccountAsked;
use super::earlier;
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPolicy, ObservedPrincipal};
use crate::team::{Grantee, TeamName};

/// Tells what is ours.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    asked: &'a AccountAsked,
    observed: &'a ObservedAccount,
}

/// Who has marked an attachment of a policy that is not ours.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Teams that are looked at.
    pub(super) ours: BTreeSet<TeamName>,
    /// Other teams'.
    pub(super) others: BTreeSet<TeamName>,
}

impl<'a> Owned<'a> {
    pub(super) fn new(asked: &'a AccountAsked, observed: &'a ObservedAccount) -> Owned<'a> {
        Owned { asked, observed }
    }

    /// The team whose customer managed policy this is.
    pub(super) fn policy(&self, policy: &ObservedPolicy) -> Option<TeamName> {
        let path = policy.arn.iam_path()?;
        mark::team_of_path(&self.asked.settings, path)
            .filter(|team| self.asked.is_of(team))
            .or_else(|| earlier::taken_over_by(self.asked, policy))
    }

    /// The same by its ARN.
    pub(super) fn policy_at(&self, arn: &Arn) -> Option<TeamName> {
        self.policy(self.observed.policies.get(arn)?)
    }

    /// The team whose role this is.
    pub(super) fn role(&self, grantee: &Grantee, principal: &ObservedPrincipal) -> Option<TeamName> {
        let is_role = matches!(grantee, Grantee::Role(_));
        let path = principal.arn.iam_path().filter(|_| is_role)?;
        mark::team_of_path(&self.asked.settings, path).filter(|team| self.asked.is_of(team))
    }

    /// What an inline policy of ours is.
    pub(super) fn inline(&self, name: &str) -> Option<InlineMark> {
        mark::inline_mark(name).filter(|mark| self.asked.is_of(mark.team()))
    }

    /// Who has marked the attachment of a policy that is not ours.
    pub(super) fn marks(&self, principal: &ObservedPrincipal, policy: &Arn) -> Marks {
        let mut marks = Marks::default();
        let mut add = |team: TeamName| {
            let side = if self.asked.is_of(&team) {
                &mut marks.ours
            } else {
                &mut marks.others
            };
            side.insert(team);
        };
        let hash = mark::short_hash(policy.as_str());
        for key in principal.tags.keys() {
            if let Some((team, marked)) = mark::read_attached_tag(key)
                && marked == hash
            {
                add(team);
            }
        }
        for (name, text) in &principal.inline {
            if let (Some(InlineMark::Attachments(team)), Some(document)) =
                (mark::inline_mark(name), &text.document)
                && mark::attachments_in(document).contains(policy)
            {
                add(team);
            }
        }
        marks
    }

    /// Whether an attachment would go if nobody of ours asked for it.
    pub(super) fn is_attached_by_us_alone(&self, principal: &ObservedPrincipal, policy: &Arn) -> bool {
        if self.policy_at(policy).is_some() {
            return true;
        }
        let marks = self.marks(principal, policy);
        !marks.ours.is_empty() && marks.others.is_empty()
    }
}
