//! What in an account belongs to the teams that are looked at. Nothing else is ever changed.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;
use jiff::Timestamp;

use super::Options;
use super::asked::AccountAsked;
use super::earlier;
use super::held::Held;
use super::mark::{self, InlineMark};
use super::observed::{ObservedAccount, ObservedPolicy, ObservedPrincipal};
use crate::team::{Grantee, TeamName};

/// Tells what is ours.
#[derive(Clone)]
pub(super) struct Owned<'a> {
    asked: &'a AccountAsked,
    observed: &'a ObservedAccount,
    /// Policies of the earlier tool that are taken over by this very plan.
    adopted: BTreeMap<Arn, TeamName>,
    options: Options,
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
    pub(super) fn new(asked: &'a AccountAsked, observed: &'a ObservedAccount, options: Options) -> Owned<'a> {
        Owned {
            asked,
            observed,
            adopted: earlier::adopted(asked, observed, options),
            options,
        }
    }

    /// The teams that are looked at.
    pub(super) fn teams(&self) -> impl Iterator<Item = &TeamName> {
        self.asked.teams.iter().map(|asked| &asked.team)
    }

    /// Whether a team is one of them.
    pub(super) fn is_of(&self, team: &TeamName) -> bool {
        self.asked.is_of(team)
    }

    /// The team whose customer managed policy this is.
    pub(super) fn policy(&self, policy: &ObservedPolicy) -> Option<TeamName> {
        let path = policy.arn.iam_path()?;
        mark::team_of_path(&self.asked.settings, path)
            .filter(|team| self.asked.is_of(team))
            .or_else(|| earlier::taken_over_by(self.asked, policy))
            .or_else(|| self.adopted.get(&policy.arn).cloned())
    }

    /// The same by its ARN.
    pub(super) fn policy_at(&self, arn: &Arn) -> Option<TeamName> {
        self.policy(self.observed.policies.get(arn)?)
    }

    /// The grant that a policy of a team's delivers, and when it ends, as its name tells.
    pub(super) fn grant_of(&self, team: &TeamName, policy: &Arn) -> (String, Option<Timestamp>) {
        let name = policy.iam_name().unwrap_or_default();
        // What was taken over keeps the name that the earlier tool gave it, in which a dot is a dash.
        let taken_over = (policy.iam_path() == Some("/")).then(|| earlier::key_of(self.asked, team, name));
        match taken_over.flatten() {
            Some(key) => (key.to_string(), None),
            None => mark::read_policy_name(team, name),
        }
    }

    /// Whether a policy is taken over by this very plan.
    pub(super) fn is_adopted(&self, arn: &Arn) -> bool {
        self.adopted.contains_key(arn)
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
        let marks = self.marks(principal, policy);
        marks.others.is_empty() && (!marks.ours.is_empty() || self.policy_at(policy).is_some())
    }

    /// Whether it goes unless somebody asks for it: it is ours, or the earlier tool's, and none of it is held.
    pub(super) fn would_go(
        &self,
        grantee: &Grantee,
        principal: &ObservedPrincipal,
        policy: &Arn,
        held: &Held,
    ) -> bool {
        if !self.is_attached_by_us_alone(principal, policy) {
            return self
                .earlier(grantee, held)
                .any(|given| given.managed.contains(policy))
                && self.marks(principal, policy) == Marks::default();
        }
        if let Some(team) = self.policy_at(policy) {
            let (key, _) = self.grant_of(&team, policy);
            return !held.is(grantee, &team, &key);
        }
        let marks = self.marks(principal, policy);
        !marks
            .ours
            .iter()
            .any(|team| held.managed(grantee, team).any(|arn| arn == policy))
    }

    /// Whether an inline policy is one of the earlier tool's that this plan removes.
    pub(super) fn is_of_earlier_tool(&self, grantee: &Grantee, name: &str, held: &Held) -> bool {
        self.earlier(grantee, held).any(|given| given.inline == name)
    }

    /// Temporary grants that the earlier tool has given, and that this plan takes over.
    pub(super) fn earlier<'h>(
        &'h self,
        grantee: &'h Grantee,
        held: &'h Held,
    ) -> impl Iterator<Item = earlier::Given<'a>> + 'h {
        let given = if self.options.adopt {
            earlier::temporary(self.asked, grantee)
        } else {
            Vec::new()
        };
        given
            .into_iter()
            .filter(move |given| given.has_ended || !held.is(grantee, given.team, given.key))
    }
}
