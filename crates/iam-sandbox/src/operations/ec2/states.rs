//! Starting, stopping and terminating instances ("Amazon EC2 instance state changes", Amazon EC2 User Guide).

use jiff::SignedDuration;

use super::{end_dry_run, ids};
use crate::operations::call::Call;
use crate::propagation::Propagation;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::{Goal, Instance, Life};

/// How long an instance takes to get where it is told to go: a moment, where changes take time at all.
pub(super) fn takes(call: &Call<'_>) -> SignedDuration {
    if call.propagation == Propagation::none() {
        SignedDuration::ZERO
    } else {
        SignedDuration::from_secs(5)
    }
}

pub(super) fn start(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    change(call, Goal::Running)
}

pub(super) fn stop(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    change(call, Goal::Stopped)
}

pub(super) fn terminate(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    change(call, Goal::Terminated)
}

/// Whether an instance in this state can be told so; what is there already, or on the way, stays as it is.
fn is_possible(state: &str, goal: Goal) -> bool {
    match goal {
        Goal::Terminated => true,
        Goal::Running => matches!(state, "pending" | "running" | "stopped"),
        Goal::Stopped => matches!(state, "running" | "stopping" | "stopped"),
    }
}

fn change(call: &mut Call<'_>, goal: Goal) -> Result<Answer, ApiError> {
    let wanted: Vec<String> = ids::instances(call)?.into_iter().map(str::to_owned).collect();
    let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
    ids::all_exist(call, &names)?;
    let (now, takes) = (call.now(), takes(call));
    for instance in ids::here(call)?.filter(|instance| wanted.contains(&instance.id)) {
        if !is_possible(instance.life.state(now).1, goal) {
            let verb = if goal == Goal::Running {
                "started"
            } else {
                "stopped"
            };
            let message = format!(
                "The instance '{}' is not in a state from which it can be {verb}.",
                instance.id
            );
            return Err(ApiError::new(400, "IncorrectInstanceState", message));
        }
    }
    end_dry_run(call)?;
    let region = call.region;
    let changed = call.change(|account, _| {
        let instances = account.instances.iter_mut();
        instances
            .filter(|instance| instance.region == region && wanted.contains(&instance.id))
            .map(|instance| {
                set_out(
                    instance,
                    Life {
                        goal,
                        since: now,
                        takes,
                    },
                )
            })
            .collect::<Vec<_>>()
    });
    Ok(Answer::fields(|xml| {
        xml.list("instancesSet", "item", changed, |xml, (id, before, after)| {
            xml.text("instanceId", id);
            for (name, (code, state)) in [("currentState", after), ("previousState", before)] {
                xml.element(name, |xml| {
                    xml.text("code", code).text("name", state);
                });
            }
        });
    }))
}

type State = (u16, &'static str);

/// The instance's id, and its state before and right after.
fn set_out(instance: &mut Instance, life: Life) -> (String, State, State) {
    let before = instance.life.state(life.since);
    if instance.life.goal != life.goal {
        // An instance at rest has no way to go: from stopped to terminated is one step.
        let is_stopped = before.1 == "stopped" && life.goal == Goal::Terminated;
        instance.life = life;
        if life.goal == Goal::Running {
            instance.launched = life.since;
        }
        if is_stopped {
            instance.life.takes = SignedDuration::ZERO;
            return (instance.id.clone(), before, instance.life.state(life.since));
        }
        return (instance.id.clone(), before, life.goal.on_the_way());
    }
    (instance.id.clone(), before, before)
}
