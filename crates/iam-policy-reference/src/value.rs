//! The types of values that conditions compare, read character by character.
//! IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::cmp::Ordering;
use std::net::IpAddr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// An integer or decimal value as sign and digits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Number {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Number {
    /// Digits with an optional sign, decimal point and power of ten.
    pub(crate) fn read(text: &str) -> Option<Number> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, power) = match digits.split_once(['e', 'E']) {
            None => (digits, 0),
            Some((digits, power)) => (digits, power.parse::<i16>().ok()?),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut whole = whole.to_owned();
        let mut fraction = fraction.to_owned();
        let all_digits = whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit());
        if !all_digits || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        // The point moves one digit for each power of ten.
        for _ in 0..power {
            let next = if fraction.is_empty() {
                '0'
            } else {
                fraction.remove(0)
            };
            whole.push(next);
        }
        for _ in power..0 {
            fraction.insert(0, whole.pop().unwrap_or('0'));
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Number {
            negative: negative && !zero,
            whole,
            fraction,
        })
    }

    pub(crate) fn compare(&self, other: &Number) -> Ordering {
        // More digits before the point are more; after it, digits compare as text.
        let size = |a: &Number, b: &Number| {
            (a.whole.len(), &a.whole, &a.fraction).cmp(&(b.whole.len(), &b.whole, &b.fraction))
        };
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(self, other),
            (true, true) => size(other, self),
        }
    }
}

