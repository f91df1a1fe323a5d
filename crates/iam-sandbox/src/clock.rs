//! The world's clock: the caller's real time plus an offset that can be moved, or one instant that stands still.
//! Signatures are checked against the real time, so that moving the clock never breaks a client.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A handle on a sandbox's clock. Clones move the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    pace: Arc<Mutex<Pace>>,
}

#[derive(Clone, Copy, Debug)]
enum Pace {
    /// Ahead of real time by this much.
    Running(SignedDuration),
    Frozen(Timestamp),
}

impl Default for Pace {
    fn default() -> Self {
        Pace::Running(SignedDuration::ZERO)
    }
}

impl Clock {
    /// Moves the clock forwards (or, for a negative duration, backwards), whether it runs or is frozen.
    pub fn move_by(&self, by: SignedDuration) {
        let mut pace = self.lock();
        *pace = match *pace {
            Pace::Running(offset) => Pace::Running(offset.saturating_add(by)),
            Pace::Frozen(at) => Pace::Frozen(moved(at, by)),
        };
    }

    /// Sets the clock to an instant, when it is `real` outside. It runs on from there, unless it is frozen.
    pub fn set(&self, to: Timestamp, real: Timestamp) {
        let mut pace = self.lock();
        *pace = match *pace {
            Pace::Running(_) => Pace::Running(to.duration_since(real)),
            Pace::Frozen(_) => Pace::Frozen(to),
        };
    }

    /// Lets the clock run, ahead of real time by this much; zero is where it starts.
    pub fn set_offset(&self, to: SignedDuration) {
        *self.lock() = Pace::Running(to);
    }

    /// Stops the clock at what it shows, when it is `real` outside.
    pub fn freeze(&self, real: Timestamp) {
        let mut pace = self.lock();
        *pace = Pace::Frozen(pace.shows(real));
    }

    /// Lets a frozen clock run on from where it stands, when it is `real` outside.
    pub fn run(&self, real: Timestamp) {
        let mut pace = self.lock();
        *pace = Pace::Running(pace.shows(real).duration_since(real));
    }

    /// Does it stand still?
    pub fn is_frozen(&self) -> bool {
        matches!(*self.lock(), Pace::Frozen(_))
    }

    /// The world's time when it is `real` outside. Saturates at the ends of what a timestamp can hold.
    pub fn now(&self, real: Timestamp) -> Timestamp {
        self.lock().shows(real)
    }

    fn lock(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    fn shows(self, real: Timestamp) -> Timestamp {
        match self {
            Pace::Running(offset) => moved(real, offset),
            Pace::Frozen(at) => at,
        }
    }
}

fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(if by.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn clones_move_together_and_ends_saturate() {
        let clock = Clock::default();
        let other = clock.clone();
        let real = at("2026-11-22T12:00:00Z");
        other.move_by(SignedDuration::from_hours(48));
        assert_eq!(clock.now(real), at("2026-11-24T12:00:00Z"));
        other.move_by(SignedDuration::from_hours(-49));
        assert_eq!(clock.now(real), at("2026-11-22T11:00:00Z"));
        clock.set_offset(SignedDuration::MAX);
        assert_eq!(other.now(real), Timestamp::MAX);
    }

    #[test]
    fn frozen_it_stands_until_it_is_moved_or_runs_on() {
        let clock = Clock::default();
        let (noon, one) = (at("2026-11-22T12:00:00Z"), at("2026-11-22T13:00:00Z"));
        clock.set(at("2030-01-01T00:00:00Z"), noon);
        assert_eq!(clock.now(one), at("2030-01-01T01:00:00Z"));
        clock.freeze(one);
        assert!(clock.is_frozen());
        assert_eq!(clock.now(noon), clock.now(one));
        clock.move_by(SignedDuration::from_hours(1));
        assert_eq!(clock.now(noon), at("2030-01-01T02:00:00Z"));
        clock.set(at("2031-01-01T00:00:00Z"), noon);
        assert_eq!(clock.now(one), at("2031-01-01T00:00:00Z"));
        clock.run(noon);
        assert!(!clock.is_frozen());
        assert_eq!(clock.now(one), at("2031-01-01T01:00:00Z"));
    }
}
