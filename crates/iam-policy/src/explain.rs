//! Why a request was decided as it was, gathered from the same pass that decides.
//! What is here is for machines too; `Display` says it as a colleague would.

mod display;
mod near_miss;
mod note;
mod refusal;
mod unknowns;
mod words;

pub use display::Telling;
pub use note::Note;

use crate::arn::AccountId;
use crate::combine::{Decision, Facts, Rule, Ruling, Tally};
use crate::document::Effect;
use crate::engine::Engine;
use crate::facts::facts_of;
use crate::group::{Group, Watch};
use crate::policy_set::PolicyKind;
use crate::principal::MatchedBy;
use crate::request::Request;
use crate::span::Span;
use crate::statement::{Element, Mismatch, Question, Statement};

impl Engine {
    /// Decides a request and says why. Agrees with [`decide`](Engine::decide).
    pub fn explain(&self, request: &Request) -> Explanation {
        let mut recorder = Recorder::default();
        let ruling = self.rule(request, &mut recorder);
        let mut explanation = recorder.explanation(self.question(request), ruling, facts_of(request));
        explanation.note_spared(&request.principal, self.organization_policies());
        explanation
    }
}

/// A decision and its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision; the same as [`Engine::decide`](crate::Engine::decide) gives.
    pub decision: Decision,
    /// The rule by which it was made.
    pub rule: Rule,
    /// What each kind of policy in force says; SCPs and RCPs level by level.
    pub verdicts: Vec<Verdict>,
    /// The statements that decided: those that deny, or those that allow in the kinds that had to.
    /// Empty for an implicit deny.
    pub deciding: Vec<StatementRef>,
    /// Of a request that is denied: the Allow statements that match it, and do not prevail against other policies or a Deny.
    pub overruled: Vec<StatementRef>,
    /// For an implicit deny: the kinds of policy that had to allow and did not.
    pub blocked_by: Vec<PolicyKind>,
    /// For an implicit deny: statements of those kinds that would have allowed but for one element;
    /// the nearest first.
    pub near_misses: Vec<NearMiss>,
    /// Condition keys that the request does not carry and whose value could change the decision.
    pub missing_keys: Vec<String>,
    /// The principal, as asked.
    pub principal: String,
    /// The action, as asked.
    pub action: String,
    /// The resource, as asked.
    pub resource: String,
    /// The account that owns the resource, where it is known.
    pub owner: Option<AccountId>,
    /// Whether principal and resource belong to the same account.
    pub same_account: bool,
    /// The conditions that the deciding Deny statements were held to.
    pub held_conditions: Vec<HeldCondition>,
    /// Rules that bear on the decision beside the one by which it was made.
    pub notes: Vec<Note>,
}

/// What a kind of policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The kind.
    pub kind: PolicyKind,
    /// The level's name, for SCPs and RCPs.
    pub level: Option<String>,
    /// What it says: a Deny wins over an Allow, `None` is neither.
    pub effect: Option<Effect>,
    /// How the principal was matched in the statements that allow.
    pub matched_by: MatchedBy,
}

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRef {
    /// The kind of its policy.
    pub kind: PolicyKind,
    /// The name of its policy.
    pub policy: String,
    /// The level's name, for SCPs and RCPs.
    pub level: Option<String>,
    /// Its place in the document, counted from 0.
    pub index: usize,
    /// Its `Sid`, unless that is empty, as AWS's consoles write it.
    pub sid: Option<String>,
    /// What it does when it matches.
    pub effect: Effect,
    /// Where it stands in the document's text; empty for documents made by programs.
    pub span: Span,
}

/// An Allow that did not match, and the first element that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The statement.
    pub statement: StatementRef,
    /// The element that failed.
    pub element: Element,
    /// The element's name as written, such as `NotResource`; for a condition its operator.
    pub name: String,
    /// The condition's key.
    pub key: Option<String>,
    /// What the request has; `None` where it does not carry the condition's key, empty where that key
    /// holds no value.
    pub found: Option<Vec<String>>,
    /// What the statement wants (or, for a negated element, does not want). Empty where there is a flaw.
    pub wanted: Vec<String>,
    /// What is wrong with the statement, where its element fits no request at all.
    pub flaw: Option<Flaw>,
    /// The other conditions of the statement that fail, where the first element that failed is a condition.
    pub also: Vec<FailedCondition>,
    /// Where the element stands in the document's text; the whole statement where it has none.
    pub span: Span,
}

/// A condition that does not hold, beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedCondition {
    /// The operator as written.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// What the request has; `None` where it does not carry the key.
    pub found: Option<Vec<String>>,
    /// The values that the statement has.
    pub wanted: Vec<String>,
    /// Where it stands in the document's text.
    pub span: Span,
}

/// What is wrong with a statement that AWS would not have taken into a policy of its kind, so that it grants
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// The kind of policy needs the element, and the statement has none.
    Missing,
    /// The kind of policy does not take the element.
    NotTaken,
}

/// A condition of a Deny that matched, and what the request has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCondition {
    /// The operator as written.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// What the request has; `None` where it does not carry the key.
    pub found: Option<Vec<String>>,
    /// The values that the statement has.
    pub wanted: Vec<String>,
}

