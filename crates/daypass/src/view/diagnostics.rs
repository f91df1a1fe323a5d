//! What is wrong in a document, shown at its place: the line, a caret under it, and what would be right.

use super::terminal;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use daypass_core::team;
use iam_lint::Finding;
use iam_policy::{Diagnostic, Span};
use std::ops::Range;

/// More than this teaches nobody anything.
const MOST: usize = 20;
/// Bytes of a line that are shown on each side of a place, and of a place itself, when the line is longer than all of that.
const AROUND: usize = 100;
/// Characters of a message, which may quote from the document.
const LONGEST_MESSAGE: usize = 600;

/// Shows everything that makes a text no policy document.
pub(crate) fn errors(name: &str, text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics.iter().take(MOST) {
        let mark = Mark {
            level: Level::ERROR,
            rule: None,
            span: diagnostic.span,
            message: &diagnostic.message,
            below: Below::help(diagnostic.help.as_deref()),
        };
        super::say(render(name, text, mark));
    }
    if let Some(more) = diagnostics.len().checked_sub(MOST).filter(|more| *more > 0) {
        super::note(format_args!("{more} more errors in {name}"));
    }
}

/// Shows what the rules found.
pub(crate) fn findings<'a>(name: &str, text: &str, findings: impl IntoIterator<Item = &'a Finding>) {
    for finding in findings {
        let level = match finding.level {
            iam_lint::Level::Error => Level::ERROR,
            iam_lint::Level::Warning => Level::WARNING,
            iam_lint::Level::Note => Level::NOTE,
        };
        let mark = Mark {
            level,
            rule: Some(finding.rule),
            span: finding.span,
            message: &finding.message,
            below: Below::help(finding.help.as_deref()),
        };
        super::say(render(name, text, mark));
    }
}

/// Shows a finding in a team's file; one about a file that is not there has no place to quote.
pub(crate) fn team_finding(text: &str, finding: &team::Finding) {
    let level = match finding.severity {
        team::Severity::Error => Level::ERROR,
        team::Severity::Warning => Level::WARNING,
    };
    let mark = Mark {
        level,
        rule: Some(finding.rule.id()),
        span: finding.place.span,
        message: &finding.message,
        below: Below::help(finding.help.as_deref()),
    };
    super::say(render(&finding.place.file, text, mark));
}

/// What is said below a quotation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Below<'a> {
    /// Nothing.
    Nothing,
    /// What would be right.
    Help(&'a str),
    /// What is to be known about the place.
    Note(&'a str),
}

impl<'a> Below<'a> {
    fn help(help: Option<&'a str>) -> Self {
        help.map_or(Below::Nothing, Below::Help)
    }
}

/// A place of a text, quoted under a title.
pub(crate) fn quoted(name: &str, text: &str, span: Span, title: &str, below: Below<'_>) -> String {
    let mark = Mark {
        level: Level::NOTE.no_name(),
        rule: None,
        span,
        message: title,
        below,
    };
    render(name, text, mark)
}

/// Points to a place that matters and is not wrong.
pub(crate) fn place(name: &str, text: &str, span: Span, title: &str) {
    let mark = Mark {
        level: Level::NOTE,
        rule: None,
        span,
        message: title,
        below: Below::Nothing,
    };
    super::say(render(name, text, mark));
}

/// Something to be shown at its place.
struct Mark<'a> {
    level: Level<'a>,
    rule: Option<&'a str>,
    span: Span,
    message: &'a str,
    below: Below<'a>,
}

fn render(name: &str, text: &str, mark: Mark<'_>) -> String {
    // A byte order mark is not shown, and no column counts it.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let marks = text.len() - body.len();
    let span = Span::new(
        mark.span.start().saturating_sub(marks),
        mark.span.end().saturating_sub(marks),
    );
    let text = body;
    // A span from a parser is trusted to be inside the text only as far as showing it cannot fail.
    let range = within(text, span);
    let message = shortened(mark.message);
    let title = mark.level.primary_title(message);
    let title = match mark.rule {
        Some(rule) => title.id(rule),
        None => title,
    };
    // The frame takes four columns, and `help: ` six.
    let width = terminal::width().map(|width| width.saturating_sub(10));
    let help = match mark.below {
        Below::Help(help) => terminal::wrapped(&shortened(help), width),
        Below::Nothing | Below::Note(_) => String::new(),
    };
    let mut group: Group<'_> = match Excerpt::of_long_lines(text, &range) {
        // The file as a whole is meant, and there is nothing to quote of it.
        _ if text.is_empty() => title.element(Origin::path(name)),
        None => {
            let mark = AnnotationKind::Primary.span(range);
            title.element(Snippet::source(text).path(name).annotation(mark))
        }
        // The renderer would count columns from where the excerpt begins.
        Some(excerpt) => {
            let origin = Origin::path(name).line(excerpt.line).char_column(excerpt.column);
            let snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
            let mark = AnnotationKind::Primary.span(excerpt.span);
            title.element(origin).element(snippet.annotation(mark))
        }
    };
    match mark.below {
        Below::Nothing => {}
        Below::Help(_) => group = group.element(Level::HELP.message(&help)),
        Below::Note(note) => group = group.element(Level::NOTE.no_name().message(shortened(note))),
    }
    let renderer = Renderer::styled().decor_style(DecorStyle::Unicode);
    let renderer = match terminal::width() {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    renderer.render(&[group])
}

