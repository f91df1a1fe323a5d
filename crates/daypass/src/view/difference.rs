//! What a change of a document means: for people on a terminal and in a pull request, and for programs.

mod json;
mod markdown;

use super::paint::{ERROR, GOOD, QUIET, STRONG, TITLE, WARNING, paint};
use super::terminal;
use anstyle::Style;
use daypass_core::difference::KnownActions;
use iam_catalog::{AccessLevel, Action};
use iam_policy::{
    Difference, Document, NamePattern, RequestPattern, Side, Statement, StatementChange, statement_changes,
};

pub(crate) use json::json;
pub(crate) use markdown::markdown;

/// Two documents, and what lies between them.
#[derive(Debug)]
pub(crate) struct Change<'c> {
    /// What people call the old one.
    pub(crate) old_name: &'c str,
    /// What people call the new one.
    pub(crate) new_name: &'c str,
    /// The old document.
    pub(crate) old: &'c Document,
    /// The new document.
    pub(crate) new: &'c Document,
    /// What lies between them.
    pub(crate) difference: &'c Difference,
}

/// So many actions are named one by one.
const NAMED: usize = 6;
/// So many patterns of a list are shown to a person.
const LISTED: usize = 12;

/// The sides in the order in which they are told, with their patterns.
fn sides(difference: &Difference) -> [(Side, &[RequestPattern]); 4] {
    [
        (Side::Gained, &difference.gained),
        (Side::Lost, &difference.lost),
        (Side::Denied, &difference.denied),
        (Side::NoLongerDenied, &difference.no_longer_denied),
    ]
}

fn title(side: Side) -> &'static str {
    match side {
        Side::Gained => "Allowed now, and not before",
        Side::Lost => "Allowed before, and not now",
        Side::Denied => "Denied now whatever else allows it, and not before",
        Side::NoLongerDenied => "Denied before whatever else allowed it, and not now",
    }
}

fn mark(side: Side) -> (char, Style) {
    match side {
        Side::Gained => ('+', GOOD),
        Side::Lost => ('-', ERROR),
        Side::Denied => ('!', WARNING),
        Side::NoLongerDenied => ('~', TITLE),
    }
}

/// For a terminal: a paragraph for each side, then what cannot be decided, then what became of the statements.
pub(crate) fn human(change: &Change<'_>) -> String {
    let mut parts = paragraphs(change.difference);
    if parts.is_empty() {
        parts.push(format!(
            "{} and {} mean the same.",
            change.old_name, change.new_name
        ));
    }
    if let Some(told) = statements(change) {
        parts.push(paint(QUIET, told));
    }
    parts.join("\n\n")
}

/// A paragraph for each side that has something, and for what cannot be decided; also what a plan shows of an update.
pub(crate) fn paragraphs(difference: &Difference) -> Vec<String> {
    let mut parts = Vec::new();
    for (side, patterns) in sides(difference) {
        if patterns.is_empty() {
            continue;
        }
        let mut lines = vec![paint(STRONG, title(side))];
        for pattern in patterns {
            let (mark, style) = mark(side);
            lines.extend(marked(pattern, mark, style));
        }
        parts.push(lines.join("\n"));
    }
    if !difference.undecided.is_empty() {
        let mut lines = vec![paint(STRONG, "Cannot be decided")];
        for undecided in &difference.undecided {
            lines.extend(marked(&undecided.pattern, '?', WARNING));
            let side = title(undecided.side).to_lowercase();
            let why = format!("    {side}? {}", undecided.doubt);
            lines.push(paint(WARNING, terminal::wrapped(&why, terminal::width())));
        }
        parts.push(lines.join("\n"));
    }
    parts
}

/// A pattern on lines of its own, the first with the mark.
fn marked(pattern: &RequestPattern, mark: char, style: Style) -> Vec<String> {
    let width = terminal::width();
    let mut lines = Vec::new();
    for (nth, line) in described(pattern).into_iter().enumerate() {
        let first = if nth == 0 { mark } else { ' ' };
        for (part, text) in terminal::wrapped(&line, width.map(|w| w.saturating_sub(2)))
            .lines()
            .enumerate()
        {
            let sign = if part == 0 { first } else { ' ' };
            lines.push(paint(style, format!("{sign} {text}")));
        }
    }
    let known = KnownActions::of(pattern);
    lines.push(paint(
        QUIET,
        terminal::wrapped(&format!("    {}", counted(&known)), width),
    ));
    // Of what AWS does not do there is no example.
    let is_possible = !known.actions.is_empty() || known.elsewhere.is_empty();
    if let Some(example) = pattern.example.as_ref().filter(|_| is_possible) {
        let told = format!("    such as {}", example_of(pattern, &known, example));
        lines.push(paint(QUIET, terminal::wrapped(&told, width)));
    }
    lines
}

/// A pattern in words, its actions first, the rest indented.
fn described(pattern: &RequestPattern) -> Vec<String> {
    let mut lines = vec![short(&pattern.actions)];
    lines.push(format!("  on {}", short(&pattern.resources)));
    lines.extend(pattern.principals.iter().map(|rule| format!("  {rule}")));
    lines.extend(pattern.conditions.iter().map(|rule| format!("  {rule}")));
    lines.extend(
        pattern
            .except
            .iter()
            .map(|except| format!("  but not {}", narrowed(except, pattern))),
    );
    lines
}

