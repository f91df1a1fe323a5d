//! A question answered: what was asked, what the engine says, and where in which file it is all written.

use iam_policy::syntax::Node;
use iam_policy::{
    Diagnostic, Engine, Explanation, PolicyKind, PolicySet, Scenario, ScenarioId, Span, StatementRef,
};
use serde::Serialize;
use std::sync::Arc;

/// What became of one scenario.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its id, also where the rest of it is wrong.
    pub(crate) id: Option<ScenarioId>,
    /// The answer, or everything that is wrong with the scenario.
    pub(crate) outcome: Result<Box<Answered>, Vec<Diagnostic>>,
}

/// A question's policies and the answer to it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) policies: Arc<PolicySet>,
    pub(crate) explanation: Explanation,
}

/// Answers the scenario that a tree holds.
pub(crate) fn answer(tree: Result<Node, Vec<Diagnostic>>) -> Answer {
    let tree = match tree {
        Ok(tree) => tree,
        Err(wrong) => {
            return Answer {
                id: None,
                outcome: Err(wrong),
            };
        }
    };
    let id = Scenario::id_of(&tree);
    let outcome = Scenario::from_node(&tree).map(|scenario| {
        let explanation = Engine::compile(&scenario.policies).explain(&scenario.request);
        Box::new(Answered {
            policies: Arc::new(scenario.policies),
            explanation,
        })
    });
    Answer { id, outcome }
}

/// The text of a scenario and where it stands in its file.
#[derive(Debug)]
pub(crate) struct Written<'t> {
    /// What people call the file.
    pub(crate) file: &'t str,
    /// The text that spans are about.
    pub(crate) text: &'t str,
    /// The line of the file on which it begins, from 1.
    first_line: usize,
    /// The byte of the file at which it begins.
    offset: usize,
    /// Where its lines begin.
    lines: Vec<usize>,
    /// How many characters stand before each stretch of it; none where each is a byte.
    characters: Vec<usize>,
}

/// Where the policies of a question are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Texts<'t> {
    /// All in one text, which is the scenario.
    One(&'t Written<'t>),
    /// Each in a file of its own, by the name of the policy.
    Each(&'t [(String, Written<'t>)]),
}

impl<'t> Texts<'t> {
    /// The text that a statement stands in.
    pub(crate) fn of(self, statement: &StatementRef) -> Option<&'t Written<'t>> {
        match self {
            Texts::One(written) => Some(written),
            Texts::Each(files) => {
                let found = files.iter().find(|(policy, _)| *policy == statement.policy);
                found.map(|(_, written)| written)
            }
        }
    }

    /// Where a span of the statement is in its file.
    pub(crate) fn position(self, statement: &StatementRef, span: Span) -> Position {
        self.of(statement).map_or_else(
            || Position {
                start: span.start(),
                end: span.end(),
                line: 1,
                column: 1,
            },
            |written| written.position(span),
        )
    }

    /// The file of a statement, where there are several.
    pub(crate) fn file(self, statement: &StatementRef) -> Option<&'t str> {
        match self {
            Texts::One(_) => None,
            Texts::Each(_) => self.of(statement).map(|written| written.file),
        }
    }
}

/// Bytes after which characters are counted anew: a line may have a megabyte, and an answer thousands of places in it.
const STRETCH: usize = 1024;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Position {
    /// The first byte, from the beginning of the file.
    pub(crate) start: usize,
    /// The byte after the last one.
    pub(crate) end: usize,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The character in the line, from 1.
    pub(crate) column: usize,
}

impl<'t> Written<'t> {
    /// The text of a whole file, in which spans count a byte order mark.
    pub(crate) fn whole(file: &'t str, text: &'t str) -> Self {
        let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
        let next_lines = text.match_indices('\n').map(|(at, _)| at + 1);
        Written {
            file,
            text,
            first_line: 1,
            offset: 0,
            lines: std::iter::once(mark).chain(next_lines).collect(),
            characters: stretches(text),
        }
    }

    /// A text that begins at the beginning of line `first_line`, `offset` bytes into the file; spans do not count a byte
    /// order mark.
    pub(crate) fn new(file: &'t str, text: &'t str, first_line: usize, offset: usize) -> Self {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let next_lines = body.match_indices('\n').map(|(at, _)| at + 1);
        Written {
            file,
            text: body,
            first_line,
            offset: offset + text.len() - body.len(),
            lines: std::iter::once(0).chain(next_lines).collect(),
            characters: stretches(body),
        }
    }

    fn characters_before(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        match self.characters.get(at / STRETCH) {
            None => at,
            Some(before) => {
                let stretch = self.text.as_bytes().get(at - at % STRETCH..at);
                before + characters_in(stretch.unwrap_or_default())
            }
        }
    }

    /// Where a span of the text is in the file.
    pub(crate) fn position(&self, span: Span) -> Position {
        let line = self
            .lines
            .partition_point(|start| *start <= span.start())
            .saturating_sub(1);
        let line_start = self.lines.get(line).copied().unwrap_or_default();
        Position {
            start: self.offset + span.start(),
            end: self.offset + span.end(),
            line: self.first_line + line,
            column: self
                .characters_before(span.start())
                .saturating_sub(self.characters_before(line_start))
                + 1,
        }
    }
}

/// How many characters begin before each multiple of `STRETCH`.
fn stretches(text: &str) -> Vec<usize> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut before = vec![0];
    let mut total = 0;
    for stretch in text.as_bytes().chunks(STRETCH) {
        total += characters_in(stretch);
        before.push(total);
    }
    before
}

