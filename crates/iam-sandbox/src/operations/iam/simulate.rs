//! SimulateCustomPolicy and SimulatePrincipalPolicy: what the engine would decide ("IAM policy testing with the IAM
//! policy simulator", IAM User Guide).

mod answer;
mod input;

use iam_policy::{Context, Engine, Explanation, PolicySet, Principal, Request};

use super::checks::about_everything;
use super::context_keys::{about_source, keys_of};
use super::paging::page;
use super::subject;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use input::{Caller, Given};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "SimulateCustomPolicy",
        authorize: about_everything,
        run: custom,
    },
    Operation {
        service: Iam,
        name: "SimulatePrincipalPolicy",
        authorize: about_source,
        run: of_principal,
    },
];

/// One action on one resource, and what came of it.
struct Outcome {
    number: usize,
    action: String,
    resource: String,
    explanation: Explanation,
    missing: Vec<String>,
}

/// Everything that was asked.
struct Question {
    given: Vec<Given>,
    set: PolicySet,
    caller: Caller,
    context: Context,
}

fn custom(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let given = input::policies(call)?;
    let caller = input::caller(call, None)?;
    let set = input::policy_set(call, &given)?;
    simulate(call, given, set, caller)
}

fn of_principal(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let subject = subject::subject(call, call.required("PolicySourceArn")?)?;
    let mut given = input::held(call, &subject)?;
    given.extend(input::policies(call)?);
    // A boundary that the request brings stands in place of the principal's own.
    let brings_boundary = given.iter().any(|given| given.place == input::Place::Boundary);
    if !brings_boundary {
        given.extend(input::own_boundary(call, &subject)?);
    }
    let caller = input::caller(call, Some(&subject))?;
    let mut set = input::policy_set(call, &given)?;
    set.scp = input::own_controls(call);
    simulate(call, given, set, caller)
}

fn simulate(call: &Call<'_>, given: Vec<Given>, set: PolicySet, caller: Caller) -> Result<Answer, ApiError> {
    let mut context = input::context(call)?;
    if let Caller::Known(principal) = &caller {
        fill_in(call, &mut context, principal);
    }
    let question = Question {
        given,
        set,
        caller,
        context,
    };
    let owner = input::resource_owner(call)?;
    let engine = Engine::compile(&question.set);
    let wanted = keys_of(question.given.iter().map(|given| &*given.document));
    let mut outcomes = Vec::new();
    for action in input::actions(call)? {
        for resource in input::resources(call) {
            let request = Request {
                principal: question.caller.principal(call),
                action: action.clone(),
                resource: resource.clone(),
                resource_account: owner.clone(),
                context: question.context.clone(),
            };
            outcomes.push(Outcome {
                number: outcomes.len(),
                action: action.clone(),
                resource,
                explanation: engine.explain(&request),
                missing: wanted
                    .iter()
                    .filter(|key| question.context.get(key).is_none())
                    .cloned()
                    .collect(),
            });
        }
    }
    let page = page(call, outcomes, |outcome| format!("{:08}", outcome.number))?;
    Ok(answer::of(&question, &page))
}

/// What follows from who asks. When it is asked is for the request to say.
fn fill_in(call: &Call<'_>, context: &mut Context, principal: &Principal) {
    const TIMES: [&str; 2] = ["aws:CurrentTime", "aws:EpochTime"];
    let unsaid: Vec<&str> = TIMES
        .into_iter()
        .filter(|key| context.get(key).is_none())
        .collect();
    context.fill_in(principal, call.now());
    for key in unsaid {
        context.remove(key);
    }
}
