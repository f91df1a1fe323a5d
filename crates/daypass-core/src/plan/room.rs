//! What is left of each principal's quotas while grants are turned into policies.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;

use super::held::Held;
use super::mark;
use super::observed::{ObservedAccount, ObservedPrincipal, inline_limit};
use super::order::written_down;
use super::owned::Owned;
use crate::limits::TAGS;
use crate::team::{Grantee, TeamName};

/// Used and free of each principal, counting what others put there, what is to stay there, and what is wanted so far.
#[derive(Clone)]
pub(super) struct Room<'a> {
    observed: &'a ObservedAccount,
    owned: &'a Owned<'a>,
    held: &'a Held,
    used: BTreeMap<Grantee, Used>,
}

/// A quota that leaves no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    Attachments,
    Tags,
    Inline,
}

#[derive(Clone, Default)]
struct Used {
    inline: usize,
    attached: BTreeSet<Arn>,
    tags: BTreeSet<String>,
    /// What is written down of a group's attachments.
    written: BTreeMap<TeamName, BTreeSet<Arn>>,
}

impl Used {
    fn inline(&self) -> usize {
        let marks = self
            .written
            .values()
            .map(|arns| mark::attachments_document(arns).iam_size());
        self.inline + marks.sum::<usize>()
    }
}

impl<'a> Room<'a> {
    pub(super) fn new(observed: &'a ObservedAccount, owned: &'a Owned<'a>, held: &'a Held) -> Room<'a> {
        Room {
            observed,
            owned,
            held,
            used: BTreeMap::new(),
        }
    }

    /// Characters of inline policies that are left.
    pub(super) fn inline(&mut self, grantee: &Grantee) -> usize {
        inline_limit(grantee).saturating_sub(self.used(grantee).inline())
    }

    /// Takes so many of them.
    pub(super) fn put_inline(&mut self, grantee: &Grantee, size: usize) {
        self.used(grantee).inline += size;
    }

    /// How many managed policies are attached so far.
    pub(super) fn attached(&self, grantee: &Grantee) -> usize {
        self.used.get(grantee).map_or(0, |used| used.attached.len())
    }

    /// Attaches these, and marks those of them that `team` has to mark, if all of it can be.
    pub(super) fn attach(
        &mut self,
        grantee: &Grantee,
        policies: &[Arn],
        team: &TeamName,
        marked: &[Arn],
    ) -> Result<(), Full> {
        let limit = self.observed.attachments.of(grantee);
        let used = self.used(grantee);
        let mut more = used.clone();
        more.attached.extend(policies.iter().cloned());
        if matches!(grantee, Grantee::Group(_)) {
            if !marked.is_empty() {
                let written = more.written.entry(team.clone()).or_default();
                written.extend(marked.iter().cloned());
            }
        } else {
            more.tags
                .extend(marked.iter().map(|arn| mark::attached_tag(team, arn)));
        }
        // Who is over a limit already, since it was raised once, may have what they have.
        let is_over = |before: usize, after: usize, limit: usize| after > limit && after > before;
        if is_over(used.attached.len(), more.attached.len(), limit) {
            return Err(Full::Attachments);
        }
        if is_over(used.tags.len(), more.tags.len(), TAGS) {
            return Err(Full::Tags);
        }
        if is_over(used.inline(), more.inline(), inline_limit(grantee)) {
            return Err(Full::Inline);
        }
        *used = more;
        Ok(())
    }

    /// What others have on a principal, and what is to stay, to begin with.
    fn used(&mut self, grantee: &Grantee) -> &mut Used {
        let (observed, owned, held) = (self.observed, self.owned, self.held);
        self.used.entry(grantee.clone()).or_insert_with(|| {
            let principal = observed.principals.get(grantee);
            principal.map_or_else(Used::default, |principal| {
                staying(owned, held, grantee, principal)
            })
        })
    }
}

fn staying(owned: &Owned<'_>, held: &Held, grantee: &Grantee, principal: &ObservedPrincipal) -> Used {
    let stays_inline = |name: &str| match owned.inline(name) {
        Some(mark::InlineMark::Grant { team, key, .. }) => held.is(grantee, &team, &key),
        // Counted by what it writes down.
        Some(mark::InlineMark::Attachments(_)) => false,
        None => !owned.is_of_earlier_tool(grantee, name, held),
    };
    let inline = principal.inline.iter().filter(|(name, _)| stays_inline(name));
    let attached = principal
        .attached
        .iter()
        .filter(|arn| !owned.would_go(grantee, principal, arn, held));
    let tags = principal.tags.keys().filter(|key| {
        let mark = mark::read_attached_tag(key).filter(|(team, _)| owned.is_of(team));
        mark.is_none_or(|(team, hash)| {
            held.managed(grantee, &team)
                .any(|arn| mark::short_hash(arn.as_str()) == hash)
        })
    });
    let mut written = BTreeMap::new();
    for team in owned.teams() {
        let kept: BTreeSet<Arn> = written_down(principal, team)
            .into_iter()
            .filter(|arn| held.managed(grantee, team).any(|managed| managed == arn))
            .collect();
        if !kept.is_empty() {
            written.insert(team.clone(), kept);
        }
    }
    Used {
        inline: inline.map(|(_, text)| text.size()).sum(),
        attached: attached.cloned().collect(),
        tags: tags.cloned().collect(),
        written,
    }
}