fn within(text: &str, span: Span) -> Range<usize> {
    let start = text.floor_char_boundary(span.start());
    start..text.floor_char_boundary(span.end()).max(start)
}

/// Part of a line that is too long to be shown, around the place that matters.
struct Excerpt<'a> {
    text: &'a str,
    /// The place, in `text`.
    span: Range<usize>,
    /// Line and column of the place, from 1.
    line: usize,
    column: usize,
}

impl<'a> Excerpt<'a> {
    /// `None` when the lines of `span` are of a length that can be shown.
    fn of_long_lines(text: &'a str, span: &Range<usize>) -> Option<Self> {
        let before = text.get(..span.start)?;
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line_end = |from: usize| {
            let rest = text.get(from..).unwrap_or_default();
            rest.find('\n').map_or(text.len(), |length| from + length)
        };
        let longest = text
            .get(line_start..line_end(span.end))?
            .lines()
            .map(str::len)
            .max()?;
        if longest <= 3 * AROUND {
            return None;
        }
        let first_line_end = line_end(span.start);
        let span_end = text.floor_char_boundary(span.end.min(first_line_end).min(span.start + AROUND));
        let start = text.ceil_char_boundary(span.start.saturating_sub(AROUND).max(line_start));
        let end = text.floor_char_boundary((span_end + AROUND).min(first_line_end));
        Some(Excerpt {
            text: text.get(start..end)?,
            span: span.start - start..span_end.max(span.start) - start,
            line: before.matches('\n').count() + 1,
            column: text.get(line_start..span.start)?.chars().count() + 1,
        })
    }
}

/// A message that quotes too much, without its middle: how it begins and how it ends tells what is wrong.
fn shortened(message: &str) -> String {
    let length = message.chars().count();
    if length <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let part = LONGEST_MESSAGE / 2;
    let head: String = message.chars().take(part).collect();
    let tail: String = message.chars().skip(length - part).collect();
    format!("{head} [{} characters] {tail}", length - 2 * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_very_long_line_only_the_place_is_shown() {
        let long = "é".repeat(500_000);
        let text = format!("{{\n\"a\": \"{long}\", \"wrong\": \"{long}\"}}\n");
        let key = text.find("wrong").unwrap();
        let message = format!("`{long}` is not right");
        for end in [key + 5, text.len()] {
            let mark = Mark {
                level: Level::ERROR,
                rule: None,
                span: Span::new(key, end),
                message: &message,
                below: Below::Help(&long),
            };
            let shown = anstream::adapter::strip_str(&render("p.json", &text, mark)).to_string();
            assert!(shown.len() < 8_000, "{} bytes", shown.len());
            let place = format!("p.json:2:{}", "\"a\": \"".len() + 500_000 + "\", \"".len() + 1);
            assert!(
                shown.contains(&place) && shown.contains("wrong"),
                "{place}: {shown}"
            );
            assert!(shown.contains("is not right"), "{shown}");
        }
    }

    #[test]
    fn a_byte_order_mark_counts_for_no_column() {
        let shown = |text: &str, at: usize| {
            let mark = Mark {
                level: Level::ERROR,
                rule: None,
                span: Span::new(at, at + 3),
                message: "unknown",
                below: Below::Nothing,
            };
            anstream::adapter::strip_str(&render("p.json", text, mark)).to_string()
        };
        let plain = "{\"a\": 1,\n \"b\": 2}";
        let long = format!("{{\"a\": \"{}\"}}", "x".repeat(1_000));
        for text in [plain, &long] {
            assert_eq!(shown(&format!("\u{feff}{text}"), 4), shown(text, 1));
        }
        assert!(shown(plain, 1).contains("p.json:1:2"), "{}", shown(plain, 1));
    }

    #[test]
    fn a_span_is_shown_wherever_it_points() {
        let text = "{\r\n  \"Versiön\": 1\r\n}\n";
        for (start, end) in [
            (0, 1),
            (5, 14),
            (10, 9),
            (11, 12),
            (text.len(), text.len()),
            (400, 500),
        ] {
            let mark = Mark {
                level: Level::ERROR,
                rule: None,
                span: Span::new(start, end),
                message: "unknown key",
                below: Below::Help("it is Version"),
            };
            let shown = anstream::adapter::strip_str(&render("p.json", text, mark)).to_string();
            assert!(
                shown.contains("unknown key") && shown.contains("p.json:"),
                "{shown}"
            );
        }
    }
}
