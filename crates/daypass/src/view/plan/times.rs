//! Instants and how far away they are, as people read them.

use jiff::{SignedDuration, Timestamp};

/// An instant, exactly, and how far away it is: `2026-12-01T00:00:00Z (in 2 days)`.
pub(crate) fn when(at: Timestamp, now: Timestamp) -> String {
    let ahead = at.duration_since(now);
    if ahead.is_negative() || ahead.is_zero() {
        format!("{at} ({} ago)", left(-ahead))
    } else {
        format!("{at} (in {})", left(ahead))
    }
}

/// A length of time in its two largest units: `2 days 4 h`, `35 min`.
pub(crate) fn left(time: SignedDuration) -> String {
    let minutes = time.as_mins();
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let days_told = match days {
        0 => None,
        1 => Some("1 day".to_owned()),
        days => Some(format!("{days} days")),
    };
    let hours_told = (hours > 0).then(|| format!("{hours} h"));
    let minutes_told = (minutes > 0 && days == 0).then(|| format!("{minutes} min"));
    let told: Vec<String> = [days_told, hours_told, minutes_told]
        .into_iter()
        .flatten()
        .take(2)
        .collect();
    if told.is_empty() {
        "less than a minute".to_owned()
    } else {
        told.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_largest_units_are_told() {
        let told = |text: &str| left(text.parse().unwrap());
        assert_eq!(told("53h"), "2 days 5 h");
        assert_eq!(told("24h"), "1 day");
        assert_eq!(told("24h5m"), "1 day");
        assert_eq!(told("90m"), "1 h 30 min");
        assert_eq!(told("35m"), "35 min");
        assert_eq!(told("20s"), "less than a minute");
    }
}