/// An instant, in nanoseconds since 1970: "one of the W3C implementations of the ISO 8601 date formats or in
/// epoch (UNIX) time".
///
/// W3C's note, "Date and Time Formats": year; year and month; complete date; complete date plus hours and
/// minutes; plus seconds; plus a decimal fraction of a second. Four digits are a year, not seconds.
pub(crate) fn instant(text: &str) -> Option<i128> {
    let text = text.trim();
    if let Some(year) = digits(text, 4) {
        return midnight(year, 1, 1);
    }
    if let Some((day, time)) = text.split_once(['T', 't', ' ']) {
        let (year, rest) = day.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let midnight = midnight(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)?;
        return Some(midnight + since_midnight(time)?);
    }
    if let Some((year, rest)) = text.split_once('-')
        && let Some(year) = digits(year, 4)
    {
        return match rest.split_once('-') {
            Some((month, day)) => midnight(year, digits(month, 2)?, digits(day, 2)?),
            None => midnight(year, digits(rest, 2)?, 1),
        };
    }
    // Seconds since 1970, with or without a fraction.
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (seconds, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
    if seconds.is_empty() || !seconds.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let instant = i128::from(seconds.parse::<u64>().ok()?) * SECOND + nanoseconds(fraction)?;
    Some(if negative { -instant } else { instant })
}

const SECOND: i128 = 1_000_000_000;

fn midnight(year: i16, month: i16, day: i16) -> Option<i128> {
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?;
    Some(midnight.timestamp().as_nanosecond())
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.s`, then `Z`, `+hh:mm` or `-hh:mm`; the time without a zone is UTC's.
fn since_midnight(text: &str) -> Option<i128> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        (clock, 0)
    } else if let Some(at) = text.rfind(['+', '-']) {
        let (clock, zone) = text.split_at(at);
        let zone_digits = zone.get(1..)?;
        let (hours, minutes) = match zone_digits.split_once(':') {
            Some(parts) => parts,
            None if zone_digits.len() == 2 => (zone_digits, "00"),
            None => zone_digits.split_at_checked(2)?,
        };
        let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
        if hours > 23 || minutes > 59 {
            return None;
        }
        let minutes = i128::from(hours) * 60 + i128::from(minutes);
        (clock, if zone.starts_with('-') { -minutes } else { minutes })
    } else {
        (text, 0)
    };
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let (second, fraction) = match parts.next() {
        None => ("00", ""),
        Some(seconds) => seconds.split_once(['.', ',']).unwrap_or((seconds, "")),
    };
    let second = digits(second, 2)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let minutes = i128::from(hour) * 60 + i128::from(minute) - offset;
    Some((minutes * 60 + i128::from(second)) * SECOND + nanoseconds(fraction)?)
}

/// A fraction of a second, to nine digits.
fn nanoseconds(fraction: &str) -> Option<i128> {
    if !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().ok()
}

/// Exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<i16> {
    if text.len() == count && text.chars().all(|c| c.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// "true" or "false".
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether an address lies in a range in "standard CIDR format"; without a prefix, the range is the address.
pub(crate) fn in_range(address: &str, range: &str) -> bool {
    let (Ok(address), Some((network, length))) =
        (address.trim().parse::<IpAddr>(), network_and_length(range))
    else {
        return false;
    };
    address.is_ipv4() == network.is_ipv4()
        && bits(address)
            .iter()
            .take(length)
            .eq(bits(network).iter().take(length))
}

/// Whether a text is an address or a range of addresses.
pub(crate) fn is_range(text: &str) -> bool {
    network_and_length(text).is_some()
}

fn network_and_length(range: &str) -> Option<(IpAddr, usize)> {
    let Some((network, length)) = range.trim().split_once('/') else {
        let address: IpAddr = range.trim().parse().ok()?;
        return Some((address, bits(address).len()));
    };
    let network: IpAddr = network.parse().ok()?;
    if length.is_empty() || !length.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let length: usize = length.parse().ok()?;
    (length <= bits(network).len()).then_some((network, length))
}

/// The bits from the first to the last.
fn bits(address: IpAddr) -> Vec<char> {
    let octets = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    octets
        .iter()
        .flat_map(|octet| format!("{octet:08b}").chars().collect::<Vec<_>>())
        .collect()
}

/// The bytes of a base-64 text, with or without its padding; `None` when it is none.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let characters = text.trim_end_matches('=');
    if characters.len() < text.len() && (!text.len().is_multiple_of(4) || text.len() - characters.len() > 2) {
        return None;
    }
    let mut bits: Vec<char> = Vec::new();
    for c in characters.chars() {
        bits.extend(format!("{:06b}", ALPHABET.find(c)?).chars());
    }
    let (bytes, left_over) = bits.split_at(bits.len() / 8 * 8);
    if left_over.len() == 6 {
        return None;
    }
    bytes
        .chunks(8)
        .map(|byte| u8::from_str_radix(&byte.iter().collect::<String>(), 2).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let compare = |a: &str, b: &str| Some(Number::read(a)?.compare(&Number::read(b)?));
        for (a, b, expected) in [
            ("10", "9", Some(Ordering::Greater)),
            ("010", "10.0", Some(Ordering::Equal)),
            ("-1", "1", Some(Ordering::Less)),
            ("-10", "-9", Some(Ordering::Less)),
            ("-0", "0", Some(Ordering::Equal)),
            ("0.25", "0.3", Some(Ordering::Less)),
            ("1e1", "10", Some(Ordering::Equal)),
            ("125e-2", "1.25", Some(Ordering::Equal)),
            (".5", " 0.5 ", Some(Ordering::Equal)),
            ("1.", "1", Some(Ordering::Equal)),
            ("abc", "1", None),
            ("", "1", None),
            (".", "1", None),
            ("1e", "1", None),
        ] {
            assert_eq!(compare(a, b), expected, "{a} {b}");
        }
    }

    /// W3C, "Date and Time Formats", its examples.
    #[test]
    fn dates_in_every_form() {
        const DAY: i128 = 868_924_800 * 1_000_000_000;
        assert_eq!(instant("1997-07-15"), Some(DAY));
        assert_eq!(instant("1997-07-16T19:20+01:00"), instant("1997-07-16T18:20Z"));
        assert_eq!(
            instant("1997-07-16T19:20:30+01:00"),
            instant("1997-07-16T18:20:30Z")
        );
        assert_eq!(
            instant("1997-07-16T19:20:30.45+01:00"),
            instant("1997-07-16T18:20:30.450Z")
        );
        assert_eq!(instant("1997-07"), instant("1997-07-01"));
        assert_eq!(instant("1997"), instant("1997-01-01"));
        assert_eq!(instant("868924800"), Some(DAY));
        for wrong in [
            "",
            "1997-13-01",
            "1997-02-30",
            "1997-07-16T19Z",
            "1997-07T01:00Z",
            "x",
            "1997-7-1",
        ] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn addresses_and_ranges() {
        assert!(in_range("203.0.113.7", "203.0.113.0/24"));
        assert!(!in_range("203.0.114.7", "203.0.113.0/24"));
        assert!(in_range("203.0.113.7", "203.0.113.7"));
        assert!(in_range("2001:db8:1234:5678::1", "2001:DB8:1234:5678::/64"));
        assert!(!in_range("203.0.113.7", "::/0"));
        assert!(in_range("203.0.113.7", "0.0.0.0/0"));
        for wrong in ["203.0.113.0/33", "203.0.113.0/", "203.0.113.0/+1", "x"] {
            assert!(!in_range("203.0.113.0", wrong), "{wrong}");
        }
    }

    #[test]
    fn base64_by_its_bits() {
        assert_eq!(base64("QQ==").as_deref(), Some(&b"A"[..]));
        assert_eq!(base64("QUI").as_deref(), Some(&b"AB"[..]));
        assert_eq!(base64("").as_deref(), Some(&b""[..]));
        for wrong in ["Q", "QQ=", "Q*==", "===="] {
            assert_eq!(base64(wrong), None, "{wrong}");
        }
    }
}
