//! One-time codes as MFA devices show them: RFC 6238 with SHA-1, steps of 30 seconds and six digits.
//! A code is checked against the time outside of the world, as signatures are: devices are outside too.

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// Seconds that a code is shown for.
const STEP: i64 = 30;
const DIGITS: u32 = 1_000_000;
/// How far a device's clock may be off when it is enabled or synchronized anew, in steps.
const WIDEST_DRIFT: i64 = 10;

/// The number of the step that an instant lies in.
pub(crate) fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP)
}

/// The code that a device with this seed shows during a step.
pub(crate) fn code(seed: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(seed) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    // The last four bits say where the number begins (RFC 4226, 5.3: dynamic truncation).
    let at = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
    let number = digest
        .iter()
        .skip(at)
        .take(4)
        .fold(0u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % DIGITS)
}

/// The step of a code that is good now: this step's or a neighbour's, but none up to `taken`, by a device whose
/// clock is `drift` steps ahead.
pub(crate) fn accept(
    seed: &[u8],
    given: &str,
    now: Timestamp,
    drift: i64,
    taken: Option<i64>,
) -> Option<i64> {
    let middle = step(now) + drift;
    (middle - 1..=middle + 1)
        .filter(|step| taken.is_none_or(|taken| *step > taken))
        .find(|step| code(seed, *step) == given)
}

/// The step of the second of two codes that follow each other, and how far ahead the device's clock is.
pub(crate) fn synchronize(seed: &[u8], first: &str, second: &str, now: Timestamp) -> Option<(i64, i64)> {
    let current = step(now);
    // The nearest first: a code may by chance be shown twice within the range.
    let mut offsets: Vec<i64> = (-WIDEST_DRIFT..=WIDEST_DRIFT).collect();
    offsets.sort_by_key(|offset| offset.abs());
    let offset = offsets
        .into_iter()
        .find(|offset| code(seed, current + offset - 1) == first && code(seed, current + offset) == second)?;
    Some((current + offset, offset))
}

/// The bytes of a text in base 32, as authenticator apps are given it: padding, white space and case do not matter.
pub(crate) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            letter @ b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5) | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// Base 32 without padding (RFC 4648), as authenticator apps want a seed.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .chain(std::iter::repeat(&0))
                .take(5)
                .fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
            let letters = (chunk.len() * 8).div_ceil(5);
            (0..letters).filter_map(move |n| {
                let index = usize::try_from((bits >> (35 - 5 * n)) & 31).ok()?;
                ALPHABET.get(index).map(|letter| char::from(*letter))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    /// RFC 6238, Appendix B: its eight digits, of which the last six are ours.
    #[test]
    fn codes_of_the_rfc() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SEED, step(at(seconds))), expected, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours_and_once() {
        let now = at(2_000_000_000);
        let this = step(now);
        for offset in -1..=1 {
            let given = code(SEED, this + offset);
            assert_eq!(accept(SEED, &given, now, 0, None), Some(this + offset));
        }
        assert_eq!(accept(SEED, &code(SEED, this + 2), now, 0, None), None);
        assert_eq!(accept(SEED, &code(SEED, this - 2), now, 0, None), None);
        assert_eq!(accept(SEED, &code(SEED, this + 2), now, 2, None), Some(this + 2));
        assert_eq!(accept(SEED, &code(SEED, this), now, 0, Some(this)), None);
        assert_eq!(accept(SEED, "", now, 0, None), None);
    }

    #[test]
    fn two_codes_in_a_row_tell_the_drift() {
        let now = at(2_000_000_000);
        let this = step(now);
        let codes = |first: i64| (code(SEED, this + first), code(SEED, this + first + 1));
        for first in [-8, -1, 0, 5] {
            let (one, two) = codes(first);
            assert_eq!(
                synchronize(SEED, &one, &two, now),
                Some((this + first + 1, first + 1))
            );
            assert_eq!(synchronize(SEED, &two, &one, now), None, "the wrong way round");
        }
        let (one, two) = codes(40);
        assert_eq!(synchronize(SEED, &one, &two, now), None);
    }

    /// RFC 4648, 10: test vectors.
    #[test]
    fn base32_of_the_rfc() {
        for (text, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(text.as_bytes()), expected);
            assert_eq!(from_base32(expected).as_deref(), Some(text.as_bytes()));
        }
    }
}
