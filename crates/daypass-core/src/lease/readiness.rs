//! When a role counts as ready: proven by repeated success, never by having waited long enough.

use jiff::{SignedDuration, Timestamp};

/// How much proof is asked for, and for how long.
///
/// IAM is eventually consistent: each call is answered by some replica that may lag. One success says that *one* replica
/// knows the role. With `calls` per round and `rounds` rounds `spacing` apart, all of which have to succeed in a row, a
/// replica of four that still lags is overlooked with a chance of `0.75 ^ (rounds * calls)`, below 0.1 % by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// Rounds of proof that have to succeed one after the other.
    pub rounds: u32,
    /// Calls in one round, made at once after one another.
    pub calls: u32,
    /// Time between two rounds, and between two tries while the role is not seen yet.
    pub spacing: SignedDuration,
    /// When to give up.
    pub give_up_after: SignedDuration,
}

impl Readiness {
    /// For a world without propagation: one success proves it.
    pub const fn immediate() -> Self {
        Readiness {
            rounds: 1,
            calls: 1,
            spacing: SignedDuration::from_millis(100),
            give_up_after: SignedDuration::from_secs(10),
        }
    }
}

impl Default for Readiness {
    fn default() -> Self {
        Readiness {
            rounds: 5,
            calls: 5,
            spacing: SignedDuration::from_millis(400),
            give_up_after: SignedDuration::from_secs(120),
        }
    }
}

/// The count of proofs so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proofs {
    readiness: Readiness,
    since: Timestamp,
    calls_in_round: u32,
    rounds: u32,
    not_before: Timestamp,
}

impl Proofs {
    /// Nothing proven yet, at `now`.
    pub fn new(readiness: Readiness, now: Timestamp) -> Self {
        Proofs {
            readiness,
            since: now,
            calls_in_round: 0,
            rounds: 0,
            not_before: now,
        }
    }

    /// A call succeeded at `now`.
    pub fn succeeded(&mut self, now: Timestamp) {
        self.calls_in_round += 1;
        if self.calls_in_round >= self.readiness.calls {
            self.calls_in_round = 0;
            self.rounds += 1;
            self.not_before = later(now, self.readiness.spacing);
        }
    }

    /// A call showed at `now` that some replica does not know yet: everything starts again.
    pub fn failed(&mut self, now: Timestamp) {
        self.calls_in_round = 0;
        self.rounds = 0;
        self.not_before = later(now, self.readiness.spacing);
    }

    /// Rounds done and rounds wanted, for people.
    pub fn progress(&self) -> (u32, u32) {
        (self.rounds, self.readiness.rounds)
    }

    /// Whether all rounds succeeded.
    pub fn complete(&self) -> bool {
        self.rounds >= self.readiness.rounds
    }

    /// The instant before which no further call is to be made.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Whether it has taken too long, at `now`.
    pub fn exhausted(&self, now: Timestamp) -> bool {
        now >= later(self.since, self.readiness.give_up_after)
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_takes_everything_back() {
        let readiness = Readiness {
            rounds: 2,
            calls: 2,
            ..Readiness::default()
        };
        let mut proofs = Proofs::new(readiness, Timestamp::UNIX_EPOCH);
        for _ in 0..3 {
            proofs.succeeded(Timestamp::UNIX_EPOCH);
        }
        assert_eq!(proofs.progress(), (1, 2));
        proofs.failed(Timestamp::UNIX_EPOCH);
        assert_eq!(proofs.progress(), (0, 2));
        for _ in 0..4 {
            assert!(!proofs.complete());
            proofs.succeeded(Timestamp::UNIX_EPOCH);
        }
        assert!(proofs.complete());
    }

    #[test]
    fn rounds_are_spaced_calls_in_a_round_are_not() {
        let readiness = Readiness {
            rounds: 2,
            calls: 2,
            ..Readiness::default()
        };
        let mut proofs = Proofs::new(readiness, Timestamp::UNIX_EPOCH);
        proofs.succeeded(Timestamp::UNIX_EPOCH);
        assert_eq!(proofs.not_before(), Timestamp::UNIX_EPOCH);
        proofs.succeeded(Timestamp::UNIX_EPOCH);
        assert_eq!(proofs.not_before(), Timestamp::UNIX_EPOCH + readiness.spacing);
    }
}