/// Keeps everything that a pass looks at.
#[derive(Default)]
pub(crate) struct Recorder<'e> {
    seen: Vec<Seen<'e>>,
    /// Each group, and how many statements had been seen at its end.
    groups: Vec<(&'e Group, usize)>,
    verdicts: Vec<Verdict>,
}

#[derive(Clone, Copy)]
struct Seen<'e> {
    group: &'e Group,
    statement: &'e Statement,
    result: Result<MatchedBy, Mismatch>,
}

impl<'e> Watch<'e> for Recorder<'e> {
    fn statement(&mut self, group: &'e Group, statement: &'e Statement, result: Result<MatchedBy, Mismatch>) {
        self.seen.push(Seen {
            group,
            statement,
            result,
        });
    }

    fn verdict(&mut self, group: &'e Group, tally: Tally) {
        self.groups.push((group, self.seen.len()));
        let effect = match tally {
            Tally { denies: true, .. } => Some(Effect::Deny),
            Tally { allows, .. } if allows.any() => Some(Effect::Allow),
            Tally { .. } => None,
        };
        self.verdicts.push(Verdict {
            kind: group.kind,
            level: group.level.as_deref().map(str::to_owned),
            effect,
            matched_by: tally.allows,
        });
    }
}

impl Seen<'_> {
    fn written(&self) -> Option<&crate::document::Statement> {
        self.group.written(self.statement)
    }

    fn reference(&self) -> StatementRef {
        let written = self.written();
        let policy = self.group.policy(self.statement);
        StatementRef {
            kind: self.group.kind,
            policy: policy.map(|policy| policy.name.clone()).unwrap_or_default(),
            level: self.group.level.as_deref().map(str::to_owned),
            index: self.statement.index as usize,
            sid: written
                .and_then(|written| written.sid.clone())
                .filter(|sid| !sid.is_empty()),
            effect: self.statement.effect,
            span: written.map(|written| written.span).unwrap_or_default(),
        }
    }

    fn is(&self, effect: Effect) -> bool {
        self.statement.effect == effect
    }

    fn conditions(&self) -> &[crate::document::Condition] {
        self.written().map_or(&[], |written| &written.conditions)
    }
}

impl Recorder<'_> {
    pub(crate) fn explanation(self, question: Question<'_>, ruling: Ruling, facts: Facts) -> Explanation {
        let deciding: Vec<Seen<'_>> = self
            .seen
            .iter()
            .filter(|seen| seen.result.is_ok())
            .filter(|seen| match ruling.decision {
                Decision::ExplicitDeny => seen.is(Effect::Deny) && !facts.ignores_deny(seen.group.kind),
                Decision::Allow => seen.is(Effect::Allow) && ruling.required.contains(seen.group.kind),
                Decision::ImplicitDeny => false,
            })
            .copied()
            .collect();
        let overruled = self
            .seen
            .iter()
            .filter(|seen| {
                ruling.decision != Decision::Allow && seen.result.is_ok() && seen.is(Effect::Allow)
            })
            .map(Seen::reference)
            .collect();
        let missing_keys = self.missing_keys(question, facts);
        let near_misses = self.near_misses(question, ruling, facts);
        let held_conditions = match ruling.decision {
            Decision::ExplicitDeny => deciding
                .iter()
                .flat_map(|seen| near_miss::held(seen, question))
                .collect(),
            _ => Vec::new(),
        };
        let request = question.request;
        let is_spared_without_boundary = Self::boundary_undoes_not_principal(&deciding, question);
        let mut explanation = Explanation {
            decision: ruling.decision,
            rule: ruling.rule,
            verdicts: self.verdicts,
            deciding: deciding.iter().map(Seen::reference).collect(),
            overruled,
            blocked_by: ruling.blocked.iter().collect(),
            near_misses,
            missing_keys,
            principal: request.principal.to_string(),
            action: request.action.clone(),
            resource: request.resource.clone(),
            owner: request.owner(),
            same_account: facts.same_account,
            held_conditions,
            notes: Vec::new(),
        };
        if is_spared_without_boundary {
            explanation.notes.push(Note::BoundaryAgainstNotPrincipal);
        }
        explanation.note_limited_grant(&request.principal);
        explanation
    }

    /// Whether an Allow of this kind would have helped a request that is denied.
    fn would_help(kind: PolicyKind, ruling: Ruling, facts: Facts) -> bool {
        let instead_of_identity =
            facts.same_account && kind == facts.grantor_kind && ruling.blocked.contains(PolicyKind::Identity);
        ruling.blocked.contains(kind) || instead_of_identity
    }

    fn near_misses(&self, question: Question<'_>, ruling: Ruling, facts: Facts) -> Vec<NearMiss> {
        if ruling.decision != Decision::ImplicitDeny {
            return Vec::new();
        }
        let mut near: Vec<NearMiss> = self
            .seen
            .iter()
            .filter(|seen| seen.is(Effect::Allow) && Self::would_help(seen.group.kind, ruling, facts))
            .filter_map(|seen| near_miss::near_miss(seen, question))
            .collect();
        near.sort_by_key(|miss| match miss.element {
            Element::Condition => 0,
            Element::Principal => 1,
            Element::Resource => 2,
            Element::Action => 3,
        });
        near
    }
}

#[cfg(test)]
#[path = "explain/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "explain/words_tests.rs"]
mod words_tests;
