//! Compiled policy sets: one pass over the statements serves deciding and explaining.
//! What is compiled is immutable and can be asked from many threads at once.

use std::sync::Arc;

use crate::combine::{Asker, Decision, Ruling, Tally, Verdicts, combine};
use crate::document::{Document, Effect};
use crate::facts::facts_of;
use crate::policy_set::{Level, PolicyKind, PolicySet, Source};
use crate::principal::MatchedBy;
use crate::request::Request;
use crate::statement::{Mismatch, Question, Statement};

/// A policy set, compiled.
#[derive(Debug)]
pub struct Engine {
    identity: Vec<Policy>,
    resource: Option<Policy>,
    boundary: Option<Vec<Policy>>,
    session: Option<Vec<Policy>>,
    trust: Option<Policy>,
    scp: Option<Vec<CompiledLevel>>,
    rcp: Option<Vec<CompiledLevel>>,
    endpoint: Option<Policy>,
}

/// One document, compiled for its place.
#[derive(Debug)]
pub(crate) struct Policy {
    pub kind: PolicyKind,
    pub name: String,
    pub document: Arc<Document>,
    pub statements: Box<[Statement]>,
}

#[derive(Debug)]
pub(crate) struct CompiledLevel {
    pub name: String,
    pub policies: Vec<Policy>,
}

impl Policy {
    fn compile(kind: PolicyKind, source: &Source) -> Policy {
        let document = &source.document;
        let statements = document
            .statements
            .iter()
            .enumerate()
            .map(|(index, statement)| Statement::compile(index, statement, document.version, kind))
            .collect();
        Policy {
            kind,
            name: source.name.clone(),
            document: Arc::clone(document),
            statements,
        }
    }

    fn compile_all(kind: PolicyKind, sources: &[Source]) -> Vec<Policy> {
        sources
            .iter()
            .map(|source| Policy::compile(kind, source))
            .collect()
    }
}

impl CompiledLevel {
    fn compile_all(kind: PolicyKind, levels: &[Level]) -> Vec<CompiledLevel> {
        let compile = |level: &Level| CompiledLevel {
            name: level.name.clone(),
            policies: Policy::compile_all(kind, &level.policies),
        };
        levels.iter().map(compile).collect()
    }
}

/// Told of every statement as it is examined.
pub(crate) trait Watch<'e> {
    /// Whether to go on after a Deny: the decision is settled, an explanation wants everything.
    const THOROUGH: bool;

    fn statement(
        &mut self,
        policy: &'e Policy,
        level: Option<&'e str>,
        statement: &'e Statement,
        result: Result<MatchedBy, Mismatch>,
    );

    /// What a kind of policy, or one level of it, comes to.
    fn verdict(&mut self, kind: PolicyKind, level: Option<&'e str>, tally: Tally);
}

struct Unwatched;

impl<'e> Watch<'e> for Unwatched {
    const THOROUGH: bool = false;
    fn statement(
        &mut self,
        _: &'e Policy,
        _: Option<&'e str>,
        _: &'e Statement,
        _: Result<MatchedBy, Mismatch>,
    ) {
    }
    fn verdict(&mut self, _: PolicyKind, _: Option<&'e str>, _: Tally) {}
}

impl Engine {
    /// Compiles a policy set.
    pub fn compile(set: &PolicySet) -> Engine {
        let one = |kind, source: &Option<Source>| source.as_ref().map(|source| Policy::compile(kind, source));
        let many = |kind, sources: &Option<Vec<Source>>| {
            sources.as_ref().map(|sources| Policy::compile_all(kind, sources))
        };
        let levels = |kind, levels: &Option<Vec<Level>>| {
            levels
                .as_ref()
                .map(|levels| CompiledLevel::compile_all(kind, levels))
        };
        Engine {
            identity: Policy::compile_all(PolicyKind::Identity, &set.identity),
            resource: one(PolicyKind::Resource, &set.resource),
            boundary: many(PolicyKind::Boundary, &set.boundary),
            session: many(PolicyKind::Session, &set.session),
            trust: one(PolicyKind::Trust, &set.trust),
            scp: levels(PolicyKind::Scp, &set.scp),
            rcp: levels(PolicyKind::Rcp, &set.rcp),
            endpoint: one(PolicyKind::Endpoint, &set.endpoint),
        }
    }

