//! `daypass test --live`: the cases tried with a temporary role that holds the policies, as far as a call that reads, or a
//! dry run, can tell.

use crate::commands::{block_on_result, lease_run};
use crate::failure::{Failure, interrupted};
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::test_results::{LiveCall, LiveCase, Ran, Results};
use crate::view;
use daypass_aws::{Connection, Permission, Probe};
use daypass_core::lease::{LeaseRequest, Via};
use daypass_core::policy_test::{Case, Expectation, LeaseContents};
use jiff::SignedDuration;

/// Long enough for thousands of calls.
const LASTS: SignedDuration = SignedDuration::from_mins(15);

/// Tries the cases of all files that could be run, one role after the other.
pub(super) fn try_all(results: &mut Results, settings: &Settings) -> Result<(), Failure> {
    block_on_result(async {
        let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
        let Ok(place) = interrupts.unless(Place::open(settings)).await else {
            return Err(interrupted());
        };
        let place = place?;
        for file in &mut results.files {
            let Ok(ran) = &mut file.outcome else { continue };
            match ran.suite.lease_contents() {
                Ok(contents) => {
                    let live = try_file(ran, contents, &place, settings, &mut interrupts).await?;
                    ran.live = Some(live);
                }
                Err(why) => {
                    view::note(format_args!("{} is not tried on AWS: {why}", file.path));
                    let cases = ran.suite.cases.iter();
                    ran.live = Some(cases.map(|case| not_at_all(case, &why)).collect());
                }
            }
        }
        Ok(())
    })
}

fn not_at_all(case: &Case, why: &str) -> LiveCase {
    let mut live = LiveCase::default();
    live.not_tried
        .insert(why.to_owned(), case.actions.len() * case.resources.len());
    live
}

async fn try_file(
    ran: &Ran,
    contents: LeaseContents,
    place: &Place,
    settings: &Settings,
    interrupts: &mut Interrupts,
) -> Result<Vec<LiveCase>, Failure> {
    let plans: Vec<Plan<'_>> = ran.suite.cases.iter().map(Plan::of).collect();
    if plans.iter().all(|plan| plan.calls.is_empty()) {
        return Ok(plans.into_iter().map(|plan| plan.live).collect());
    }
    let request = LeaseRequest {
        document: contents.document,
        managed_policies: contents.managed_policies,
        boundary: contents.boundary,
        tags: Vec::new(),
        lasts: LASTS,
        via: Via::Role,
    };
    let held = lease_run::open(&place.connection, request, place.readiness, settings, interrupts).await?;
    let connection = place.connection.with_credentials(held.lease.credentials());
    let trying = async {
        let mut tried = Vec::new();
        for plan in plans {
            tried.push(plan.carry_out(&connection, &place.connection).await?);
        }
        Ok::<_, Failure>(tried)
    };
    let outcome = daypass_aws::contain_panic(interrupts.unless(trying)).await;
    let by_signal = matches!(outcome, Ok(Err(_)));
    // Whatever came of it, the role goes.
    let closed = held.close(by_signal, interrupts).await;
    let tried = match outcome {
        Ok(Ok(tried)) => tried,
        Ok(Err(_)) => Err(interrupted()),
        Err(panic) => Err(Failure::failed("daypass itself failed; this is a bug").why(panic)),
    };
    closed.and(tried)
}

/// The calls by which a case is tried, and what is not tried.
struct Plan<'c> {
    case: &'c Case,
    calls: Vec<(Probe, &'c str, &'c str)>,
    live: LiveCase,
}

impl<'c> Plan<'c> {
    fn of(case: &'c Case) -> Self {
        let mut plan = Plan {
            case,
            calls: Vec::new(),
            live: LiveCase::default(),
        };
        for resource in &case.resources {
            for action in &case.actions {
                match plan.probe(action, resource) {
                    Ok(probe) => plan.calls.push((probe, action, resource)),
                    Err(why) => *plan.live.not_tried.entry(why.to_owned()).or_default() += 1,
                }
            }
        }
        plan
    }

    fn probe(&self, action: &str, resource: &str) -> Result<Probe, &'static str> {
        if let Some(obstacle) = self.case.obstacle() {
            return Err(obstacle);
        }
        if resource != "*" && resource.contains(['*', '?']) {
            return Err("a wildcard stands for no end of resources: name one");
        }
        Probe::of_action(action, resource).ok_or("there is no call for it that only reads or is a dry run")
    }

    /// Makes the calls as the role. `own` is who opened it.
    async fn carry_out(self, connection: &Connection, own: &Connection) -> Result<LiveCase, Failure> {
        let mut live = self.live;
        for (probe, action, resource) in self.calls {
            let answer = connection.probe(&probe).await?;
            let permission = answer.permission();
            if permission == Permission::Unclear {
                let code = answer.code.unwrap_or_else(|| format!("HTTP {}", answer.status));
                let why = format!("AWS's answer tells nothing of permission: {code}");
                *live.not_tried.entry(why).or_default() += 1;
                continue;
            }
            let as_expected =
                (self.case.expectation == Expectation::Allow) == (permission == Permission::Given);
            if !as_expected && permission == Permission::Denied && !is_there(&probe, own).await? {
                let why = "S3 refuses so, too, what is not there".to_owned();
                *live.not_tried.entry(why).or_default() += 1;
                continue;
            }
            live.tried.push(LiveCall {
                action: action.to_owned(),
                resource: resource.to_owned(),
                said: answer.code.unwrap_or_else(|| "yes".to_owned()),
                as_expected,
            });
        }
        Ok(live)
    }
}

/// Whether an object is there, as far as somebody can tell who holds more. To whoever may not list the bucket, S3 says
/// AccessDenied of one that is not ("GetObject", Amazon S3 API Reference).
async fn is_there(probe: &Probe, own: &Connection) -> Result<bool, Failure> {
    match probe {
        Probe::GetObject { .. } => Ok(own.probe(probe).await?.allowed),
        _ => Ok(true),
    }
}
