//! Days and instants as people write them into team files, and the exact instant that is meant.

use iam_policy::syntax::{Node, NodeKind};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::finding::Rule;
use super::reader::{At, Reader, shortened};
use crate::expiry::whole_seconds;

/// A day or an instant, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Day(Date),
    Instant(Timestamp),
}

impl Moment {
    /// As an end: of a day the instant at which the next one begins.
    pub(crate) fn as_end(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Moment::Day(day) => start_of(day.tomorrow().ok()?, zone),
            Moment::Instant(instant) => Some(instant),
        }
    }

    /// As a start: of a day the instant at which it begins.
    pub(crate) fn as_start(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Moment::Day(day) => start_of(day, zone),
            Moment::Instant(instant) => Some(instant),
        }
    }
}

/// The latest end that `days` allow: through the day that many days from now.
pub(crate) fn latest_end(now: Timestamp, days: u16, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let last = today.checked_add(i64::from(days).days()).ok()?;
    Moment::Day(last).as_end(zone)
}

fn start_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|start| start.timestamp())
}

impl Reader<'_> {
    pub(crate) fn moment(&mut self, node: &Node, key: &str) -> Option<At<Moment>> {
        let text = match &node.kind {
            NodeKind::String(text) => text.as_str(),
            NodeKind::Number(digits) => {
                let message = format!("{key} `{}` is a number, not a day", shortened(digits));
                self.error(node.span, Rule::WrongEnd, message, like(key));
                return None;
            }
            _ => {
                self.wants(node, key, "a day or an instant", like(key));
                return None;
            }
        };
        match parse(text) {
            Ok(moment) => Some(self.at(moment, node.span)),
            Err(wrong) => {
                let text = shortened(text);
                let (rule, message, help) = match wrong {
                    Wrong::Relative => (
                        Rule::RelativeEnd,
                        format!("{key} `{text}` is relative: every run would move it"),
                        like(key),
                    ),
                    Wrong::NoZone => (
                        Rule::WrongEnd,
                        format!("{key} `{text}` has no zone: it would be another instant for each reader"),
                        "add the zone: Z for UTC, or an offset such as +02:00",
                    ),
                    Wrong::NoSuchDay => (
                        Rule::WrongEnd,
                        format!("{key} `{text}` is no day of the calendar or time of the day"),
                        like(key),
                    ),
                    Wrong::Form => (
                        Rule::WrongEnd,
                        format!("{key} `{text}` is neither a day nor an instant"),
                        like(key),
                    ),
                };
                self.error(node.span, rule, message, help);
                None
            }
        }
    }
}

/// How such a value is written. A day that ends something ends it with the day.
fn like(key: &str) -> &'static str {
    match key {
        "starts_at" | "at" => {
            "write a day, such as 2026-11-30 (from its beginning), or an instant, such as 2026-11-30T18:00:00Z"
        }
        _ => {
            "write a day, such as 2026-11-30 (through that day), or an instant, such as 2026-11-30T18:00:00Z"
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Relative,
    NoZone,
    NoSuchDay,
    Form,
}

/// RFC 3339, with or without a time: what a person and every other reader of the file read alike.
pub(super) fn parse(text: &str) -> Result<Moment, Wrong> {
    let (whole, zone) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, fraction.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => (text, ""),
    };
    let mask: String = whole
        .chars()
        .chain(zone.chars())
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let time = mask.strip_prefix("0000-00-00");
    match time {
        Some("") if zone.is_empty() && whole == text => {
            text.parse().map(Moment::Day).map_err(|_| Wrong::NoSuchDay)
        }
        Some("T00:00" | "T00:00:00" | " 00:00" | " 00:00:00") => Err(Wrong::NoZone),
        Some(
            "T00:00Z" | "T00:00:00Z" | "T00:00+00:00" | "T00:00-00:00" | "T00:00:00+00:00"
            | "T00:00:00-00:00",
        ) => {
            let instant: Timestamp = text.parse().map_err(|_| Wrong::NoSuchDay)?;
            Ok(Moment::Instant(whole_seconds(instant)))
        }
        _ if is_relative(text) => Err(Wrong::Relative),
        _ => Err(Wrong::Form),
    }
}

fn is_relative(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let words = ["in ", "next ", "now", "today", "tomorrow", "tonight", "eod"];
    let duration = lower.trim_start_matches('+').trim();
    words.iter().any(|word| lower.starts_with(word)) || duration.parse::<jiff::Span>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        jiff::tz::TimeZoneDatabase::bundled()
            .get("Europe/Berlin")
            .unwrap()
    }

    #[test]
    fn a_day_ends_when_the_next_one_begins() {
        let end = |text: &str, zone: &TimeZone| parse(text).unwrap().as_end(zone).unwrap().to_string();
        assert_eq!(end("2025-11-30", &TimeZone::UTC), "2025-12-01T00:00:00Z");
        assert_eq!(end("2025-11-30", &berlin()), "2025-11-30T23:00:00Z");
        // Summer time: the same day ends an hour earlier in UTC.
        assert_eq!(end("2026-07-31", &berlin()), "2026-07-31T22:00:00Z");
        assert_eq!(end("2025-11-30T18:00:00Z", &berlin()), "2025-11-30T18:00:00Z");
        assert_eq!(end("2025-11-30T18:00+02:00", &berlin()), "2025-11-30T16:00:00Z");
        assert_eq!(end("2025-11-30T18:00:00.999Z", &berlin()), "2025-11-30T18:00:00Z");
        let start = parse("2025-11-30").unwrap().as_start(&berlin()).unwrap();
        assert_eq!(start.to_string(), "2025-11-29T23:00:00Z");
    }

    #[test]
    fn the_latest_end_counts_days_of_the_zone() {
        let now: Timestamp = "2026-03-01T23:30:00Z".parse().unwrap();
        let latest = |zone: &TimeZone| latest_end(now, 6, zone).unwrap().to_string();
        assert_eq!(latest(&TimeZone::UTC), "2026-03-08T00:00:00Z");
        // In Berlin it is March the 2nd already.
        assert_eq!(latest(&berlin()), "2026-03-08T23:00:00Z");
    }

    #[test]
    fn what_is_no_moment() {
        for text in ["2d", "+2d", "48h", "in 2 days", "tomorrow", "P2D", "1h 30m"] {
            assert_eq!(parse(text), Err(Wrong::Relative), "{text}");
        }
        for text in ["2025-11-30T18:00:00", "2025-11-30 18:00"] {
            assert_eq!(parse(text), Err(Wrong::NoZone), "{text}");
        }
        for text in ["2025-11-31", "2025-13-01", "2025-11-30T25:00:00Z"] {
            assert_eq!(parse(text), Err(Wrong::NoSuchDay), "{text}");
        }
        for text in [
            "30.11.2025",
            "30-11-2025",
            "11/30/2025",
            "2025-11-30T18:00:00Z[UTC]",
            "2025-11-30.5",
            "x",
            "",
        ] {
            assert_eq!(parse(text), Err(Wrong::Form), "{text}");
        }
    }
}
