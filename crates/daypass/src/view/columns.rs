//! A plain table: columns as wide as their widest cell, a quiet header, no lines to get in the way of copying.

use super::paint::{QUIET, paint};
use anstyle::Style;

/// A cell and its style.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    to_the_right: bool,
}

impl Cell {
    /// Plain text.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Cell {
            text: text.into(),
            style: Style::new(),
            to_the_right: false,
        }
    }

    /// Text in a style.
    pub(crate) fn styled(style: Style, text: impl Into<String>) -> Self {
        Cell {
            text: text.into(),
            style,
            to_the_right: false,
        }
    }

    /// A number, flush right.
    pub(crate) fn number(number: impl std::fmt::Display) -> Self {
        Cell {
            text: number.to_string(),
            style: Style::new(),
            to_the_right: true,
        }
    }
}

/// The lines of a table, indented by two.
pub(crate) fn table(header: &[&str], rows: &[Vec<Cell>]) -> String {
    let header: Vec<Cell> = header.iter().map(|title| Cell::styled(QUIET, *title)).collect();
    let lines: Vec<&Vec<Cell>> = std::iter::once(&header).chain(rows).collect();
    let width = |column: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(column))
            .map(|cell| cell.text.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let rendered = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, &width)| {
            let padding = " ".repeat(width.saturating_sub(cell.text.chars().count()));
            // Styles around nothing would hold up the blanks at the end of the line.
            let painted = if cell.text.is_empty() {
                String::new()
            } else {
                paint(cell.style, &cell.text)
            };
            if cell.to_the_right {
                padding + &painted
            } else {
                painted + &padding
            }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  "))
            .trim_end()
            .to_owned()
    });
    rendered.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::paint::GOOD;

    #[test]
    fn columns_line_up_under_colour() {
        let rows = [
            vec![Cell::plain("S3"), Cell::number(12)],
            vec![Cell::styled(GOOD, "EC2 instances"), Cell::number(3)],
        ];
        let shown = table(&["service", "times"], &rows);
        let plain = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(
            plain,
            "  service        times\n  S3                12\n  EC2 instances      3"
        );
    }
}
