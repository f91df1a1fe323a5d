//! Policies that count together: those of one kind, or of one level of it. Their statements stand in one list
//! with an index over their actions.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::action;
use crate::combine::Tally;
use crate::document::{self, Document, Effect};
use crate::index::{AskedAction, Index, Use};
use crate::policy_set::{Level, PolicyKind, Source};
use crate::principal::MatchedBy;
use crate::statement::{Mismatch, Question, Statement};

/// Policies of one kind, compiled together.
#[derive(Debug)]
pub(crate) struct Group {
    pub kind: PolicyKind,
    /// The level's name, for SCPs and RCPs.
    pub level: Option<Box<str>>,
    policies: Box<[Policy]>,
    statements: Box<[Statement]>,
    /// What each statement's resources begin with.
    heads: Box<[Head]>,
    denies: Index,
    allows: Index,
}

/// One document and what people call it.
#[derive(Debug)]
pub(crate) struct Policy {
    pub name: String,
    pub document: Arc<Document>,
}

/// Told of every statement as it is examined.
pub(crate) trait Watch<'e> {
    fn statement(&mut self, group: &'e Group, statement: &'e Statement, result: Result<MatchedBy, Mismatch>);

    /// What the group comes to.
    fn verdict(&mut self, group: &'e Group, tally: Tally);
}

impl Group {
    pub(crate) fn compile(kind: PolicyKind, sources: &[Source]) -> Group {
        Group::compile_level(kind, None, sources)
    }

    pub(crate) fn compile_levels(kind: PolicyKind, levels: &[Level]) -> Box<[Group]> {
        let compile =
            |level: &Level| Group::compile_level(kind, Some(level.name.as_str().into()), &level.policies);
        levels.iter().map(compile).collect()
    }

    fn compile_level(kind: PolicyKind, level: Option<Box<str>>, sources: &[Source]) -> Group {
        let mut statements = Vec::with_capacity(sources.iter().map(|s| s.document.statements.len()).sum());
        for (policy, source) in (0..).zip(sources) {
            let document = &source.document;
            for (index, statement) in (0..).zip(&document.statements) {
                statements.push(Statement::compile(
                    (policy, index),
                    statement,
                    document.version,
                    kind,
                ));
            }
        }
        let heads = statements
            .iter()
            .map(|statement| Head::of(statement.resource_head()))
            .collect();
        let index = |effect: Effect| {
            let all = (0..).zip(sources.iter().flat_map(|source| &source.document.statements));
            let clauses = all
                .filter(move |(_, statement)| statement.effect == effect)
                .map(|(place, statement)| (place, &statement.action));
            Index::compile(clauses)
        };
        Group {
            kind,
            level,
            policies: sources
                .iter()
                .map(|source| Policy {
                    name: source.name.clone(),
                    document: Arc::clone(&source.document),
                })
                .collect(),
            heads,
            denies: index(Effect::Deny),
            allows: index(Effect::Allow),
            statements: statements.into(),
        }
    }

    /// The policy that a statement belongs to.
    pub(crate) fn policy(&self, statement: &Statement) -> Option<&Policy> {
        self.policies.get(statement.policy as usize)
    }

    /// A statement as its document has it.
    pub(crate) fn written(&self, statement: &Statement) -> Option<&document::Statement> {
        let policy = self.policy(statement)?;
        policy.document.statements.get(statement.index as usize)
    }

    /// What the group says. `every_way`: whether it matters in which ways the principal is matched, even
    /// beside a Deny; else one statement that denies, or one that allows, is enough.
    pub(crate) fn tally(&self, question: Question<'_>, asked: &AskedAction<'_>, every_way: bool) -> Tally {
        let mut tally = Tally::default();
        let denied = self.visit_matching(&self.denies, question, asked, |_| ControlFlow::Break(()));
        tally.denies = denied.is_break();
        if tally.denies && !every_way {
            return tally;
        }
        let _ = self.visit_matching(&self.allows, question, asked, |by| {
            tally.allows = tally.allows | by;
            if every_way {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        tally
    }

    fn visit_matching(
        &self,
        index: &Index,
        question: Question<'_>,
        asked: &AskedAction<'_>,
        mut visit: impl FnMut(MatchedBy) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let resource = question.request.resource.as_bytes();
        let mut examine = |place: u32| {
            let place = place as usize;
            if self.heads.get(place).is_some_and(|head| !head.begins(resource)) {
                return ControlFlow::Continue(());
            }
            let result = self
                .statements
                .get(place)
                .map(|statement| statement.examine_beyond_action(question));
            match result {
                Some(Ok(by)) => visit(by),
                _ => ControlFlow::Continue(()),
            }
        };
        index.visit(asked, |found| self.text_of(found), &mut examine)?;
        for place in index.negated() {
            let written = self.statements.get(*place as usize).and_then(|s| self.written(s));
            if written.is_some_and(|written| action::fits_clause(&written.action, &question.request.action)) {
                examine(*place)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn text_of(&self, found: Use) -> &str {
        self.statements
            .get(found.statement as usize)
            .and_then(|statement| self.written(statement))
            .and_then(|written| written.action.actions.values.get(found.value as usize))
            .map_or("", |value| &value.text)
    }

    /// As [`tally`](Group::tally), over all statements in their order, none left out.
    pub(crate) fn watched_tally<'e>(&'e self, question: Question<'_>, watch: &mut impl Watch<'e>) -> Tally {
        let mut tally = Tally::default();
        for statement in &self.statements {
            let Some(written) = self.written(statement) else {
                continue;
            };
            let result = statement.examine(written, question);
            match (result, statement.effect) {
                (Ok(by), Effect::Allow) => tally.allows = tally.allows | by,
                (Ok(_), Effect::Deny) => tally.denies = true,
                (Err(_), _) => {}
            }
            watch.statement(self, statement, result);
        }
        watch.verdict(self, tally);
        tally
    }
}

/// What a resource has to begin with, as far as it is plain text: its length and its last eight bytes, so that
/// most statements about other resources are passed over without following a pointer.
#[derive(Debug, Clone, Copy)]
struct Head {
    length: u32,
    tail: u64,
}

impl Head {
    fn of(text: &str) -> Head {
        match u32::try_from(text.len()) {
            Ok(length) => Head {
                length,
                tail: Head::tail(text.as_bytes()),
            },
            Err(_) => Head { length: 0, tail: 0 },
        }
    }

    fn begins(self, resource: &[u8]) -> bool {
        resource
            .get(..self.length as usize)
            .is_some_and(|head| Head::tail(head) == self.tail)
    }

    fn tail(text: &[u8]) -> u64 {
        match text.last_chunk::<8>() {
            Some(tail) => u64::from_le_bytes(*tail),
            None => text.iter().fold(0, |tail, byte| tail << 8 | u64::from(*byte)),
        }
    }
}
