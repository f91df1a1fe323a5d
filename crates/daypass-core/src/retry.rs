//! How long to wait before a call is made again: exponential, capped, with jitter.
//! Calls to AWS slow down under throttling, they do not fail, until the caller's own deadline.

use jiff::SignedDuration;

/// The first wait; it doubles from here.
const FIRST: SignedDuration = SignedDuration::from_millis(200);
/// No single wait is longer.
const LONGEST: SignedDuration = SignedDuration::from_secs(5);

/// The wait before attempt number `attempt + 1`, when `attempt` (from 1) has failed.
///
/// "Equal jitter": half of the doubled wait for certain, the other half by `chance`, a number drawn by the caller from
/// the whole range of `u32`. Several callers that were throttled together so come back apart.
pub fn backoff(attempt: u32, chance: u32) -> SignedDuration {
    let doublings = attempt.saturating_sub(1).min(10);
    let full = (FIRST * (1_i32 << doublings)).min(LONGEST);
    let half_ms = u64::try_from(full.as_millis() / 2).unwrap_or(0);
    let jitter_ms = half_ms * u64::from(chance) / u64::from(u32::MAX);
    SignedDuration::from_millis(i64::try_from(half_ms + jitter_ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_cap_and_keeps_half_for_certain() {
        let none = |attempt| backoff(attempt, 0).as_millis();
        let all = |attempt| backoff(attempt, u32::MAX).as_millis();
        assert_eq!([none(1), none(2), none(3)], [100, 200, 400]);
        assert_eq!([all(1), all(2), all(3)], [200, 400, 800]);
        assert_eq!((none(50), all(50)), (2500, 5000));
    }
}
