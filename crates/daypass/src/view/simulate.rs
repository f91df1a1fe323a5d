//! Answers of `simulate` as a person reads them: one in full, or a line each and how many of which.

pub(crate) mod json;
pub(crate) mod question;

use super::columns::{Cell, table};
use super::diagnostics::{Below, quoted};
use super::paint::{ERROR, GOOD, HELP, NOTE, QUIET, STRONG, WARNING, paint};
use super::terminal;
use crate::cli::AnswerFormat;
use crate::simulation::{Answer, Answered, Texts, Written};
use anstyle::Style;
use iam_policy::{Decision, Effect, Element, Explanation, PolicyKind, Span, StatementRef};
use std::io::{self, Write};

/// How many statements are quoted; the rest are counted.
const SHOWN: usize = 5;

/// How many scenarios had which answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) allowed: usize,
    pub(crate) implicitly_denied: usize,
    pub(crate) explicitly_denied: usize,
    pub(crate) unread: usize,
}

impl Tally {
    pub(crate) fn count(&mut self, answer: &Answer) {
        let counter = match answer
            .outcome
            .as_ref()
            .map(|answered| answered.explanation.decision)
        {
            Ok(Decision::Allow) => &mut self.allowed,
            Ok(Decision::ImplicitDeny) => &mut self.implicitly_denied,
            Ok(Decision::ExplicitDeny) => &mut self.explicitly_denied,
            Err(_) => &mut self.unread,
        };
        *counter += 1;
    }

    pub(crate) fn add(&mut self, other: Tally) {
        self.allowed += other.allowed;
        self.implicitly_denied += other.implicitly_denied;
        self.explicitly_denied += other.explicitly_denied;
        self.unread += other.unread;
    }
}

/// The answer to one question: the decision, the statements that made it or came near it, what could change it.
pub(crate) fn in_full(answered: &Answered, texts: Texts<'_>) -> String {
    let explanation = &answered.explanation;
    let mut parts = vec![headline(explanation)];
    parts.extend(verdicts(explanation));
    parts.extend(quotations(explanation, texts));
    let mut last: Vec<String> = advice(answered).collect();
    let rule = format!("Rule: {}", explanation.rule.page());
    last.push(paint(QUIET, terminal::wrapped(&rule, terminal::width())));
    parts.push(last.join("\n"));
    parts.join("\n\n")
}

/// Appends the answer as one line, of an object or of words. The file is told where there are several.
pub(crate) fn append(
    out: &mut Vec<u8>,
    format: AnswerFormat,
    answer: &Answer,
    written: &Written<'_>,
    several_files: bool,
) {
    match format {
        AnswerFormat::Json => json::append(out, answer, written, several_files),
        AnswerFormat::Human => append_words(out, answer, written),
    }
}

/// Writes answers to stdout; JSON is never coloured, and not looked through for colours either.
pub(crate) fn write(format: AnswerFormat, answers: &[u8]) -> io::Result<()> {
    match format {
        AnswerFormat::Json => {
            let mut stdout = io::stdout().lock();
            stdout.write_all(answers)?;
            stdout.flush()
        }
        AnswerFormat::Human => {
            let mut stdout = anstream::stdout().lock();
            stdout.write_all(answers)?;
            stdout.flush()
        }
    }
}

fn append_words(out: &mut Vec<u8>, answer: &Answer, written: &Written<'_>) {
    let name = answer.id.as_ref().map_or_else(
        || format!("{}:{}", written.file, written.position(Span::default()).line),
        ToString::to_string,
    );
    let _ = match &answer.outcome {
        Ok(answered) => {
            let explanation = &answered.explanation;
            let decision = format!("{:<13}", explanation.decision.to_string());
            writeln!(
                out,
                "{}  {}  {} on {}",
                paint(style_of(explanation.decision), decision),
                paint(STRONG, name),
                explanation.action,
                explanation.resource
            )
        }
        Err(wrong) => {
            let unread = paint(WARNING, format_args!("{:<13}", "not answered"));
            let _ = write!(out, "{unread}  {}", paint(STRONG, name));
            if let Some(first) = wrong.first() {
                let at = written.position(first.span);
                let _ = write!(out, "  {}:{}:{}: {first}", written.file, at.line, at.column);
            }
            match wrong.len().saturating_sub(1) {
                0 => writeln!(out),
                more => writeln!(out, " (and {more} more)"),
            }
        }
    };
}

