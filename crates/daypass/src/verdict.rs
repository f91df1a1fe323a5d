//! Why calls of the child's were denied: AWS's own words, put to the engine over the user's document.

use crate::monitoring::{Call, Denial, DenialReason};
use daypass_core::lease::PATH;
use iam_policy::{
    Context, Decision, Document, Effect, Engine, Explanation, PolicySet, Principal, Request, Source,
    Statement, StatementRef,
};
use jiff::Timestamp;
use std::borrow::Borrow;

/// A resource that AWS did not name.
const ANY: &str = "*";

/// How the document decides on a request: what, and by which statements.
type Way = (Decision, Vec<usize>);

/// Explains denials over one document.
#[derive(Debug)]
pub(crate) struct Judge {
    name: String,
    document: Document,
    engine: Engine,
    principal: Principal,
    part: Part,
}

/// What the document is to the session that makes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The policy of a role that was made for it.
    OfRole,
    /// The session policy of a role that was there before.
    OfSession,
}

/// What is to be told about denied calls of one action, which were denied for one reason.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The action that was denied; the operation, where AWS spoke of something else than an action.
    pub(crate) action: String,
    /// The first of `resources`.
    pub(crate) resource: Option<String>,
    /// On which resources, where AWS said; each once.
    pub(crate) resources: Vec<String>,
    /// Which policy AWS named.
    pub(crate) reason: Option<DenialReason>,
    /// What the document is to the session.
    pub(crate) part: Part,
    /// What is known of why.
    pub(crate) finding: Finding,
}

/// What is known of why a call was denied.
#[derive(Debug)]
pub(crate) enum Finding {
    /// AWS said something that is not about what policies allow.
    Said(String),
    /// AWS named neither the resource nor a reason: what the document says about the action, wherever.
    Anywhere {
        /// Statements that deny the action, on some resource or condition.
        denying: Vec<StatementRef>,
        /// Statements that allow it, on some resource or condition.
        allowing: Vec<StatementRef>,
    },
    /// What the document says to the very request.
    Explained {
        /// For the first resource; it is the same for the others.
        explanation: Box<Explanation>,
        /// What the user can write, if writing helps.
        allowing: Option<Box<Statement>>,
    },
}

impl Judge {
    /// A judge over `document`, which people call `name`, for calls of `principal`.
    pub(crate) fn new(name: &str, document: &Document, principal: Principal) -> Self {
        let part = Part::of(&principal);
        let engine = engine(name, document.clone(), part);
        Judge {
            name: name.to_owned(),
            document: document.clone(),
            engine,
            principal,
            part,
        }
    }

    /// Verdicts on a denial: for each action that the call needs and that may be the denied one, and for each way
    /// in which the document decides on the resources.
    pub(crate) fn explain(&self, call: &Call, denial: impl Borrow<Denial>, now: Timestamp) -> Vec<Verdict> {
        let denial = denial.borrow();
        if let Some(said) = &denial.said {
            let operation = format!("{} {}", call.service, call.operation);
            return vec![self.verdict(operation, denial, Vec::new(), Finding::Said(said.clone()))];
        }
        let actions = match &denial.action {
            Some(action) => vec![action.clone()],
            None => iam_catalog::actions_of(&call.service, &call.operation),
        };
        actions
            .into_iter()
            .flat_map(|action| self.on_action(&action, denial, now))
            .collect()
    }

    fn on_action(&self, action: &str, denial: &Denial, now: Timestamp) -> Vec<Verdict> {
        if denial.resources.is_empty() {
            let finding = if denial.reason.is_none() {
                Finding::Anywhere {
                    denying: self.about(action, Effect::Deny, now),
                    allowing: self.about(action, Effect::Allow, now),
                }
            } else {
                self.explained(action, &[ANY.to_owned()], denial, now)
            };
            return vec![self.verdict(action.to_owned(), denial, Vec::new(), finding)];
        }
        let mut groups: Vec<(Way, Vec<String>)> = Vec::new();
        for resource in &denial.resources {
            let explanation = self.engine.explain(&self.request(action, resource, now));
            let deciding = explanation
                .deciding
                .iter()
                .map(|statement| statement.index)
                .collect();
            let way = (explanation.decision, deciding);
            match groups.iter_mut().find(|(known, _)| *known == way) {
                Some((_, resources)) if resources.contains(resource) => {}
                Some((_, resources)) => resources.push(resource.clone()),
                None => groups.push((way, vec![resource.clone()])),
            }
        }
        groups
            .into_iter()
            .map(|(_, resources)| {
                let finding = self.explained(action, &resources, denial, now);
                self.verdict(action.to_owned(), denial, resources, finding)
            })
            .collect()
    }

