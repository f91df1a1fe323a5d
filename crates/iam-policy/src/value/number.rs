//! Integers and decimals, compared exactly.
//! IAM User Guide, "Numeric condition operators".

/// A number in units of 10^-18: exact for twenty digits before the point and eighteen behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(i128);

const DECIMALS: i32 = 18;

impl Number {
    /// Reads `-12`, `+1.50`, `.5`, `3e2`. `None` for anything else, and beyond the range.
    /// Digits behind the eighteenth decimal are cut off.
    pub(crate) fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if integer.is_empty() && fraction.is_empty() {
            return None;
        }
        // The place of the next digit: 10^place.
        let mut place = i32::try_from(integer.len())
            .ok()?
            .checked_add(exponent)?
            .checked_sub(1)?;
        let mut units: i128 = 0;
        for byte in integer.bytes().chain(fraction.bytes()) {
            let digit = i128::from(char::from(byte).to_digit(10)?);
            if digit != 0
                && let Ok(power) = u32::try_from(place.checked_add(DECIMALS)?)
            {
                units = units.checked_add(digit.checked_mul(10i128.checked_pow(power)?)?)?;
            }
            place = place.checked_sub(1)?;
        }
        Some(Number(if negative { -units } else { units }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let number = |text: &str| Number::parse(text).unwrap();
        for (a, b) in [
            ("10", "10.0"),
            ("1e3", "1000"),
            ("0.5", ".5"),
            ("-0", "0"),
            ("007", "7"),
            ("12e-1", "1.2"),
        ] {
            assert_eq!(number(a), number(b), "{a} {b}");
        }
        assert!(number("9") < number("10"));
        assert!(number("-10") < number("-9.99"));
        // Not the same although a float would say so.
        assert!(number("9007199254740993") > number("9007199254740992"));
        for nonsense in ["", "-", "abc", "1.2.3", "1e", "0x10", "1e999", "１"] {
            assert_eq!(Number::parse(nonsense), None, "{nonsense}");
        }
    }
}
