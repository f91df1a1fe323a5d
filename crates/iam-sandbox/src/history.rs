//! What one entity was, change by change, and what each replica has applied of it.
//! Writes look at the newest state; reads and the authorizer look through a replica.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::propagation::{ChangeKind, Propagation, REPLICAS};
use crate::random::Random;

/// Who looks: one replica, at an instant of the world's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) replica: usize,
    pub(crate) now: Timestamp,
}

impl View {
    /// As it will be seen once every change has travelled.
    pub(crate) fn settled() -> View {
        View {
            replica: 0,
            now: Timestamp::MAX,
        }
    }
}

/// What a write needs to know beside the value.
pub(crate) struct Stamp<'a> {
    pub(crate) at: Timestamp,
    pub(crate) propagation: Propagation,
    pub(crate) random: &'a mut Random,
}

/// What is kept with its history.
pub(crate) trait Travels {
    /// What a change of it is about, for [`Propagation`]; one side is missing when it comes or goes.
    fn change(_before: Option<&Self>, _after: Option<&Self>) -> ChangeKind {
        ChangeKind::Other
    }
}

#[derive(Debug)]
struct Change<T> {
    at: Timestamp,
    applied_at: [Timestamp; REPLICAS],
    value: Option<Arc<T>>,
}

impl<T> Change<T> {
    /// A change is missing on a replica only while it travels. One from the future (the clock was moved
    /// back) is not travelling: it stays applied.
    fn is_applied(&self, view: View) -> bool {
        let applied_at = self.applied_at.get(view.replica).copied().unwrap_or(self.at);
        view.now >= applied_at || view.now < self.at
    }

    fn is_settled(&self, now: Timestamp) -> bool {
        (0..REPLICAS).all(|replica| self.is_applied(View { replica, now }))
    }
}

/// The changes of one entity, oldest first; a change without a value is its deletion.
#[derive(Debug)]
pub(crate) struct History<T> {
    changes: Vec<Change<T>>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        History { changes: Vec::new() }
    }
}

impl<T> History<T> {
    /// The entity as the last write left it.
    pub(crate) fn newest(&self) -> Option<&Arc<T>> {
        self.changes.last().and_then(|c| c.value.as_ref())
    }

    /// The entity as one replica knows it.
    pub(crate) fn seen(&self, view: View) -> Option<&Arc<T>> {
        self.changes
            .iter()
            .rev()
            .find(|c| c.is_applied(view))
            .and_then(|c| c.value.as_ref())
    }

    /// When the newest change is applied on the last replica; none if there was never a change.
    pub(crate) fn settles_at(&self) -> Option<Timestamp> {
        self.changes
            .last()
            .and_then(|c| c.applied_at.iter().copied().max())
    }

    fn is_forgotten(&self, now: Timestamp) -> bool {
        match self.changes.as_slice() {
            [] => true,
            [.., last] => last.value.is_none() && last.is_settled(now),
        }
    }
}

impl<T: Travels> History<T> {
    /// Records a change. Each replica applies it after its lag, but never before the change that came first.
    pub(crate) fn write(&mut self, value: Option<T>, stamp: &mut Stamp<'_>) {
        let kind = T::change(self.newest().map(|newest| &**newest), value.as_ref());
        let mut applied_at = stamp.propagation.applied_at(kind, stamp.at, stamp.random);
        if let Some(last) = self.changes.last() {
            for (this, before) in applied_at.iter_mut().zip(last.applied_at) {
                // A clock that was moved back must not leave this change waiting for the old future.
                if last.at <= stamp.at {
                    *this = (*this).max(before);
                }
            }
        }
        // What every replica has left behind can be forgotten.
        if let Some(settled) = self.changes.iter().rposition(|c| c.is_settled(stamp.at)) {
            self.changes.drain(..settled);
        }
        self.changes.push(Change {
            at: stamp.at,
            applied_at,
            value: value.map(Arc::new),
        });
    }
}

/// Entities of one kind by name. Names are unique without regard to case ("IAM and AWS STS quotas: IAM name
/// requirements", IAM User Guide).
#[derive(Debug)]
pub(crate) struct Table<T> {
    entities: BTreeMap<String, History<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table {
            entities: BTreeMap::new(),
        }
    }
}

