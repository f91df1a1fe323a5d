//! What a scalar without quotes is: YAML 1.2, "10.3 Core Schema", as far as JSON has the same.

use iam_policy::syntax::NodeKind;

/// The value of a plain scalar.
///
/// A number that JSON would not write so (`012345678901`, `0x1f`, `.5`) stays the text that was written: an account id
/// must keep its zero.
pub(super) fn plain(text: &str) -> NodeKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ if is_json_number(text) => NodeKind::Number(text.to_owned()),
        _ => NodeKind::String(text.to_owned()),
    }
}

fn is_json_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (unsigned, None),
    };
    let (integer, fraction) = match mantissa.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (mantissa, None),
    };
    let no_leading_zero = integer == "0" || !integer.starts_with('0');
    is_digits(integer) && no_leading_zero && fraction.is_none_or(is_digits) && exponent.is_none_or(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema_without_its_surprises() {
        for text in [
            "2012-10-17",
            "012345678901",
            "0x1f",
            "0o17",
            ".5",
            "5.",
            "+1",
            "1_000",
            "yes",
            "NO",
            "on",
            ".inf",
            "-",
            "1e",
            "1.e2",
            "--1",
            "tRUE",
        ] {
            assert_eq!(plain(text), NodeKind::String(text.to_owned()));
        }
        for text in ["0", "-0", "123456789012", "1.50", "-2.5e-3", "1E9"] {
            assert_eq!(plain(text), NodeKind::Number(text.to_owned()));
        }
        assert_eq!(plain("True"), NodeKind::Bool(true));
        assert_eq!(plain("FALSE"), NodeKind::Bool(false));
        for text in ["", "~", "null"] {
            assert_eq!(plain(text), NodeKind::Null);
        }
    }
}
