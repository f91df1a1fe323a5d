//! An entry put into the text of a file, in the file's own way of writing. The rest of the text stays, byte for byte: it
//! is edited, never printed anew, and read again afterwards to see that it says what it said, and the entry.

use std::fmt::Write;
use std::ops::Range;

use iam_policy::Diagnostic;
use iam_policy::syntax::{Member, Node, NodeKind};
use thiserror::Error;

use super::{Field, Value, scalar};
use crate::policy_text;
use crate::team::is_bare;

const KEY: &str = "temporary-access";
/// Where the file does not show how it indents its entries.
const INDENT: usize = 2;

/// A file with one entry more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedFile {
    /// The whole text.
    pub text: String,
    /// Where the entry stands in it.
    pub entry: Range<usize>,
}

/// Why an entry cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The file cannot be read, as `daypass validate` tells too.
    #[error("the file is not YAML")]
    NotYaml(Vec<Diagnostic>),
    /// The file can be read, and what it is written like leaves no place.
    #[error("the file is written in a way that leaves no place for an entry")]
    NoPlace {
        /// The entry, to be added by hand.
        entry: String,
    },
}

/// Some text in place of a range of the file.
struct Splice {
    range: Range<usize>,
    text: String,
}

/// Splices in the order of the text; the entry is the last one's, at this range of its text.
struct Edit {
    splices: Vec<Splice>,
    entry: Range<usize>,
}

/// `text` with an entry of these fields at the end of its list.
pub(super) fn with_entry(text: &str, fields: &[Field]) -> Result<EditedFile, EditError> {
    let root = if is_bare(text) {
        None
    } else {
        Some(policy_text::tree_of_yaml(text).map_err(EditError::NotYaml)?)
    };
    let before = entries(root.as_ref());
    let edits = edits(text, root.as_ref(), fields);
    edits
        .into_iter()
        .map(|edit| edit.of(text))
        .find(|edited| holds(&edited.text, before, fields))
        .ok_or_else(|| EditError::NoPlace {
            entry: block(fields, 0, 2, "\n"),
        })
}

fn entries(root: Option<&Node>) -> &[Node] {
    root.and_then(|root| root.get(KEY))
        .and_then(Node::as_array)
        .unwrap_or_default()
}

/// Whether a text has these entries, and behind them the new one.
fn holds(text: &str, before: &[Node], fields: &[Field]) -> bool {
    let Ok(root) = policy_text::tree_of_yaml(text) else {
        return false;
    };
    let Some((new, old)) = entries(Some(&root)).split_last() else {
        return false;
    };
    let says = |member: &Member, field: &Field| {
        let text = |node: &Node, text: &str| node.as_str() == Some(text);
        member.key == field.key
            && match &field.value {
                Value::Text(value) | Value::Moment(value) => text(&member.value, value),
                Value::List(values) => member.value.as_array().is_some_and(|items| {
                    items.len() == values.len() && items.iter().zip(values).all(|(a, b)| text(a, b))
                }),
            }
    };
    old.len() == before.len()
        && old.iter().zip(before).all(|(now, then)| same(now, then))
        && new.as_object().is_some_and(|members| {
            members.len() == fields.len() && members.iter().zip(fields).all(|(a, b)| says(a, b))
        })
}

/// Whether two values are the same, wherever they stand.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (NodeKind::Array(a), NodeKind::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (NodeKind::Object(a), NodeKind::Object(b)) => {
            let members = |(a, b): (&Member, &Member)| a.key == b.key && same(&a.value, &b.value);
            a.len() == b.len() && a.iter().zip(b).all(members)
        }
        (a, b) => a == b,
    }
}

/// The edits that may do, the most wanted first.
fn edits(text: &str, root: Option<&Node>, fields: &[Field]) -> Vec<Edit> {
    let member = root
        .and_then(Node::as_object)
        .and_then(|members| members.iter().find(|member| member.key == KEY));
    let Some((root, member)) = root.zip(member) else {
        return vec![with_key(text, fields)];
    };
    let value = &member.value;
    let is_flow = begins(text, value, '[');
    match value.as_array() {
        Some([]) if is_flow && !begins(text, root, '{') && !is_of_several_lines(text, value) => {
            vec![below_key(text, member, fields)]
        }
        Some(items) if is_flow => vec![inside_brackets(text, member, items, fields)],
        Some([.., last]) => {
            let items = value.as_array().unwrap_or_default();
            let (near, far) = ends_of(text, last);
            let parted = is_parted(text, items);
            vec![
                below_items(text, last, near, parted, fields),
                below_items(text, last, far, false, fields),
            ]
        }
        _ if value.kind == NodeKind::Null => vec![below_key(text, member, fields)],
        // Something else stands there, which is not ours to throw away.
        _ => Vec::new(),
    }
}

