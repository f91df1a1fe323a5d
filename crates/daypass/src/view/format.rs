//! What became of documents that were put in their form, and their sizes.

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, QUIET, WARNING, paint};
use daypass_core::format::{Formatted, quotas_of};
use iam_policy::Document;

/// One line for a file: what became of it, its size, and for what it is too large.
pub(crate) fn line(name: &str, form: &Formatted, check: bool) -> String {
    let became = match (form.is_formatted, check) {
        (true, _) => paint(QUIET, "in its form"),
        (false, true) => paint(WARNING, "not in its form"),
        (false, false) => paint(GOOD, "formatted"),
    };
    let size = form.document.iam_size();
    let over: Vec<&str> = quotas_of(&form.document)
        .into_iter()
        .filter(|quota| size > quota.characters)
        .map(|quota| quota.what)
        .collect();
    let over = if over.is_empty() {
        String::new()
    } else {
        format!(
            "; {}",
            paint(ERROR, format!("too large for: {}", over.join("; ")))
        )
    };
    format!("{name}: {became}, {} characters{over}", grouped(size))
}

/// The size against each quota, on stderr.
pub(crate) fn sizes(document: &Document) {
    let size = document.iam_size();
    let rows: Vec<Vec<Cell>> = quotas_of(document)
        .into_iter()
        .map(|quota| {
            let percent = size.saturating_mul(100).div_ceil(quota.characters.max(1));
            let fits = size <= quota.characters;
            let left = if fits {
                Cell::plain(format!("{} left", grouped(quota.characters - size)))
            } else {
                Cell::styled(ERROR, format!("{} too many", grouped(size - quota.characters)))
            };
            vec![
                Cell::plain(quota.what),
                Cell::plain(grouped(quota.characters)),
                Cell::plain(format!("{percent} %")),
                left,
            ]
        })
        .collect();
    super::say(table(&["as", "may have", "used", ""], &rows));
}

/// `10,240`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(
            [0, 12, 999, 1_000, 10_240, 1_234_567].map(grouped),
            ["0", "12", "999", "1,000", "10,240", "1,234,567"]
        );
    }
}