/// How many characters begin in some bytes of a text.
fn characters_in(bytes: &[u8]) -> usize {
    const CONTINUES: std::ops::RangeInclusive<u8> = 0x80..=0xbf;
    bytes.iter().filter(|byte| !CONTINUES.contains(byte)).count()
}

/// Where the policy of a statement stands among the policies of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PolicyPlace {
    /// The level, for SCPs and RCPs.
    pub(crate) level: Option<usize>,
    /// The policy in its list, or in its level's.
    pub(crate) policy: usize,
}

/// Finds the policy of a statement by its name, which is that of one policy of its kind, or of its level.
pub(crate) fn place_of(statement: &StatementRef, policies: &PolicySet) -> Option<PolicyPlace> {
    // Names end with the index, as in `identity[7]`; where one does not, the list is gone through.
    let guess = statement
        .policy
        .rsplit_once('[')
        .and_then(|(_, index)| index.strip_suffix(']')?.parse().ok())
        .unwrap_or(0);
    let named = |source: &iam_policy::Source| source.name == statement.policy;
    let among = |sources: &[iam_policy::Source]| match sources.get(guess) {
        Some(source) if named(source) => Some(guess),
        _ => sources.iter().position(named),
    };
    let listed = |sources: Option<&[iam_policy::Source]>| {
        let policy = sources.and_then(among)?;
        Some(PolicyPlace { level: None, policy })
    };
    let leveled = |levels: &Option<Vec<iam_policy::Level>>| {
        let levels = levels.iter().flatten().enumerate();
        let is_it =
            |found: &iam_policy::Level| statement.level.as_ref().is_none_or(|name| *name == found.name);
        levels
            .filter(|(_, found)| is_it(found))
            .find_map(|(level, found)| {
                let policy = among(&found.policies)?;
                Some(PolicyPlace {
                    level: Some(level),
                    policy,
                })
            })
    };
    match statement.kind {
        PolicyKind::Identity => listed(Some(&policies.identity)),
        PolicyKind::Boundary => listed(policies.boundary.as_deref()),
        PolicyKind::Session => listed(policies.session.as_deref()),
        PolicyKind::Resource => listed(policies.resource.as_ref().map(std::slice::from_ref)),
        PolicyKind::Trust => listed(policies.trust.as_ref().map(std::slice::from_ref)),
        PolicyKind::Endpoint => listed(policies.endpoint.as_ref().map(std::slice::from_ref)),
        PolicyKind::Scp => leveled(&policies.scp),
        PolicyKind::Rcp => leveled(&policies.rcp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_file() {
        let text = "\u{feff}{\r\n \"é\": \"x\"}";
        let written = Written::new("s.jsonl", text, 7, 100);
        let at = written.text.find("\"x\"").unwrap();
        let position = written.position(Span::new(at, at + 3));
        assert_eq!(
            position,
            Position {
                start: 103 + at,
                end: 106 + at,
                line: 8,
                column: 7
            }
        );
        assert_eq!(written.position(Span::new(0, 1)).line, 7);
        let beyond = written.position(Span::new(900, 901));
        assert_eq!((beyond.line, beyond.column), (8, 11), "not of this text: its end");
    }

    #[test]
    fn a_whole_file_keeps_its_mark_and_counts_it_for_no_column() {
        let written = Written::whole("p.json", "\u{feff}{\"é\": 1,\n\"b\": 2}");
        let place = |start, end| written.position(Span::new(start, end));
        let first = place(4, 8);
        assert_eq!((first.start, first.line, first.column), (4, 1, 2));
        let second = place(13, 16);
        assert_eq!((second.start, second.line, second.column), (13, 2, 1));
        assert_eq!(place(0, 3).column, 1);
    }

    #[test]
    fn columns_are_counted_in_characters_however_long_the_line() {
        let odd = "é😀x".repeat(600);
        for text in [
            odd.clone(),
            format!("{odd}\n{odd}"),
            "x".repeat(STRETCH),
            "é".repeat(STRETCH / 2),
        ] {
            let written = Written::new("s.json", &text, 1, 0);
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let before = &text[..at];
                let expected = before.rsplit('\n').next().unwrap().chars().count() + 1;
                assert_eq!(written.position(Span::new(at, at)).column, expected, "{at}");
            }
        }
    }

    #[test]
    fn a_policy_is_found_in_its_list() {
        let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
        let text = format!(
            r#"{{"policies": {{"identity": [{{}}, {all}], "boundary": {all}, "scp": [{{"level": "a", "policies": [{{}}]}},
                {{"level": "a", "policies": [{{}}, {all}]}}]}},
                "request": {{"principal": "111122223333", "action": "s3:GetObject"}}}}"#
        );
        let scenario = Scenario::parse(&text).unwrap();
        let place = |kind, policy: &str| {
            let statement = StatementRef {
                kind,
                policy: policy.to_owned(),
                level: None,
                index: 0,
                sid: None,
                effect: iam_policy::Effect::Allow,
                span: Span::default(),
            };
            place_of(&statement, &scenario.policies).map(|place| (place.level, place.policy))
        };
        assert_eq!(place(PolicyKind::Identity, "identity[1]"), Some((None, 1)));
        assert_eq!(place(PolicyKind::Boundary, "boundary[0]"), Some((None, 0)));
        assert_eq!(place(PolicyKind::Scp, "scp[1].policies[1]"), Some((Some(1), 1)));
        assert_eq!(place(PolicyKind::Resource, "resource"), None);
    }
}
