//! The types of condition values, parsed from their text once.
//! IAM User Guide, "IAM JSON policy elements: Condition operators".

pub(crate) mod binary;
pub(crate) mod date;
pub(crate) mod network;
pub(crate) mod number;

/// `true` and `false`, in any case.
pub(crate) fn parse_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
