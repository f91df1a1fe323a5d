//! Running a suite: every action on every resource of every case, decided by the engine.

use std::collections::{BTreeSet, HashMap};

use iam_policy::{Decision, Engine, Explanation, PolicyKind, Request, StatementRef};
use jiff::Timestamp;

use super::families::{Family, Patterns, is_family};
use super::read::{Expectation, ExpectedReason};
use super::suite::{Case, Suite};

/// How many failures of one case are kept with their explanations; the others are counted.
const KEPT: usize = 10;
/// An account for what belongs to nobody in particular.
const SOME_ACCOUNT: &str = "111122223333";

/// What is wanted of a run beside its results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunSettings {
    /// Which statements no case exercises.
    pub coverage: bool,
}

/// What came of a suite.
#[derive(Debug)]
pub struct SuiteRun {
    /// Its cases, in their order.
    pub cases: Vec<CaseRun>,
    /// The statements that decided in no case, where that was asked for.
    pub unexercised: Vec<Unexercised>,
    /// How many statements there are.
    pub statements: usize,
}

/// A statement that decided in no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unexercised {
    /// Its document, by its place in the suite.
    pub document: usize,
    /// The statement, by its place in the document.
    pub statement: usize,
    /// Whether it is an Allow that matched what some case asks, where other policies or a Deny prevailed: without it the
    /// cases would come out the same.
    pub is_overruled: bool,
}

impl SuiteRun {
    /// How many cases hold.
    pub fn passed(&self) -> usize {
        self.cases.iter().filter(|case| case.failed == 0).count()
    }

    /// How many do not.
    pub fn failed(&self) -> usize {
        self.cases.len() - self.passed()
    }
}

/// What came of a case.
#[derive(Debug)]
pub struct CaseRun {
    /// How many questions were asked: actions times members of resources.
    pub asked: usize,
    /// How many were not answered as expected.
    pub failed: usize,
    /// The first of those.
    pub failures: Vec<Failed>,
}

/// A question that was not answered as expected.
#[derive(Debug)]
pub struct Failed {
    /// The resource as the case writes it; what was asked about is in the explanation.
    pub resource: String,
    /// What is not as expected.
    pub problem: Problem,
    /// The engine's answer and its reasons.
    pub explanation: Explanation,
}

/// What is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The decision.
    Decision,
    /// The reason, one that the case does not name; what it names, in words.
    Reason(String),
}

impl Suite {
    /// Asks everything. `now` is the moment of the cases that name none.
    pub fn run(&self, now: Timestamp, settings: RunSettings) -> SuiteRun {
        let engine = Engine::compile(&self.policies);
        let mut runner = Runner {
            suite: self,
            engine: &engine,
            now,
            settings,
            patterns: Patterns::new(self.documents.iter().flat_map(|document| {
                let statements = document.document.statements.iter();
                let clauses = statements.filter_map(|statement| statement.resource.as_ref());
                clauses.flat_map(|clause| clause.resources.texts())
            })),
            families: HashMap::new(),
            exercised: BTreeSet::new(),
            overruled: BTreeSet::new(),
        };
        let cases = self.cases.iter().map(|case| runner.case(case)).collect();
        let (exercised, overruled) = (runner.exercised, runner.overruled);
        let statements = self.documents.iter().enumerate().flat_map(|(nth, document)| {
            let count = document.document.statements.len();
            (0..count).map(move |statement| (nth, statement))
        });
        let unexercised: Vec<Unexercised> = if settings.coverage {
            let unexercised = statements.clone().filter(|place| !exercised.contains(place));
            unexercised
                .map(|(document, statement)| Unexercised {
                    document,
                    statement,
                    is_overruled: overruled.contains(&(document, statement)),
                })
                .collect()
        } else {
            Vec::new()
        };
        SuiteRun {
            cases,
            unexercised,
            statements: statements.count(),
        }
    }
}

struct Runner<'s> {
    suite: &'s Suite,
    engine: &'s Engine,
    now: Timestamp,
    settings: RunSettings,
    patterns: Patterns,
    /// By account and text.
    families: HashMap<(String, String), Family>,
    exercised: BTreeSet<(usize, usize)>,
    overruled: BTreeSet<(usize, usize)>,
}

