//! A token bucket for the calls to one account: AWS throttles each account by itself, and IAM is one service for all of
//! its regions. The rate halves when AWS throttles, and comes back little by little.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A rate below this would look like standing still.
const SLOWEST: f64 = 0.5;
/// A call that succeeds adds this part of the full rate to what is left of it.
const EASING: f64 = 0.02;

/// Hands out permission for calls.
#[derive(Debug)]
pub(super) struct Bucket(Mutex<Level>);

#[derive(Debug)]
struct Level {
    full_rate: f64,
    rate: f64,
    burst: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(calls_per_second: f64, burst: f64) -> Bucket {
        let full_rate = calls_per_second.max(SLOWEST);
        Bucket(Mutex::new(Level {
            full_rate,
            rate: full_rate,
            burst: burst.max(1.0),
            tokens: burst.max(1.0),
            at: Instant::now(),
        }))
    }

    /// Waits until a call may be made.
    pub(super) async fn take(&self) {
        let pause = self.level(|level| {
            level.fill();
            // The token is taken now, whoever comes next waits behind us.
            level.tokens -= 1.0;
            if level.tokens >= 0.0 {
                Duration::ZERO
            } else {
                Duration::from_secs_f64(-level.tokens / level.rate)
            }
        });
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }

    /// AWS said that it was too much.
    pub(super) fn throttled(&self) {
        self.level(|level| {
            level.fill();
            level.rate = (level.rate / 2.0).max(SLOWEST);
            level.tokens = level.tokens.min(0.0);
        });
    }

    /// A call was answered.
    pub(super) fn eased(&self) {
        self.level(|level| level.rate = (level.rate + level.full_rate * EASING).min(level.full_rate));
    }

    fn level<T>(&self, change: impl FnOnce(&mut Level) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Level {
    fn fill(&mut self) {
        let now = Instant::now();
        let since = now.duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + since * self.rate).min(self.burst);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn seconds_for(bucket: &Bucket, calls: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..calls {
            bucket.take().await;
        }
        start.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_and_then_the_rate_holds() {
        let bucket = Bucket::new(10.0, 20.0);
        assert!(seconds_for(&bucket, 20).await < 0.01);
        let took = seconds_for(&bucket, 50).await;
        assert!((4.9..5.2).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn decision_6_throttling_halves_the_rate_and_answers_bring_it_back() {
        let bucket = Bucket::new(10.0, 1.0);
        bucket.take().await;
        bucket.throttled();
        let slow = seconds_for(&bucket, 10).await;
        assert!((1.9..2.3).contains(&slow), "{slow}");
        for _ in 0..50 {
            bucket.eased();
        }
        let fast = seconds_for(&bucket, 10).await;
        assert!((0.9..1.2).contains(&fast), "{fast}");
    }
}