impl<T> Table<T> {
    pub(crate) fn newest(&self, name: &str) -> Option<&Arc<T>> {
        self.entities.get(&fold(name)).and_then(History::newest)
    }

    pub(crate) fn seen(&self, name: &str, view: View) -> Option<&Arc<T>> {
        self.entities.get(&fold(name)).and_then(|h| h.seen(view))
    }

    pub(crate) fn settles_at(&self, name: &str) -> Option<Timestamp> {
        self.entities.get(&fold(name)).and_then(History::settles_at)
    }

    pub(crate) fn all_newest(&self) -> impl Iterator<Item = &Arc<T>> {
        self.entities.values().filter_map(History::newest)
    }

    /// All of them as one replica knows them, in the order of their names.
    pub(crate) fn all_seen(&self, view: View) -> impl Iterator<Item = &Arc<T>> {
        self.entities.values().filter_map(move |h| h.seen(view))
    }

    pub(crate) fn write(&mut self, name: &str, value: Option<T>, stamp: &mut Stamp<'_>)
    where
        T: Travels,
    {
        let at = stamp.at;
        self.entities.entry(fold(name)).or_default().write(value, stamp);
        // Temporary roles come and go by the thousand; their absence need not be remembered for ever.
        if self.entities.len() > 64 && stamp.random.below(64) == 0 {
            self.entities.retain(|_, history| !history.is_forgotten(at));
        }
    }
}

fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    impl Travels for i64 {}
    impl Travels for usize {}
    impl Travels for &str {}

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn without_lag_everybody_sees_the_newest_even_after_the_clock_went_back() {
        let mut random = Random::new(0);
        let mut history = History::default();
        for n in 0..3 {
            let mut stamp = Stamp {
                at: at(n),
                propagation: Propagation::none(),
                random: &mut random,
            };
            history.write(Some(n), &mut stamp);
        }
        for replica in 0..REPLICAS {
            assert_eq!(history.seen(View { replica, now: at(3) }).map(|v| **v), Some(2));
            assert_eq!(
                history
                    .seen(View {
                        replica,
                        now: at(-500)
                    })
                    .map(|v| **v),
                Some(2)
            );
        }
        let mut stamp = Stamp {
            at: at(-100),
            propagation: Propagation::none(),
            random: &mut random,
        };
        history.write(None, &mut stamp);
        assert_eq!(
            history.seen(View {
                replica: 0,
                now: at(-100)
            }),
            None
        );
        assert!(history.changes.len() <= 2, "old changes are forgotten");
    }

    #[test]
    fn names_have_no_case() {
        let mut random = Random::new(0);
        let mut table = Table::default();
        let mut stamp = Stamp {
            at: at(0),
            propagation: Propagation::none(),
            random: &mut random,
        };
        table.write("Reader", Some("Reader"), &mut stamp);
        assert!(table.newest("READER").is_some());
    }

    proptest! {
        /// Whatever the seed and the spacing of the changes: a replica never goes back to an older value, no
        /// replica is ahead of the writer, and after `settles_at` all agree.
        #[test]
        fn a_replica_never_goes_back(seed in any::<u64>(), gaps in prop::collection::vec(0i64..20, 1..12)) {
            let mut random = Random::new(seed);
            let mut history = History::default();
            let mut last_seen = [None; REPLICAS];
            let mut now = at(0);
            for (n, gap) in gaps.iter().enumerate() {
                let mut stamp = Stamp { at: now, propagation: Propagation::realistic(), random: &mut random };
                history.write(Some(n), &mut stamp);
                for step in 0..=gap * 4 {
                    let then = now + SignedDuration::from_millis(step * 250);
                    for (replica, last) in last_seen.iter_mut().enumerate() {
                        let seen = history.seen(View { replica, now: then }).map(|v| **v);
                        prop_assert!(seen >= *last, "replica {replica} went from {last:?} to {seen:?}");
                        prop_assert!(seen <= Some(n));
                        *last = seen;
                    }
                }
                now += SignedDuration::from_secs(*gap);
            }
            let settled = history.settles_at().unwrap();
            for replica in 0..REPLICAS {
                prop_assert_eq!(history.seen(View { replica, now: settled }).map(|v| **v), Some(gaps.len() - 1));
            }
        }
    }
}
