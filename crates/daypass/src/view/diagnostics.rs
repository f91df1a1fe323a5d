//! What is wrong in a document, shown at its place: the line, a caret under it, and what would be right.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use iam_lint::Finding;
use iam_policy::{Diagnostic, Span};

/// More than this teaches nobody anything.
const MOST: usize = 20;

/// Shows everything that makes a text no policy document.
pub(crate) fn errors(name: &str, text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics.iter().take(MOST) {
        let mark = Mark {
            level: Level::ERROR,
            rule: None,
            span: diagnostic.span,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
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
            help: finding.help.as_deref(),
        };
        super::say(render(name, text, mark));
    }
}

/// Points to a place that matters and is not wrong.
pub(crate) fn place(name: &str, text: &str, span: Span, title: &str) {
    let mark = Mark {
        level: Level::NOTE,
        rule: None,
        span,
        message: title,
        help: None,
    };
    super::say(render(name, text, mark));
}

/// Something to be shown at its place.
struct Mark<'a> {
    level: Level<'a>,
    rule: Option<&'a str>,
    span: Span,
    message: &'a str,
    help: Option<&'a str>,
}

fn render(name: &str, text: &str, mark: Mark<'_>) -> String {
    // A span from a parser is trusted to be inside the text only as far as showing it cannot fail.
    let range = within(text, mark.span);
    let snippet = Snippet::source(text)
        .path(name)
        .annotation(AnnotationKind::Primary.span(range));
    let title = mark.level.primary_title(mark.message);
    let title = match mark.rule {
        Some(rule) => title.id(rule),
        None => title,
    };
    let mut group: Group<'_> = title.element(snippet);
    if let Some(help) = mark.help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::styled()
        .decor_style(DecorStyle::Unicode)
        .render(&[group])
}

fn within(text: &str, span: Span) -> std::ops::Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start);
    start..boundary(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

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
                span: Span { start, end },
                message: "unknown key",
                help: Some("it is Version"),
            };
            let shown = anstream::adapter::strip_str(&render("p.json", text, mark)).to_string();
            assert!(
                shown.contains("unknown key") && shown.contains("p.json:"),
                "{shown}"
            );
        }
    }
}
