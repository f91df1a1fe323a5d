//! The world's clock: the caller's real time plus an offset that can be moved.
//! Signatures are checked against the real time, so that moving the clock never breaks a client.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A handle on a sandbox's clock. Clones move the same clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset: Arc<Mutex<SignedDuration>>,
}

impl Clock {
    /// Moves the clock forwards (or, for a negative duration, backwards).
    pub fn move_by(&self, by: SignedDuration) {
        let mut offset = self.lock();
        *offset = offset.saturating_add(by);
    }

    /// Sets how far the world's clock is ahead of real time; zero is where it starts.
    pub fn set_offset(&self, to: SignedDuration) {
        *self.lock() = to;
    }

    /// How far the world's clock is ahead of real time.
    pub fn offset(&self) -> SignedDuration {
        *self.lock()
    }

    /// The world's time when it is `real` outside. Saturates at the ends of what a timestamp can hold.
    pub fn now(&self, real: Timestamp) -> Timestamp {
        let offset = self.offset();
        real.checked_add(offset).unwrap_or(if offset.is_negative() {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, SignedDuration> {
        self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_move_together_and_ends_saturate() {
        let clock = Clock::default();
        let other = clock.clone();
        let real: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        other.move_by(SignedDuration::from_hours(48));
        assert_eq!(clock.now(real), "2026-11-24T12:00:00Z".parse().unwrap());
        other.move_by(SignedDuration::from_hours(-49));
        assert_eq!(clock.now(real), "2026-11-22T11:00:00Z".parse().unwrap());
        clock.set_offset(SignedDuration::MAX);
        assert_eq!(other.now(real), Timestamp::MAX);
    }
}