    fn explained(&self, action: &str, resources: &[String], denial: &Denial, now: Timestamp) -> Finding {
        let first = resources.first().map_or(ANY, String::as_str);
        let explanation = self.engine.explain(&self.request(action, first, now));
        // An allow beside an explicit deny changes nothing; where the document allows already, neither.
        let helps = explanation.decision == Decision::ImplicitDeny
            && !matches!(denial.reason, Some(DenialReason::DeniedBy(_)));
        let allowing = helps.then(|| {
            let statement = Statement::allow()
                .with_actions([action])
                .with_resources(resources.iter().map(String::as_str));
            Box::new(statement)
        });
        Finding::Explained {
            explanation: Box::new(explanation),
            allowing,
        }
    }

    /// The statements that do `effect` to the action on some resource, whatever their conditions.
    fn about(&self, action: &str, effect: Effect, now: Timestamp) -> Vec<StatementRef> {
        let on_anything = Statement::allow().with_resources([ANY]).resource;
        let mut document = self.document.clone();
        for statement in &mut document.statements {
            statement.resource.clone_from(&on_anything);
            statement.conditions.clear();
            // What denies is asked for as what allows is: a statement that matches decides.
            statement.effect = if statement.effect == effect {
                Effect::Allow
            } else {
                Effect::Deny
            };
        }
        let matching = |statement: &Statement| {
            let mut alone = document.clone();
            alone.statements = vec![statement.clone()];
            let explanation =
                engine(&self.name, alone, Part::OfRole).explain(&self.request(action, ANY, now));
            (explanation.decision == Decision::Allow)
                .then_some(explanation.deciding)
                .and_then(|deciding| deciding.into_iter().next())
        };
        document
            .statements
            .iter()
            .enumerate()
            .filter_map(|(index, statement)| {
                let found = matching(statement)?;
                Some(StatementRef {
                    index,
                    effect,
                    ..found
                })
            })
            .collect()
    }

    fn request(&self, action: &str, resource: &str, now: Timestamp) -> Request {
        let mut request = Request::new(self.principal.clone(), action, resource);
        let mut context = Context::new();
        context.fill_in(&self.principal, now);
        request.context = context;
        request
    }

    fn verdict(&self, action: String, denial: &Denial, resources: Vec<String>, finding: Finding) -> Verdict {
        Verdict {
            action,
            resource: resources.first().cloned(),
            resources,
            reason: denial.reason.clone(),
            part: self.part,
            finding,
        }
    }
}

impl Part {
    /// Roles under daypass's own path were made for their document; every other was there before.
    fn of(principal: &Principal) -> Self {
        match principal {
            Principal::RoleSession { role: Some(role), .. } if role.iam_path() != Some(PATH) => {
                Part::OfSession
            }
            _ => Part::OfRole,
        }
    }

    /// How AWS calls this kind of policy in its messages.
    pub(crate) fn in_messages(self) -> &'static str {
        match self {
            Part::OfRole => "identity-based policy",
            Part::OfSession => "session policy",
        }
    }
}

fn engine(name: &str, document: Document, part: Part) -> Engine {
    let written = vec![Source::new(name, document)];
    Engine::compile(&match part {
        Part::OfRole => PolicySet {
            identity: written,
            ..PolicySet::default()
        },
        // What the role itself may do is not known here; the document is judged for its own part.
        Part::OfSession => PolicySet {
            identity: vec![Source::new(
                "the role",
                Document::new(vec![Statement::allow().with_actions([ANY]).with_resources([ANY])]),
            )],
            session: Some(written),
            ..PolicySet::default()
        },
    })
}
