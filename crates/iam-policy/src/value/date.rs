//! Instants: the W3C forms of ISO 8601, down to a year, and seconds since 1970.
//! IAM User Guide, "Date condition operators".

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// An instant in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(i128);

const NANOS: i128 = 1_000_000_000;

impl Instant {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn nanoseconds(self) -> i128 {
        self.0
    }

    /// Reads `2026`, `2026-01`, `2026-01-31`, `2026-01-31T10:20Z`, `2026-01-31T10:20:30.5+01:00`, and
    /// seconds since 1970. What is left out counts as its beginning; without an offset it is UTC.
    pub(crate) fn parse(text: &str) -> Option<Instant> {
        let text = text.trim();
        // Four digits are a year; as seconds they would be a moment in 1970.
        if digits(text, 4).is_none()
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-')
            && epoch_like(text)
        {
            return epoch(text);
        }
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.splitn(3, '-');
        let year = digits(fields.next()?, 4)?;
        let month = fields.next().map_or(Some(1), |field| digits(field, 2))?;
        let day = fields.next().map_or(Some(1), |field| digits(field, 2))?;
        let (clock, offset) = match time {
            // A time belongs to a day, not to a month or a year.
            Some(_) if date.len() != "2026-01-31".len() => return None,
            Some(time) => split_offset(time)?,
            None => ("00:00", 0),
        };
        let mut fields = clock.splitn(3, ':');
        let hour = digits(fields.next()?, 2)?;
        let minute = digits(fields.next()?, 2)?;
        let (second, nanos) = fields.next().map_or(Some((0, 0)), seconds)?;
        let civil = DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            i32::try_from(nanos).ok()?,
        )
        .ok()?;
        let utc = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond();
        Some(Instant(utc - i128::from(offset) * NANOS))
    }
}

/// Digits with at most one leading minus and one point: not a date's dashes.
fn epoch_like(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    !unsigned.is_empty() && !unsigned.contains('-') && unsigned.matches('.').count() <= 1
}

fn epoch(text: &str) -> Option<Instant> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let nanos = i128::from(whole.parse::<u64>().ok()?) * NANOS + i128::from(fraction_nanos(fraction)?);
    Some(Instant(if negative { -nanos } else { nanos }))
}

/// Exactly `width` digits.
fn digits(text: &str, width: usize) -> Option<u32> {
    let valid = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if valid { text.parse().ok() } else { None }
}

fn seconds(text: &str) -> Option<(u32, u32)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    Some((digits(whole, 2)?, fraction_nanos(fraction)?))
}

fn fraction_nanos(fraction: &str) -> Option<u32> {
    let mut nanos = 0;
    let mut unit = 100_000_000;
    for byte in fraction.bytes() {
        nanos += char::from(byte).to_digit(10)? * unit;
        unit /= 10;
    }
    Some(nanos)
}

/// The time of day and its offset from UTC in seconds.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let (clock, offset) = time.split_at_checked(at)?;
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+')?),
    };
    let (hours, minutes) = match offset.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 2)?, digits(minutes, 2)?),
        None if offset.len() == 4 => (digits(offset.get(..2)?, 2)?, digits(offset.get(2..)?, 2)?),
        None => (digits(offset, 2)?, 0),
    };
    (hours < 24 && minutes < 60).then_some((clock, sign * i64::from(hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_in_many_forms() {
        let instant = |text: &str| Instant::parse(text).unwrap_or_else(|| panic!("{text}"));
        let expected = instant("2026-01-01T00:00:00Z");
        for text in [
            "2026",
            "2026-01",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T01:00:00+01:00",
            "2025-12-31T16:30:00.000-0730",
            "2026-01-01 00:00:00z",
            "1767225600",
            "1767225600.000",
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
        assert!(instant("2026-01-01T00:00:00.001Z") > expected);
        assert!(instant("1969-12-31") < instant("0") && instant("-1") < instant("0"));
        // Only four digits are a year: what has a point or a sign among four characters is seconds.
        assert!(instant("9.99") > instant("9") && instant("-100") < instant("0"));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-02-30",
            "26-01-01",
            "2026-01-01T25:00Z",
            "2026-01-01T10Z",
            "2026-1-1",
            "1.2.3",
            "-",
            // W3C, "Date and Time Formats": a time only with a complete date.
            "2026T10:00Z",
            "2026-01T10:00Z",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
    }
}
