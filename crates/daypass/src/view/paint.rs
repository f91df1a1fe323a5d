//! The few styles, the same everywhere. Colour only ever repeats what the words say.

use anstyle::{AnsiColor, Style};
use std::fmt::Display;

const fn coloured(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

pub(crate) const ERROR: Style = coloured(AnsiColor::Red).bold();
pub(crate) const WARNING: Style = coloured(AnsiColor::Yellow).bold();
pub(crate) const HELP: Style = coloured(AnsiColor::Cyan).bold();
pub(crate) const NOTE: Style = Style::new().bold();
pub(crate) const GOOD: Style = coloured(AnsiColor::Green).bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const QUIET: Style = Style::new().dimmed();
pub(crate) const TITLE: Style = coloured(AnsiColor::Blue).bold();

/// `text` in `style`; what cannot show it drops it when written.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
