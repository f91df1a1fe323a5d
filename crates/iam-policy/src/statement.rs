//! A compiled statement: matched element by element, for deciding and for explaining alike.
//! IAM User Guide, "IAM JSON policy element reference".

mod open;

pub(crate) use open::Open;

use crate::action;
use crate::arn::Arn;
use crate::condition::Condition;
use crate::document::{self, Effect, Version};
use crate::pattern::{Pattern, Syntax};
use crate::policy_set::PolicyKind;
use crate::principal::{MatchedBy, PrincipalMatcher, Surroundings};
use crate::request::Request;

/// A statement ready to be matched. Its actions are not compiled: the index finds statements by them, and
/// where one is looked at by itself, the document's own text serves.
#[derive(Debug)]
pub(crate) struct Statement {
    /// Which of the group's policies it belongs to.
    pub policy: u32,
    /// Its place in the document.
    pub index: u32,
    pub effect: Effect,
    resource: Scope<Resources>,
    principal: Scope<PrincipalMatcher>,
    conditions: Box<[Condition]>,
}

/// An element that not every kind of policy has.
#[derive(Debug)]
enum Scope<T> {
    /// The kind of policy has no such element, or may leave it out.
    All,
    /// Missing where it is needed, or written where it has no place. AWS refuses such a document; should
    /// one come up nevertheless, its Allow grants nothing and its Deny still denies.
    Misplaced,
    Only(T),
}

#[derive(Debug)]
struct Resources {
    negated: bool,
    patterns: Box<[Pattern]>,
}

/// An element of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// `Action` or `NotAction`
    Action,
    /// `Resource` or `NotResource`
    Resource,
    /// `Principal` or `NotPrincipal`
    Principal,
    /// One of the conditions
    Condition,
}

/// The first element that does not match, in the order in which they are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    Action,
    Resource,
    Principal,
    /// With the condition's place.
    Condition(usize),
}

/// A request with what the matchers need of its surroundings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'r> {
    pub request: &'r Request,
    pub has_boundary: bool,
}

impl<'r> Question<'r> {
    fn around(self) -> Surroundings<'r> {
        Surroundings {
            context: &self.request.context,
            has_boundary: self.has_boundary,
        }
    }
}

impl Statement {
    pub(crate) fn compile(
        (policy, index): (u32, u32),
        statement: &document::Statement,
        version: Version,
        kind: PolicyKind,
    ) -> Statement {
        let resource = match &statement.resource {
            Some(clause) => Scope::Only(Resources {
                negated: clause.negated,
                patterns: clause
                    .resources
                    .texts()
                    .map(|text| Pattern::compile(text, Syntax::of(version, true)))
                    .collect(),
            }),
            None if matches!(kind, PolicyKind::Resource | PolicyKind::Trust) => Scope::All,
            None => Scope::Misplaced,
        };
        let principal = match (&statement.principal, kind.names_principals()) {
            (Some(clause), true) => Scope::Only(PrincipalMatcher::compile(clause)),
            (None, false) => Scope::All,
            (Some(_), false) | (None, true) => Scope::Misplaced,
        };
        let denies = statement.effect == Effect::Deny;
        let conditions = statement
            .conditions
            .iter()
            .map(|c| Condition::compile(c, version, denies))
            .collect();
        Statement {
            policy,
            index,
            effect: statement.effect,
            resource,
            principal,
            conditions,
        }
    }

    fn denies(&self) -> bool {
        self.effect == Effect::Deny
    }

    /// How the statement, written so, matches, or the first element that does not.
    pub(crate) fn examine(
        &self,
        written: &document::Statement,
        question: Question<'_>,
    ) -> Result<MatchedBy, Mismatch> {
        if !action::fits_clause(&written.action, &question.request.action) {
            return Err(Mismatch::Action);
        }
        self.examine_beyond_action(question)
    }

    /// As [`examine`](Statement::examine), as if the action matched.
    pub(crate) fn examine_beyond_action(&self, question: Question<'_>) -> Result<MatchedBy, Mismatch> {
        if !self.resource_fits(question) {
            return Err(Mismatch::Resource);
        }
        let by = self.principal_fits(question);
        if !by.any() {
            return Err(Mismatch::Principal);
        }
        let context = &question.request.context;
        match self
            .conditions
            .iter()
            .position(|condition| !condition.holds(context))
        {
            Some(place) => Err(Mismatch::Condition(place)),
            None => Ok(by),
        }
    }

    /// The places of the conditions behind this one that do not hold either.
    pub(crate) fn failing_behind(&self, place: usize, question: Question<'_>) -> impl Iterator<Item = usize> {
        let conditions = self.conditions.iter().enumerate().skip(place + 1);
        conditions
            .filter(move |(_, condition)| !condition.holds(&question.request.context))
            .map(|(place, _)| place)
    }

    fn resource_fits(&self, question: Question<'_>) -> bool {
        let Request {
            resource, context, ..
        } = question.request;
        match &self.resource {
            Scope::All => true,
            Scope::Misplaced => self.denies(),
            Scope::Only(Resources { negated, patterns }) => {
                patterns.iter().any(|pattern| pattern.matches(resource, context)) != *negated
            }
        }
    }

    /// What every resource that the statement is about begins with; empty when it may be any.
    pub(crate) fn resource_head(&self) -> &str {
        let Scope::Only(Resources {
            negated: false,
            patterns,
        }) = &self.resource
        else {
            return "";
        };
        let mut heads = patterns.iter().map(Pattern::literal_head);
        let first = heads.next().unwrap_or_default();
        heads.fold(first, common_head)
    }

    fn principal_fits(&self, question: Question<'_>) -> MatchedBy {
        match &self.principal {
            Scope::All => MatchedBy::DIRECTLY,
            Scope::Misplaced if self.denies() => MatchedBy::DIRECTLY,
            Scope::Misplaced => MatchedBy::NOTHING,
            Scope::Only(matcher) => {
                matcher.matched_by(&question.request.principal, question.around(), self.denies())
            }
        }
    }
}

/// What both texts begin with.
fn common_head<'t>(a: &'t str, b: &str) -> &'t str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // Not within a character.
    let cut = (0..=same).rev().find(|at| a.is_char_boundary(*at)).unwrap_or(0);
    a.get(..cut).unwrap_or_default()
}

/// Whether the resource is the ARN of a role.
pub(crate) fn is_role_arn(resource: &str) -> bool {
    resource.parse::<Arn>().is_ok_and(|arn| arn.is_iam("role"))
}