/// How many scenarios had which answer, in one line.
pub(crate) fn summary(tally: Tally) -> String {
    let counted = [
        (tally.allowed, GOOD, "allow"),
        (tally.implicitly_denied, ERROR, "implicit deny"),
        (tally.explicitly_denied, ERROR, "explicit deny"),
        (tally.unread, WARNING, "not answered"),
    ];
    let all: usize = counted.iter().map(|(count, ..)| count).sum();
    let scenarios = if all == 1 { "scenario" } else { "scenarios" };
    let parts = counted
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, style, what)| format!("{count} {}", paint(style, what)));
    let parts: Vec<String> = parts.collect();
    match parts.as_slice() {
        [] => "no scenarios".to_owned(),
        parts => format!("{all} {scenarios}: {}", parts.join(", ")),
    }
}

fn style_of(decision: Decision) -> Style {
    match decision {
        Decision::Allow => GOOD,
        Decision::ImplicitDeny | Decision::ExplicitDeny => ERROR,
    }
}

/// The decision in colour and why.
fn headline(explanation: &Explanation) -> String {
    let decision = explanation.decision.to_string();
    prose(
        style_of(explanation.decision),
        &decision,
        &format!(": {}", why(explanation)),
    )
}

/// Prose that fits the terminal, its beginning in a style.
fn prose(style: Style, beginning: &str, rest: &str) -> String {
    let all = terminal::wrapped(&format!("{beginning}{rest}"), terminal::width());
    match all.strip_prefix(beginning) {
        Some(rest) => paint(style, beginning) + rest,
        None => all,
    }
}

/// The reason alone, in words.
fn why(explanation: &Explanation) -> String {
    let told = explanation.told().in_brief().to_string();
    let before = format!("{}: ", explanation.decision);
    told.strip_prefix(&before).unwrap_or(&told).to_owned()
}

/// What each kind of policy says, where there is more than one.
fn verdicts(explanation: &Explanation) -> Option<String> {
    if explanation.verdicts.len() < 2 {
        return None;
    }
    let rows = explanation.verdicts.iter().map(|verdict| {
        let place = match &verdict.level {
            Some(level) => format!("{} at {level}", verdict.kind),
            None => verdict.kind.to_string(),
        };
        // What was not asked for an Allow and gave none is no reason for a deny.
        let is_blocking = explanation.blocked_by.contains(&verdict.kind);
        let says = match verdict.effect {
            Some(Effect::Allow) => Cell::styled(GOOD, "allows"),
            Some(Effect::Deny) => Cell::styled(ERROR, "denies"),
            None if is_blocking => Cell::styled(ERROR, "does not allow"),
            None => Cell::styled(QUIET, "does not allow"),
        };
        vec![Cell::plain(place), says]
    });
    Some(table(&["policy", "says"], &rows.collect::<Vec<_>>()))
}

pub(crate) fn quotations(explanation: &Explanation, texts: Texts<'_>) -> Vec<String> {
    let quote =
        |statement: &StatementRef, span: Span, title: &str, below: Below<'_>| match texts.of(statement) {
            Some(written) => quoted(written.file, written.text, span, title, below),
            None => title.to_owned(),
        };
    let deciding = explanation.deciding.iter().map(|statement| {
        let does = match statement.effect {
            Effect::Allow => "allows it",
            Effect::Deny => "denies it",
        };
        let title = format!("{statement} {does}");
        quote(statement, statement.span, &title, Below::Nothing)
    });
    let near = explanation.near_misses.iter().map(|miss| {
        let title = format!("{} came near", miss.statement);
        let why = match miss.element {
            Element::Condition => format!("Condition: {miss}"),
            _ => miss.to_string(),
        };
        // The frame takes five columns beside the note.
        let why = terminal::wrapped(&why, terminal::width().map(|width| width.saturating_sub(5)));
        quote(&miss.statement, miss.span, &title, Below::Note(&why))
    });
    let mut all: Vec<String> = deciding.chain(near).take(SHOWN).collect();
    let more = explanation.deciding.len() + explanation.near_misses.len() - all.len();
    if more > 0 {
        all.push(format!(
            "... and {more} more statements; --format json has all of them"
        ));
    }
    all
}

/// What would change the answer, as far as it can be told.
fn advice(answered: &Answered) -> impl Iterator<Item = String> {
    let explanation = &answered.explanation;
    let policies = &answered.policies;
    let missing = (!explanation.missing_keys.is_empty()).then(|| {
        let keys = explanation.missing_keys.join(", ");
        let words = format!(" not in the request's context, and could change the answer: {keys}");
        prose(NOTE, "note:", &words)
    });
    let empty = [
        (PolicyKind::Boundary, &policies.boundary),
        (PolicyKind::Session, &policies.session),
    ]
    .into_iter()
    .filter(|(kind, listed)| {
        explanation.blocked_by.contains(kind) && listed.as_ref().is_some_and(Vec::is_empty)
    })
    .map(|(kind, _)| {
        let words = format!(
            " `{}` is an empty list, one in force that allows nothing; leave the key out where there is none",
            kind.as_str()
        );
        prose(HELP, "help:", &words)
    });
    missing.into_iter().chain(empty)
}
