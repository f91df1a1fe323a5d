//! YAML text to the tree of `iam_policy::syntax`, from the event stream of `saphyr-parser`.
//! The tree is built on a stack of our own, bounded in size and depth, and nothing is ever expanded.

use iam_policy::syntax::{Member, Node, NodeKind};
use iam_policy::{Diagnostic, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use super::offsets::Offsets;
use super::{extent, scalar};

const MAX_DEPTH: usize = 128;

/// Reads one YAML document.
///
/// # Errors
/// The first thing that is not YAML or not wanted of it: what follows it cannot be read reliably.
pub(super) fn load(text: &str) -> Result<Node, Diagnostic> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut loader = Loader {
        text,
        offsets: Offsets::new(body, text.len() - body.len()),
        open: Vec::new(),
        root: None,
        documents: 0,
    };
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(body);
    while let Some(event) = parser.next_event() {
        let (event, place) = event.map_err(|error| loader.not_yaml(&error))?;
        let span = loader.span(place);
        loader.take(event, span)?;
    }
    loader
        .root
        .ok_or_else(|| Diagnostic::new(Span::new(text.len(), text.len()), "the text is empty"))
}

struct Loader<'t> {
    text: &'t str,
    offsets: Offsets,
    /// The collections around the place that is being read, the outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
}

enum Open {
    Array {
        start: usize,
        items: Vec<Node>,
    },
    Object {
        start: usize,
        members: Vec<Member>,
        key: Option<(String, Span)>,
    },
}

impl Loader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => self.document(span),
            Event::Alias(_) => Err(Diagnostic::new(span, "aliases (`*name`) are not read")
                .with_help("write the value out where it is wanted")),
            Event::Scalar(text, style, anchor, tag) => {
                no_properties(anchor, tag.is_some(), span)?;
                self.scalar(&text, style, span)
            }
            Event::SequenceStart(anchor, tag) => {
                no_properties(anchor, tag.is_some(), span)?;
                self.enter(
                    span,
                    Open::Array {
                        start: span.start(),
                        items: Vec::new(),
                    },
                )
            }
            Event::MappingStart(anchor, tag) => {
                no_properties(anchor, tag.is_some(), span)?;
                self.enter(
                    span,
                    Open::Object {
                        start: span.start(),
                        members: Vec::new(),
                        key: None,
                    },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.documents += 1;
        if self.documents > 1 {
            return Err(Diagnostic::new(span, "a second YAML document begins here")
                .with_help("what is read here is one document; keep one, or make two files of it"));
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Result<(), Diagnostic> {
        let is_plain = style == ScalarStyle::Plain;
        let span = extent::of_scalar(self.text, style, span);
        if let Some(Open::Object { key: key @ None, .. }) = self.open.last_mut() {
            if is_plain && text == "<<" {
                return Err(Diagnostic::new(span, "merge keys (`<<`) are not read")
                    .with_help("write the members out"));
            }
            *key = Some((text.to_owned(), span));
            return Ok(());
        }
        let kind = if is_plain {
            scalar::plain(text)
        } else {
            NodeKind::String(text.to_owned())
        };
        self.put(Node { span, kind });
        Ok(())
    }

    fn enter(&mut self, span: Span, open: Open) -> Result<(), Diagnostic> {
        if let Some(Open::Object { key: None, .. }) = self.open.last() {
            return Err(Diagnostic::new(
                span,
                "a key must be text, not a list or a mapping",
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Diagnostic::new(
                span,
                format!("nested more than {MAX_DEPTH} levels deep"),
            ));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self, end: Span) -> Result<(), Diagnostic> {
        let (start, kind, last) = match self.open.pop() {
            Some(Open::Array { start, items }) => {
                let last = items.last().map(|item| item.span.end());
                (start, NodeKind::Array(items), last)
            }
            Some(Open::Object { start, members, .. }) => {
                let last = members
                    .last()
                    .map(|member| member.value.span.end().max(member.key_span.end()));
                (start, NodeKind::Object(members), last)
            }
            None => return Err(Diagnostic::new(end, "nothing is open here")),
        };
        // A bracket ends a flow collection, and it has one at its start too: the pair in `[a: b]` has none. A block
        // collection ends with its last element: the scanner notices only at the next line that is not indented.
        let begins = |at: usize, brackets: [char; 2]| {
            self.text.get(at..).is_some_and(|rest| rest.starts_with(brackets))
        };
        let is_flow = begins(start, ['[', '{']) && begins(end.start(), [']', '}']);
        let end = if is_flow {
            end.start() + 1
        } else {
            last.unwrap_or(start)
        };
        self.put(Node {
            span: Span::new(start, end.max(start)),
            kind,
        });
        Ok(())
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Array { items, .. }) => items.push(node),
            Some(Open::Object { members, key, .. }) => {
                // A key is always there: `enter` and `scalar` see to it.
                if let Some((key, key_span)) = key.take() {
                    members.push(Member {
                        key,
                        key_span,
                        value: node,
                    });
                }
            }
        }
    }

    fn span(&self, place: saphyr_parser::Span) -> Span {
        let start = self.offsets.byte(place.start.index());
        Span::new(start, self.offsets.byte(place.end.index()).max(start))
    }

    fn not_yaml(&self, error: &saphyr_parser::ScanError) -> Diagnostic {
        let at = self.offsets.byte(error.marker().index());
        let found = self.text.get(at..).and_then(|rest| rest.chars().next());
        let span = Span::new(at, at + found.map_or(0, char::len_utf8));
        let diagnostic = Diagnostic::new(span, format!("this is not YAML: {}", error.info()));
        let line = self
            .text
            .get(..at)
            .and_then(|before| before.rsplit('\n').next())
            .unwrap_or_default();
        if found == Some('\t') || line.trim_start_matches(' ').starts_with('\t') {
            diagnostic.with_help("indent with spaces: YAML takes no tabs there")
        } else {
            diagnostic
        }
    }
}

/// Anchors would allow aliases, and a tag says that a value is not what it looks like.
fn no_properties(anchor: usize, tagged: bool, span: Span) -> Result<(), Diagnostic> {
    if anchor != 0 {
        return Err(Diagnostic::new(span, "anchors (`&name`) are not read")
            .with_help("write the value out wherever it is wanted"));
    }
    if tagged {
        return Err(Diagnostic::new(span, "tags (`!name`) are not read")
            .with_help("write the value itself; quotes make text of anything"));
    }
    Ok(())
}