/// At the end of a text that has no list yet.
fn with_key(text: &str, fields: &[Field]) -> Edit {
    let eol = line_end(text, text.len());
    let head = format!("{KEY}:{eol}");
    lines_at(text, text.len(), &head, &block(fields, INDENT, 2, eol))
}

/// Below the key, in place of an empty list or null.
fn below_key(text: &str, member: &Member, fields: &[Field]) -> Edit {
    let root_indent = column(text, member.key_span.start());
    let eol = line_end(text, text.len());
    let value = member.value.span;
    let written = value.of(text).unwrap_or_default();
    let mut splices = Vec::new();
    let mut line_from = member.key_span.end();
    if !written.is_empty() && value.start() >= member.key_span.end() {
        let blanks = text.get(..value.start()).unwrap_or_default();
        let start = blanks.trim_end_matches([' ', '\t']).len();
        splices.push(Splice {
            range: start..value.end(),
            text: String::new(),
        });
        line_from = value.end();
    }
    let at = end_of_line(text, line_from);
    let edit = lines_at(text, at, "", &block(fields, root_indent + INDENT, 2, eol));
    splices.extend(edit.splices);
    Edit {
        splices,
        entry: edit.entry,
    }
}

/// Below the last entry, or the blank lines that belong to its text.
fn below_items(text: &str, last: &Node, at: usize, parted: bool, fields: &[Field]) -> Edit {
    let eol = line_end(text, at);
    let dash = dash_of(text, last);
    let indent = column(text, dash);
    // Behind a dash that stands alone, or a bracket, nothing shows how far entries are set in.
    let gap = match (
        last.as_object(),
        is_of_several_lines_between(text, dash, last.span.start()),
    ) {
        (Some(_), false) if !begins(text, last, '{') => last.span.start() - dash,
        _ => 2,
    };
    let above = if parted { eol } else { "" };
    lines_at(text, at, above, &block(fields, indent, gap, eol))
}

/// Behind the last entry of a list in brackets.
fn inside_brackets(text: &str, member: &Member, items: &[Node], fields: &[Field]) -> Edit {
    let is_json = text
        .get(member.key_span.start()..)
        .is_some_and(|key| key.starts_with('"'));
    let entry = flow(fields, is_json);
    let (at, before) = match items {
        [.., last] => {
            let line = text.get(..last.span.start()).unwrap_or_default();
            let own = line.rsplit_once('\n').map_or("", |(_, own)| own);
            // An entry that begins a line is followed by one that does.
            let begins_line = line.contains('\n') && own.trim().is_empty();
            let between = if begins_line {
                format!(",{}{own}", line_end(text, last.span.start()))
            } else {
                ", ".to_owned()
            };
            (last.span.end(), between)
        }
        [] => (member.value.span.start() + 1, String::new()),
    };
    let range = before.len()..before.len() + entry.len();
    Edit {
        splices: vec![Splice {
            range: at..at,
            text: before + &entry,
        }],
        entry: range,
    }
}

/// Whole lines at the beginning of a line, or at the end of a text whose last line has none.
fn lines_at(text: &str, at: usize, head: &str, lines: &str) -> Edit {
    let above = text.get(..at).unwrap_or_default();
    let body = above.strip_prefix('\u{feff}').unwrap_or(above);
    let entry = lines.trim_end_matches(['\r', '\n']);
    let (before, after) = if body.is_empty() || above.ends_with('\n') {
        (head.to_owned(), lines.get(entry.len()..).unwrap_or_default())
    } else {
        (format!("{}{head}", line_end(text, at)), "")
    };
    let indent = entry.len() - entry.trim_start_matches(' ').len();
    let range = before.len() + indent..before.len() + entry.len();
    Edit {
        splices: vec![Splice {
            range: at..at,
            text: format!("{before}{entry}{after}"),
        }],
        entry: range,
    }
}