    /// Decides a request.
    pub fn decide(&self, request: &Request) -> Decision {
        self.rule(request, &mut Unwatched).decision
    }

    pub(crate) fn question<'r>(&self, request: &'r Request) -> Question<'r> {
        Question {
            request,
            has_boundary: self.boundary.is_some(),
        }
    }

    /// One pass over everything that bears on the request.
    pub(crate) fn rule<'e, W: Watch<'e>>(&'e self, request: &Request, watch: &mut W) -> Ruling {
        let facts = facts_of(request);
        let mut pass = Pass {
            question: self.question(request),
            watch,
            denied: false,
        };
        let has_own_policies = matches!(facts.asker, Asker::Entity | Asker::FederatedUser);
        // "SCPs don't affect any service-linked role", RCPs neither (AWS Organizations User Guide). An SCP
        // concerns principals of accounts; services and anonymous callers are none.
        let free_of_guardrails = request.principal.is_service_linked();
        let grantor = match facts.grantor_kind {
            PolicyKind::Trust => self.trust.as_ref(),
            _ => self.resource.as_ref(),
        };
        let mut verdicts = Verdicts::default();
        // kms:RetireGrant is not effective in an RCP, whatever its Action matches (AWS KMS Developer Guide, "Resource control policies in AWS KMS").
        let retires_grant = request.action.eq_ignore_ascii_case("kms:RetireGrant");
        if let Some(levels) = self
            .rcp
            .as_ref()
            .filter(|_| !free_of_guardrails && !retires_grant)
        {
            verdicts.rcp = Some(pass.levels(PolicyKind::Rcp, levels));
        }
        if let Some(levels) = self
            .scp
            .as_ref()
            .filter(|_| !free_of_guardrails && facts.asker != Asker::Outsider)
        {
            verdicts.scp = Some(pass.levels(PolicyKind::Scp, levels));
        }
        if let Some(policy) = &self.endpoint {
            verdicts.endpoint = Some(pass.policies(PolicyKind::Endpoint, None, std::slice::from_ref(policy)));
        }
        if let Some(policy) = grantor {
            verdicts.grantor = Some(pass.policies(facts.grantor_kind, None, std::slice::from_ref(policy)));
        }
        if has_own_policies {
            verdicts.identity = Some(pass.policies(PolicyKind::Identity, None, &self.identity));
            verdicts.boundary = self
                .boundary
                .as_ref()
                .map(|policies| pass.policies(PolicyKind::Boundary, None, policies));
            verdicts.session = self
                .session
                .as_ref()
                .map(|policies| pass.policies(PolicyKind::Session, None, policies));
        }
        combine(facts, &verdicts)
    }
}

struct Pass<'r, 'w, W> {
    question: Question<'r>,
    watch: &'w mut W,
    denied: bool,
}

impl<'e, W: Watch<'e>> Pass<'_, '_, W> {
    fn policies(&mut self, kind: PolicyKind, level: Option<&'e str>, policies: &'e [Policy]) -> Tally {
        let mut tally = Tally::default();
        for policy in policies {
            for statement in &policy.statements {
                if self.denied && !W::THOROUGH {
                    return tally;
                }
                let result = statement.examine(self.question);
                match (result, statement.effect) {
                    (Ok(by), Effect::Allow) => tally.allows = tally.allows | by,
                    (Ok(_), Effect::Deny) => {
                        tally.denies = true;
                        self.denied = true;
                    }
                    (Err(_), _) => {}
                }
                self.watch.statement(policy, level, statement, result);
            }
        }
        self.watch.verdict(kind, level, tally);
        tally
    }

    /// Every level must allow; one Deny at any of them denies.
    fn levels(&mut self, kind: PolicyKind, levels: &'e [CompiledLevel]) -> Tally {
        let mut all = Tally {
            allows: MatchedBy::DIRECTLY,
            denies: false,
        };
        for level in levels {
            let tally = self.policies(kind, Some(&level.name), &level.policies);
            if !tally.allows.any() {
                all.allows = MatchedBy::NOTHING;
            }
            all.denies |= tally.denies;
        }
        all
    }
}
