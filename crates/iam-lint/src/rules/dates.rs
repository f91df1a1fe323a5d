//! Conditions on the moment of a request: which of them are an end, and when.
//! IAM User Guide, "AWS global condition context keys": aws:CurrentTime, aws:EpochTime.

use iam_policy::{Comparison, Condition, Operator};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Whether the condition holds up to a moment and not after it.
pub(super) fn is_end(condition: &Condition) -> bool {
    let on_now = ["aws:CurrentTime", "aws:EpochTime"]
        .iter()
        .any(|key| condition.key.eq_ignore_ascii_case(key));
    let comparison = Operator::parse(&condition.operator).map(|operator| operator.comparison);
    on_now
        && matches!(
            comparison,
            Some(
                Comparison::DateLessThan
                    | Comparison::DateLessThanEquals
                    | Comparison::NumericLessThan
                    | Comparison::NumericLessThanEquals
            )
        )
}

/// The moment that a value names: RFC 3339, a date alone (its first moment), or seconds since 1970.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let at_utc = |moment: DateTime| moment.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    if text.len() == "2026-01-01".len()
        && let Ok(date) = text.parse::<Date>()
    {
        return at_utc(date.to_datetime(jiff::civil::Time::midnight()));
    }
    text.parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_in_the_forms_of_the_policy_language() {
        let moment = |text: &str| instant(text).map(|timestamp| timestamp.to_string());
        assert_eq!(
            moment("2026-06-01T02:00:00+02:00").as_deref(),
            Some("2026-06-01T00:00:00Z")
        );
        assert_eq!(moment("2026-06-01").as_deref(), Some("2026-06-01T00:00:00Z"));
        assert_eq!(moment("0").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(moment("${aws:username}"), None);
        assert_eq!(moment(""), None);
    }
}
