//! Which keys that the request does not carry could change the decision.
//! A statement that hangs on such keys holds or not; a key counts when, with the others somehow, that decides.

use std::collections::HashSet;

use super::{Recorder, Seen};
use crate::combine::{Decision, Facts, Tally, Verdicts, combine};
use crate::document::Effect;
use crate::policy_set::PolicyKind;
use crate::principal::MatchedBy;
use crate::statement::{Open, Question};

/// A statement that may hold or not.
struct Undecided {
    group: usize,
    effect: Effect,
    open: Open,
}

/// All that the missing keys leave open, beside what they do not.
struct Worlds {
    facts: Facts,
    /// Of each group what the statements come to that hang on no missing key.
    settled: Vec<(PolicyKind, Tally)>,
    undecided: Vec<Undecided>,
}

impl Recorder<'_> {
    /// The keys, as written, in the order of the statements.
    pub(super) fn missing_keys(&self, question: Question<'_>, facts: Facts) -> Vec<String> {
        let worlds = self.worlds(question, facts);
        // What matters of a statement is where it stands and how it matches, so that of thousands a few differ.
        let mut known: Vec<((usize, Effect, MatchedBy), bool)> = Vec::new();
        let mut told: HashSet<String> = HashSet::new();
        let mut keys: Vec<String> = Vec::new();
        for (nth, undecided) in worlds.undecided.iter().enumerate() {
            let like = (undecided.group, undecided.effect, undecided.open.by);
            let found = known.iter().find(|(other, _)| *other == like);
            let matters = found.map_or_else(|| worlds.matters(nth), |(_, matters)| *matters);
            if found.is_none() {
                known.push((like, matters));
            }
            for key in undecided.open.keys.iter().filter(|_| matters) {
                if told.insert(key.to_lowercase()) {
                    keys.push(key.clone());
                }
            }
        }
        keys
    }

    fn worlds(&self, question: Question<'_>, facts: Facts) -> Worlds {
        let mut worlds = Worlds {
            facts,
            settled: Vec::new(),
            undecided: Vec::new(),
        };
        let mut from = 0;
        for (group, to) in &self.groups {
            let mut tally = Tally::default();
            for seen in self.seen.get(from..*to).unwrap_or_default() {
                match seen.open(question) {
                    Some(open) => worlds.undecided.push(Undecided {
                        group: worlds.settled.len(),
                        effect: seen.statement.effect,
                        open,
                    }),
                    None => {
                        if let Ok(by) = seen.result {
                            add(&mut tally, seen.statement.effect, by);
                        }
                    }
                }
            }
            worlds.settled.push((group.kind, tally));
            from = *to;
        }
        worlds
    }
}

impl Seen<'_> {
    fn open(&self, question: Question<'_>) -> Option<Open> {
        self.statement.open(self.written()?, question)
    }
}

impl Worlds {
    /// Whether it makes a difference, in some world, that this statement holds.
    fn matters(&self, nth: usize) -> bool {
        let Some(one) = self.undecided.get(nth) else {
            return false;
        };
        let differs = |with_grantor: bool, with_identity: bool| {
            let world = |holds: bool| {
                self.decision(|other, undecided| match self.settled.get(undecided.group) {
                    _ if other == nth => holds,
                    _ if undecided.effect == Effect::Deny => false,
                    // Another Allow beside it would do in its place.
                    _ if one.effect == Effect::Allow && undecided.group == one.group => false,
                    Some((kind, _)) if *kind == self.facts.grantor_kind => with_grantor,
                    Some((PolicyKind::Identity, _)) => with_identity,
                    _ => true,
                })
            };
            world(true) != world(false)
        };
        // The resource's policy and the principal's own may stand in for each other; nothing else may.
        [(true, true), (true, false), (false, true), (false, false)]
            .into_iter()
            .any(|(grantor, identity)| differs(grantor, identity))
    }

    /// The decision in the world in which the undecided statements hold that are chosen.
    fn decision(&self, holds: impl Fn(usize, &Undecided) -> bool) -> Decision {
        let mut tallies = self.settled.clone();
        for (nth, undecided) in self.undecided.iter().enumerate() {
            if holds(nth, undecided)
                && let Some((_, tally)) = tallies.get_mut(undecided.group)
            {
                add(tally, undecided.effect, undecided.open.by);
            }
        }
        let mut verdicts = Verdicts::default();
        for (kind, tally) in tallies {
            let place = match kind {
                PolicyKind::Identity => &mut verdicts.identity,
                PolicyKind::Resource | PolicyKind::Trust => &mut verdicts.grantor,
                PolicyKind::Boundary => &mut verdicts.boundary,
                PolicyKind::Session => &mut verdicts.session,
                PolicyKind::Scp => &mut verdicts.scp,
                PolicyKind::Rcp => &mut verdicts.rcp,
                PolicyKind::Endpoint => &mut verdicts.endpoint,
            };
            // Several groups of a kind are levels, each of which must allow.
            *place = Some(match *place {
                None => tally,
                Some(above) => Tally {
                    allows: if above.allows.any() && tally.allows.any() {
                        above.allows
                    } else {
                        MatchedBy::NOTHING
                    },
                    denies: above.denies || tally.denies,
                },
            });
        }
        combine(self.facts, &verdicts).decision
    }
}

fn add(tally: &mut Tally, effect: Effect, by: MatchedBy) {
    match effect {
        Effect::Allow => tally.allows = tally.allows | by,
        Effect::Deny => tally.denies = true,
    }
}
