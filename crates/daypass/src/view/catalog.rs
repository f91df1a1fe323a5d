//! What is known of AWS, from where and as of when.

use super::columns::{Cell, table};
use iam_catalog::Provenance;
use serde_json::{Map, Value, json};

/// What came from one source.
#[derive(Debug)]
pub(crate) struct Part {
    /// What it is, in a word or three.
    pub(crate) what: &'static str,
    /// Where it is from.
    pub(crate) source: Provenance,
    /// How many there are of what.
    pub(crate) counts: Vec<(&'static str, usize)>,
}

/// The sources and their dates.
pub(crate) fn sources(parts: &[Part]) -> String {
    let rows: Vec<_> = parts
        .iter()
        .map(|part| {
            vec![
                Cell::plain(part.what),
                Cell::plain(part.source.as_of),
                Cell::plain(part.source.package),
            ]
        })
        .collect();
    table(&["what", "as of", "from"], &rows)
}

/// The same, after how many there are.
pub(crate) fn in_full(parts: &[Part]) -> String {
    let counts: Vec<_> = parts
        .iter()
        .flat_map(|part| &part.counts)
        .map(|(what, count)| vec![Cell::number(with_commas(*count)), Cell::plain(*what)])
        .collect();
    format!("{}\n\n{}", table(&["known", ""], &counts), sources(parts))
}

/// For a program.
pub(crate) fn json(parts: &[Part]) -> String {
    let parts: Vec<Value> = parts
        .iter()
        .map(|part| {
            let counts: Map<_, _> = part
                .counts
                .iter()
                .map(|(what, count)| (what.to_lowercase().replace(' ', "_"), json!(count)))
                .collect();
            json!({
                "what": part.what,
                "package": part.source.package,
                "as_of": part.source.as_of,
                "counts": counts,
            })
        })
        .collect();
    format!("{:#}", json!({ "catalog": parts }))
}

fn with_commas(number: usize) -> String {
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
    fn thousands_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_582, "1,582"),
            (22_091, "22,091"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(with_commas(number), text);
        }
    }
}