/// Long lists are cut: nobody reads them, and programs get all of it.
fn short(names: &NamePattern) -> String {
    let cut = |texts: &[String]| -> Vec<String> {
        match texts.len().checked_sub(LISTED) {
            None | Some(0) => texts.to_vec(),
            Some(more) => {
                let shown = texts.iter().take(LISTED).cloned();
                shown.chain([format!("{more} more")]).collect()
            }
        }
    };
    NamePattern {
        any: cut(&names.any),
        and: names.and.iter().map(|group| cut(group)).collect(),
        except: cut(&names.except),
    }
    .to_string()
}

/// An exception, without what it has in common with its pattern.
fn narrowed(except: &RequestPattern, of: &RequestPattern) -> String {
    let same = |one: &NamePattern, other: &NamePattern| one == other;
    let names = if same(&except.resources, &of.resources) {
        short(&except.actions)
    } else if same(&except.actions, &of.actions) {
        format!("on {}", short(&except.resources))
    } else {
        format!("{} on {}", short(&except.actions), short(&except.resources))
    };
    let principals = except
        .principals
        .iter()
        .filter(|rule| !of.principals.contains(rule));
    let conditions = except
        .conditions
        .iter()
        .filter(|rule| !of.conditions.contains(rule));
    let mut parts = vec![names];
    parts.extend(principals.map(ToString::to_string));
    parts.extend(conditions.map(ToString::to_string));
    parts.join(", ")
}

/// `4 actions: 1 read, 3 write`; few are named.
fn counted(known: &KnownActions) -> String {
    let names: Vec<String> = known.actions.iter().map(ToString::to_string).collect();
    match names.len() {
        0 => no_request(&known.elsewhere),
        1..=NAMED => format!("that is {}", names.join(", ")),
        many => {
            let levels: Vec<String> = known
                .by_level()
                .into_iter()
                .map(|(level, count)| format!("{count} {}", level_word(level)))
                .collect();
            format!("that is {many} actions: {}", levels.join(", "))
        }
    }
}

/// Why a pattern is about nothing that AWS does.
fn no_request(elsewhere: &[Action]) -> String {
    match elsewhere {
        [] => "that is no action that AWS has today".to_owned(),
        [one] => format!("that is nothing at AWS: {one} acts on no such resource"),
        many => format!(
            "that is nothing at AWS: none of the {} actions acts on such a resource",
            many.len()
        ),
    }
}

fn level_word(level: AccessLevel) -> &'static str {
    match level {
        AccessLevel::List => "list",
        AccessLevel::Read => "read",
        AccessLevel::Write => "write",
        AccessLevel::PermissionsManagement => "change permissions",
        AccessLevel::Tagging => "tag",
    }
}

/// The example, with an action that there is, where its own is made up.
fn example_of(pattern: &RequestPattern, known: &KnownActions, example: &iam_policy::Request) -> String {
    let mut shown = example.clone();
    let real = known.actions.iter().find_map(|action| {
        let mut real = example.clone();
        real.action = action.to_string();
        pattern.matches(&real).then_some(real)
    });
    if let Some(real) = real {
        shown = real;
    } else if let Some(written) = pattern
        .actions
        .any
        .iter()
        .find(|text| text.eq_ignore_ascii_case(&shown.action))
    {
        // The engine's spelling is in lower case.
        shown.action.clone_from(written);
    }
    let mut parts = vec![format!("{} on {}", shown.action, shown.resource)];
    if !pattern.principals.is_empty() {
        parts.push(format!("by {}", shown.principal));
    }
    let context: Vec<String> = shown
        .context
        .iter()
        .map(|(key, values)| format!("{key} = {}", values.join(" and ")))
        .collect();
    if !context.is_empty() {
        parts.push(format!("with {}", context.join(", ")));
    }
    parts.join(" ")
}

/// `Statements: 1 added, 2 changed (Read, statement 3)`; `None` when none differs.
fn statements(change: &Change<'_>) -> Option<String> {
    let changes = statement_changes(change.old, change.new);
    let named = |wanted: fn(&StatementChange<'_>) -> Option<(bool, Statement)>| -> Vec<String> {
        changes
            .iter()
            .filter_map(wanted)
            .map(|(of_new, statement)| {
                let document = if of_new { change.new } else { change.old };
                statement_name(document, &statement)
            })
            .collect()
    };
    let kinds = [
        (
            "added",
            named(|change| match change {
                StatementChange::Added(statement) => Some((true, (*statement).clone())),
                _ => None,
            }),
        ),
        (
            "removed",
            named(|change| match change {
                StatementChange::Removed(statement) => Some((false, (*statement).clone())),
                _ => None,
            }),
        ),
        (
            "changed",
            named(|change| match change {
                StatementChange::Changed { new, .. } => Some((true, (*new).clone())),
                _ => None,
            }),
        ),
    ];
    let told: Vec<String> = kinds
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{} {word} ({})", names.len(), names.join(", ")))
        .collect();
    (!told.is_empty()).then(|| format!("Statements: {}", told.join("; ")))
}

/// The `Sid`, or which it is.
fn statement_name(document: &Document, statement: &Statement) -> String {
    let place = document.statements.iter().position(|other| other == statement);
    // An empty `Sid` names nothing.
    let sid = statement.sid.as_ref().filter(|sid| !sid.is_empty());
    match (sid, place) {
        (Some(sid), _) => sid.clone(),
        (None, Some(place)) => format!("statement {}", place + 1),
        (None, None) => "a statement".to_owned(),
    }
}
