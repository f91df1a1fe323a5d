//! What is wrong in a document, shown at its place: the line, a caret under it, and what would be right.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use iam_policy::{Diagnostic, Span};

/// More than this teaches nobody anything.
const MOST: usize = 20;

/// Shows errors of a document.
pub(crate) fn errors(name: &str, text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics.iter().take(MOST) {
        super::say(render(Level::ERROR, name, text, diagnostic));
    }
    if let Some(more) = diagnostics.len().checked_sub(MOST).filter(|more| *more > 0) {
        super::note(format_args!("{more} more errors in {name}"));
    }
}

/// Shows a warning of a document; `id` names the rule.
pub(crate) fn warning(name: &str, text: &str, diagnostic: &Diagnostic) {
    super::say(render(Level::WARNING, name, text, diagnostic));
}

fn render(level: Level<'_>, name: &str, text: &str, diagnostic: &Diagnostic) -> String {
    // A span from a parser is trusted to be inside the text only as far as showing it cannot fail.
    let range = within(text, diagnostic.span);
    let snippet = Snippet::source(text)
        .path(name)
        .annotation(AnnotationKind::Primary.span(range));
    let mut group: Group<'_> = level.primary_title(diagnostic.message.as_str()).element(snippet);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
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
            let diagnostic = Diagnostic::new(Span { start, end }, "unknown key").with_help("it is Version");
            let shown =
                anstream::adapter::strip_str(&render(Level::ERROR, "p.json", text, &diagnostic)).to_string();
            assert!(
                shown.contains("unknown key") && shown.contains("p.json:"),
                "{shown}"
            );
        }
    }
}
