//! Why a call of the child's was denied: AWS's own words, put to the engine over the user's document.

use crate::monitoring::{Call, Denial, DenialReason};
use daypass_core::suggest;
use iam_policy::{
    Context, Decision, Document, Engine, Explanation, PolicySet, Principal, Request, Source, Statement,
};
use jiff::Timestamp;

/// A resource that AWS did not name.
const ANY: &str = "*";

/// Explains denials over one document.
#[derive(Debug)]
pub(crate) struct Judge {
    engine: Engine,
    principal: Principal,
}

/// What is to be told about one denied call.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The action that was denied.
    pub(crate) action: String,
    /// On which resource, where AWS said.
    pub(crate) resource: Option<String>,
    /// Which policy AWS named.
    pub(crate) reason: Option<DenialReason>,
    /// What the user's document says to it.
    pub(crate) explanation: Explanation,
    /// What the user can write, if writing helps.
    pub(crate) allowing: Option<Statement>,
}

impl Judge {
    /// A judge over `document`, which people call `name`, for calls of `principal`.
    pub(crate) fn new(name: &str, document: &Document, principal: Principal) -> Self {
        let identity = vec![Source::new(name, document.clone())];
        Judge {
            engine: Engine::compile(&PolicySet {
                identity,
                ..PolicySet::default()
            }),
            principal,
        }
    }

    /// One verdict per action that the call needs and that may be the denied one.
    pub(crate) fn explain(&self, call: &Call, denial: &Denial, now: Timestamp) -> Vec<Verdict> {
        let actions = match &denial.action {
            Some(action) => vec![action.clone()],
            None => iam_catalog::actions_of(&call.service, &call.operation),
        };
        actions
            .into_iter()
            .map(|action| self.verdict(action, denial, now))
            .collect()
    }

    fn verdict(&self, action: String, denial: &Denial, now: Timestamp) -> Verdict {
        let resource = denial.resource.clone();
        let on = resource.as_deref().unwrap_or(ANY);
        let mut request = Request::new(self.principal.clone(), action.as_str(), on);
        let mut context = Context::new();
        context.fill_in(&self.principal, now);
        request.context = context;
        let explanation = self.engine.explain(&request);
        // An allow beside an explicit deny changes nothing; where the document allows already, neither.
        let helps = explanation.decision == Decision::ImplicitDeny
            && !matches!(denial.reason, Some(DenialReason::DeniedBy(_)));
        let allowing = helps.then(|| suggest::statement_allowing(&action, on));
        Verdict {
            action,
            resource,
            reason: denial.reason.clone(),
            explanation,
            allowing,
        }
    }
}
