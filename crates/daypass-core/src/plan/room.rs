//! What is left of each principal's quotas while grants are turned into policies.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Arn;

use super::asked::AccountAsked;
use super::observed::{ObservedAccount, inline_limit};
use super::owned::Owned;
use crate::team::Grantee;

/// Used and free of each principal, counting what others put there and what is wanted so far.
#[derive(Clone)]
pub(super) struct Room<'a> {
    observed: &'a ObservedAccount,
    asked: &'a AccountAsked,
    used: BTreeMap<Grantee, Used>,
}

#[derive(Clone, Default)]
struct Used {
    inline: usize,
    attached: BTreeSet<Arn>,
}

impl<'a> Room<'a> {
    pub(super) fn new(asked: &'a AccountAsked, observed: &'a ObservedAccount) -> Room<'a> {
        Room {
            observed,
            asked,
            used: BTreeMap::new(),
        }
    }

    /// Characters of inline policies that are left.
    pub(super) fn inline(&mut self, grantee: &Grantee) -> usize {
        inline_limit(grantee).saturating_sub(self.used(grantee).inline)
    }

    /// Takes so many of them.
    pub(super) fn put_inline(&mut self, grantee: &Grantee, size: usize) {
        self.used(grantee).inline += size;
    }

    /// How many managed policies are attached so far.
    pub(super) fn attached(&self, grantee: &Grantee) -> usize {
        self.used.get(grantee).map_or(0, |used| used.attached.len())
    }

    /// Attaches these if all of them can be.
    pub(super) fn attach(&mut self, grantee: &Grantee, policies: &[Arn]) -> bool {
        let limit = self.observed.attachments.of(grantee);
        let used = self.used(grantee);
        let mut attached = used.attached.clone();
        attached.extend(policies.iter().cloned());
        // Who is over the limit already, since it was raised once, may have what they have.
        let fits = attached.len() <= limit || attached.len() == used.attached.len();
        if fits {
            used.attached = attached;
        }
        fits
    }

    /// What others have on a principal, to begin with.
    fn used(&mut self, grantee: &Grantee) -> &mut Used {
        let (observed, asked) = (self.observed, self.asked);
        self.used.entry(grantee.clone()).or_insert_with(|| {
            let Some(principal) = observed.principals.get(grantee) else {
                return Used::default();
            };
            let owned = Owned::new(asked, observed);
            let inline = principal
                .inline
                .iter()
                .filter(|(name, _)| owned.inline(name).is_none())
                .map(|(_, text)| text.size());
            let attached = principal
                .attached
                .iter()
                .filter(|arn| !owned.is_attached_by_us_alone(principal, arn));
            Used {
                inline: inline.sum(),
                attached: attached.cloned().collect(),
            }
        })
    }
}