impl Edit {
    fn of(self, text: &str) -> EditedFile {
        let mut out = String::with_capacity(text.len() + 512);
        let (mut from, mut entry) = (0, 0..0);
        for splice in &self.splices {
            out.push_str(text.get(from..splice.range.start).unwrap_or_default());
            entry = out.len() + self.entry.start..out.len() + self.entry.end;
            out.push_str(&splice.text);
            from = splice.range.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        EditedFile { text: out, entry }
    }
}

/// The entry on lines of its own: `- ` at this column, its keys `gap` behind it.
fn block(fields: &[Field], indent: usize, gap: usize, eol: &str) -> String {
    let mut lines = String::new();
    for (number, field) in fields.iter().enumerate() {
        let before = if number == 0 {
            format!("{:indent$}-{:gap$}", "", "", gap = gap - 1)
        } else {
            format!("{:width$}", "", width = indent + gap)
        };
        let value = match &field.value {
            Value::Text(text) => scalar::written(text),
            Value::Moment(text) => text.clone(),
            Value::List(texts) => list(texts, scalar::written),
        };
        let _ = write!(lines, "{before}{}: {value}{eol}", field.key);
    }
    lines
}

/// The entry on one line, in braces.
fn flow(fields: &[Field], is_json: bool) -> String {
    let write = if is_json { scalar::quoted } else { scalar::written };
    let members = fields.iter().map(|field| {
        let value = match &field.value {
            Value::Text(text) => write(text),
            Value::Moment(text) => scalar::quoted(text),
            Value::List(texts) => list(texts, write),
        };
        format!("{}: {value}", write(field.key))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

fn list(texts: &[String], write: fn(&str) -> String) -> String {
    let items: Vec<String> = texts.iter().map(|text| write(text)).collect();
    format!("[{}]", items.join(", "))
}

/// Where the last entry ends: with its line and the comments that are set in under it, or with the blank lines that
/// follow (a block scalar that keeps them, `|+`, owns them).
fn ends_of(text: &str, last: &Node) -> (usize, usize) {
    let dash = column(text, dash_of(text, last));
    let mut near = end_of_line(text, last.span.end());
    while let Some(line) = text
        .get(near..)
        .and_then(|rest| rest.split_inclusive('\n').next())
    {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !(line.trim_start().starts_with('#') && indent > dash) {
            break;
        }
        near += line.len();
    }
    let mut far = near;
    while let Some(line) = text.get(far..).and_then(|rest| rest.split_inclusive('\n').next()) {
        if !line.trim().is_empty() {
            break;
        }
        far += line.len();
    }
    (near, far)
}

/// Whether a blank line stands above the last entry and its comments.
fn is_parted(text: &str, items: &[Node]) -> bool {
    let [_, .., last] = items else { return false };
    let above = text.get(..dash_of(text, last)).unwrap_or_default();
    let mut lines = above.lines().rev();
    if !above.ends_with('\n') {
        lines.next();
    }
    lines
        .find(|line| !line.trim_start().starts_with('#'))
        .is_some_and(|line| line.trim().is_empty())
}

/// The dash of an entry of a block list: the last one before it.
fn dash_of(text: &str, item: &Node) -> usize {
    let before = text.get(..item.span.start()).unwrap_or_default();
    let own_line = before.trim_end_matches([' ', '\t', '\r', '\n']);
    if own_line.ends_with('-') {
        return own_line.len() - 1;
    }
    // A comment may stand between the dash and the entry.
    let lines = before.split_inclusive('\n');
    let starts = lines.scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let dashes = starts.filter(|(_, line)| line.trim_start().starts_with('-'));
    dashes.last().map_or(item.span.start(), |(start, line)| {
        start + line.len() - line.trim_start().len()
    })
}

fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    line.trim_start_matches('\u{feff}').chars().count()
}

/// Behind the line end that follows `at`.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |end| at + end + 1)
}

/// How the lines above `at` end.
fn line_end(text: &str, at: usize) -> &'static str {
    let above = text.get(..at).unwrap_or_default();
    let nearest = above.rfind('\n').or_else(|| text.find('\n'));
    let is_crlf = nearest
        .and_then(|end| text.get(..end))
        .is_some_and(|line| line.ends_with('\r'));
    if is_crlf { "\r\n" } else { "\n" }
}

fn begins(text: &str, node: &Node, with: char) -> bool {
    text.get(node.span.start()..)
        .is_some_and(|rest| rest.starts_with(with))
}

fn is_of_several_lines(text: &str, node: &Node) -> bool {
    node.span.of(text).is_some_and(|written| written.contains('\n'))
}

fn is_of_several_lines_between(text: &str, from: usize, to: usize) -> bool {
    text.get(from..to).is_none_or(|between| between.contains('\n'))
}
