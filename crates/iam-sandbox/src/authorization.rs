//! What a call needs to be allowed to do, and whether the engine says that it is.

pub(crate) mod context;
pub(crate) mod encoded;
mod message;
mod policies;

use std::sync::Arc;

use iam_policy::{
    AccountId, Context, Decision, Document, Explanation, Level, PolicyKind, Principal, Request, Source,
    StatementRef,
};

use crate::compiled::CompiledSet;
use crate::operations::call::Call;
use crate::record::Checked;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

pub(crate) use policies::{attached_document, aws_document};

/// What the listing of buckets is about.
pub(crate) const ALL_BUCKETS: &str = "arn:aws:s3:::*";

/// What an operation requires.
pub(crate) enum Authorization {
    /// Nothing: whoever is authenticated may call it.
    Open,
    /// All of these.
    Required(Box<Checks>),
    /// What the operation decides on itself, item by item.
    Within,
}

impl Authorization {
    /// One check, in the form that the table's functions give.
    #[expect(clippy::unnecessary_wraps, reason = "what a declaration ends with")]
    pub(crate) fn one(check: Check) -> Result<Authorization, ApiError> {
        Ok(Checks::new(check).required())
    }
}

/// Questions for the engine, decided in this order. There is always a first: an empty list would be allowed.
pub(crate) struct Checks {
    first: Check,
    more: Vec<Check>,
}

impl Checks {
    pub(crate) fn new(first: Check) -> Checks {
        Checks {
            first,
            more: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, check: Check) {
        self.more.push(check);
    }

    /// All of the others, after these.
    pub(crate) fn append(&mut self, others: Checks) {
        self.more.push(others.first);
        self.more.extend(others.more);
    }

    pub(crate) fn required(self) -> Authorization {
        Authorization::Required(Box::new(self))
    }
}

/// One question for the engine.
#[derive(Clone)]
pub(crate) struct Check {
    pub(crate) action: String,
    pub(crate) resource: String,
    /// Whose the resource is, where its ARN does not say so.
    pub(crate) owner: Option<AccountId>,
    /// Context keys that this request adds to those that every request has.
    pub(crate) context: Context,
    /// The policy of the resource, such as a bucket policy.
    pub(crate) resource_policy: Option<Source>,
    /// The trust policy, where a role is to be assumed.
    pub(crate) trust: Option<Source>,
    /// Who asks, where it is not the one that signed.
    pub(crate) principal: Option<Principal>,
}

impl Check {
    /// Whose the resource is: as the operation says, or its ARN, or else the caller's own.
    fn resource_account(&self, call: &Call<'_>) -> AccountId {
        let of_arn = || {
            let arn: Option<iam_policy::Arn> = self.resource.parse().ok();
            arn.and_then(|arn| arn.account())
        };
        let known = self.owner.clone().or_else(of_arn);
        known.unwrap_or_else(|| call.caller.account.clone())
    }

    pub(crate) fn new(action: impl Into<String>, resource: impl Into<String>) -> Check {
        Check {
            action: action.into(),
            resource: resource.into(),
            owner: None,
            context: Context::default(),
            resource_policy: None,
            trust: None,
            principal: None,
        }
    }

    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<iam_policy::Values>) -> Check {
        self.context.insert(key, value);
        self
    }
}

/// What was decided about one check.
#[derive(Clone, Debug)]
pub(crate) struct Ruling {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) explanation: Arc<Explanation>,
    /// All context keys of the request.
    context: Context,
    /// What was in force.
    policies: Arc<CompiledSet>,
}

impl Ruling {
    /// The document that a statement of the explanation stands in.
    fn document(&self, statement: &StatementRef) -> Option<&Document> {
        let set = &self.policies.policies;
        let found: Option<&Source> = match statement.kind {
            PolicyKind::Identity => named(&set.identity, statement),
            PolicyKind::Resource => set.resource.as_ref(),
            PolicyKind::Trust => set.trust.as_ref(),
            PolicyKind::Boundary => set.boundary.as_ref().and_then(|all| named(all, statement)),
            PolicyKind::Session => set.session.as_ref().and_then(|all| named(all, statement)),
            PolicyKind::Scp => in_levels(set.scp.as_ref(), statement),
            PolicyKind::Rcp => in_levels(set.rcp.as_ref(), statement),
            PolicyKind::Endpoint => set.endpoint.as_ref(),
        };
        found.map(|source| &*source.document)
    }
}

fn named<'s>(sources: &'s [Source], statement: &StatementRef) -> Option<&'s Source> {
    sources.iter().find(|source| source.name == statement.policy)
}

fn in_levels<'s>(levels: Option<&'s Vec<Level>>, statement: &StatementRef) -> Option<&'s Source> {
    levels?
        .iter()
        .filter(|level| Some(&level.name) == statement.level.as_ref())
        .find_map(|level| named(&level.policies, statement))
}

/// Decides on all checks up to the first that is not allowed. The last ruling is the one that counts.
pub(crate) fn decide(call: &Call<'_>, checks: Checks) -> (Ruling, Result<(), ApiError>) {
    let mut check = checks.first;
    let mut more = checks.more.into_iter();
    loop {
        let ruling = rule(call, check);
        call.checked.borrow_mut().push(Checked {
            action: ruling.action.clone(),
            resource: ruling.resource.clone(),
            decision: ruling.explanation.decision,
        });
        if ruling.explanation.decision != Decision::Allow {
            let denial = message::denial(call, &ruling);
            return (ruling, Err(denial));
        }
        match more.next() {
            Some(next) => check = next,
            None => return (ruling, Ok(())),
        }
    }
}

fn rule(call: &Call<'_>, check: Check) -> Ruling {
    let policies = call.compiled.of(policies::in_force(call, &check));
    let mut context = context::of_request(call);
    context::of_resource(call, &check.resource_account(call), &mut context);
    for (key, values) in check.context.iter() {
        context.insert(key, values.to_vec());
    }
    let request = Request {
        principal: check.principal.unwrap_or_else(|| principal(call)),
        action: check.action,
        resource: check.resource,
        resource_account: check.owner,
        context,
    };
    let explanation = policies.explain(&request);
    Ruling {
        action: request.action,
        resource: request.resource,
        explanation,
        context: request.context,
        policies,
    }
}

fn principal(call: &Call<'_>) -> Principal {
    let parsed = match &call.caller.kind {
        CallerKind::User { .. } => call.caller.arn().parse().ok().map(|arn| Principal::User { arn }),
        CallerKind::Role { name, path, .. } => call.caller.arn().parse().ok().map(|session| {
            let role = crate::world::entity::arn(&call.caller.account, "role", path, name)
                .parse()
                .ok();
            Principal::RoleSession { session, role }
        }),
        CallerKind::Federated { user, user_id, .. } => call.caller.arn().parse().ok().map(|arn| {
            let account = &call.caller.account;
            let seen = call
                .world
                .account(account)
                .and_then(|of| of.users.seen(user, call.view));
            let user = seen.filter(|seen| seen.id == *user_id).and_then(|user| {
                crate::world::entity::arn(account, "user", &user.path, &user.name)
                    .parse()
                    .ok()
            });
            Principal::FederatedUser { arn, user }
        }),
        CallerKind::Root => Some(Principal::Root {
            account: call.caller.account.clone(),
        }),
        CallerKind::Anonymous => None,
    };
    // Every name here once passed IAM's grammar; were one ever not an ARN, it is nobody rather than somebody.
    parsed.unwrap_or(Principal::Anonymous)
}