impl Runner<'_> {
    fn case(&mut self, case: &Case) -> CaseRun {
        let mut run = CaseRun {
            asked: 0,
            failed: 0,
            failures: Vec::new(),
        };
        for resource in &case.resources {
            for action in &case.actions {
                if !is_family(resource) {
                    self.ask(case, action, resource, resource, &mut run);
                    continue;
                }
                for member in self.members(case, action, resource) {
                    self.ask(case, action, resource, &member, &mut run);
                }
            }
        }
        run
    }

    fn members(&mut self, case: &Case, action: &str, resource: &str) -> Vec<String> {
        let account = case
            .resource_account
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| case.principal.account().map(|account| account.to_string()))
            .unwrap_or_else(|| SOME_ACCOUNT.to_owned());
        let key = (account, resource.to_owned());
        if !self.families.contains_key(&key) {
            let family = Family::new(resource, &key.0, &self.patterns);
            self.families.insert(key.clone(), family);
        }
        let known = iam_catalog::action(action);
        let family = self.families.get(&key);
        family
            .map(|family| family.members_for(known, &key.0))
            .unwrap_or_default()
    }

    fn ask(&mut self, case: &Case, action: &str, written: &str, resource: &str, run: &mut CaseRun) {
        let request = case.request(action, resource, self.now);
        run.asked += 1;
        let needs_reasons = case.reason.is_some() || self.settings.coverage;
        if !needs_reasons && case.expectation.is_met_by(self.engine.decide(&request)) {
            return;
        }
        let explanation = self.engine.explain(&request);
        if self.settings.coverage {
            self.note(&explanation);
        }
        let problem = if case.expectation.is_met_by(explanation.decision) {
            let reason = case.reason.as_ref();
            match reason.and_then(|reason| reason.missed_by(&explanation)) {
                Some(missed) => Problem::Reason(missed),
                None => return,
            }
        } else {
            Problem::Decision
        };
        run.failed += 1;
        if run.failures.len() < KEPT {
            run.failures.push(Failed {
                resource: written.to_owned(),
                problem,
                explanation,
            });
        }
    }

    /// Keeps which statements decided, and which would have allowed what is denied.
    fn note(&mut self, explanation: &Explanation) {
        let documents = &self.suite.documents;
        let places = |statements: &[StatementRef]| -> Vec<(usize, usize)> {
            let places = statements.iter().filter_map(|statement| {
                let nth = documents
                    .iter()
                    .position(|document| document.name == statement.policy);
                Some((nth?, statement.index))
            });
            places.collect()
        };
        self.exercised.extend(places(&explanation.deciding));
        self.overruled.extend(places(&explanation.overruled));
    }
}

impl Case {
    /// One question of the case.
    pub fn request(&self, action: &str, resource: &str, now: Timestamp) -> Request {
        let mut request = Request::new(self.principal.clone(), action, resource);
        request.resource_account.clone_from(&self.resource_account);
        for (key, values) in &self.context {
            if let Some(values) = values {
                request.context.insert(key, values.clone());
            }
        }
        request.fill_in(self.at.unwrap_or(now));
        for (key, values) in &self.context {
            if values.is_none() {
                request.context.remove(key);
            }
        }
        request
    }
}

impl ExpectedReason {
    /// What of it is not so, in words.
    fn missed_by(&self, explanation: &Explanation) -> Option<String> {
        if let Some(decision) = self.decision.filter(|decision| *decision != explanation.decision) {
            return Some(format!("{decision}, and it is {}", explanation.decision));
        }
        if let Some(sid) = &self.statement {
            let is_it = |statement: &StatementRef| statement.sid.as_deref() == Some(sid);
            let near = explanation.near_misses.iter().map(|miss| &miss.statement);
            if !explanation.deciding.iter().chain(near).any(is_it) {
                let does = match explanation.decision {
                    Decision::ImplicitDeny => "came near",
                    _ => "decided",
                };
                return Some(format!("statement `{sid}`, which is none of those that {does}"));
            }
        }
        if let Some(kind) = self.policy.filter(|kind| !told_by(explanation).contains(kind)) {
            return Some(format!("the {kind}, which is not what decided"));
        }
        if let Some(key) = &self.key {
            let held = explanation.held_conditions.iter().map(|held| held.key.as_str());
            let missed = explanation.near_misses.iter().flat_map(|miss| {
                let also = miss.also.iter().map(|condition| condition.key.as_str());
                miss.key.as_deref().into_iter().chain(also)
            });
            if !held.chain(missed).any(|found| found.eq_ignore_ascii_case(key)) {
                return Some(format!("the key {key}, which made no difference"));
            }
        }
        None
    }
}

/// The kinds of policy that made the decision.
fn told_by(explanation: &Explanation) -> Vec<PolicyKind> {
    match explanation.decision {
        Decision::ImplicitDeny => explanation.blocked_by.clone(),
        _ => explanation
            .deciding
            .iter()
            .map(|statement| statement.kind)
            .collect(),
    }
}

impl Failed {
    /// What went wrong, in one line.
    pub fn told(&self, expectation: Expectation) -> String {
        let explanation = &self.explanation;
        let what = format!("{} on {}", explanation.action, explanation.resource);
        match &self.problem {
            Problem::Decision => {
                let expected = match expectation {
                    Expectation::Allow => "allowed",
                    Expectation::Deny => "denied",
                };
                let why = explanation.told().in_brief().in_one_line();
                format!("{what} should be {expected}, and is not: {why}")
            }
            Problem::Reason(expected) => format!("{what} should be decided by {expected}"),
        }
    }
}
