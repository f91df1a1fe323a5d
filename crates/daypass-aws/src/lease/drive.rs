//! Carries out steps: makes the call, tells the answer, waits, until it is done or given up.
//!
//! A call that has been sent is waited for when the opening is stopped (it is bounded by the connection's timeout): to
//! drop it would only turn an answer into a question. Only who stops waiting for the removal, too, drops it.

use daypass_core::lease::{Answer, Closing, GaveUp, Opening, Step};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::Stop;
use super::calls::Caller;
use super::progress::{OpenFailure, Progress};

type Watch<'a> = &'a mut (dyn FnMut(Progress) + Send);

/// Opens: until the credentials are proven.
pub(super) async fn open(
    opening: &mut Opening,
    caller: &mut Caller<'_>,
    watch: Watch<'_>,
    stop: &Stop,
) -> Result<(), OpenFailure> {
    let mut proving_since: Option<Timestamp> = None;
    loop {
        if stop.opening.is_cancelled() {
            return Err(OpenFailure::Stopped);
        }
        let now = caller.now();
        match opening.next(now) {
            Step::Done => {
                watch(Progress::Ready);
                return Ok(());
            }
            Step::Failed(gave_up) => return Err(open_failure(gave_up, caller)),
            Step::Wait(until) => wait(caller, until, &stop.opening).await,
            Step::Call(call) => {
                match opening.proofs() {
                    None => watch(Progress::Calling {
                        operation: call.operation(),
                    }),
                    Some((rounds, wanted)) => {
                        let since = *proving_since.get_or_insert(now);
                        watch(Progress::Proving {
                            waited: now.duration_since(since),
                            rounds,
                            wanted,
                        });
                    }
                }
                let answer = tokio::select! {
                    answer = caller.make(&call) => answer,
                    () = stop.removing.cancelled() => return Err(OpenFailure::Stopped),
                };
                tell_again(
                    &answer,
                    call.operation(),
                    caller,
                    opening.proofs().is_some(),
                    watch,
                );
                opening.answer(&answer, caller.now(), fastrand::u32(..));
            }
        }
    }
}

/// Removes: until the role is gone. The error says what stood in the way.
pub(super) async fn close(
    closing: &mut Closing,
    caller: &mut Caller<'_>,
    role_name: &str,
    watch: Watch<'_>,
    give_up: &CancellationToken,
) -> Result<(), String> {
    watch(Progress::Removing {
        role_name: role_name.to_owned(),
    });
    loop {
        if give_up.is_cancelled() {
            return Err("stopped before it was done".to_owned());
        }
        match closing.next(caller.now()) {
            Step::Done => {
                watch(Progress::Removed {
                    role_name: role_name.to_owned(),
                });
                return Ok(());
            }
            Step::Failed(operation) => {
                let last = caller.last_error().map(ToString::to_string);
                return Err(last.unwrap_or_else(|| format!("{operation} did not succeed in time")));
            }
            Step::Wait(until) => wait(caller, until, give_up).await,
            Step::Call(call) => {
                let answer = tokio::select! {
                    answer = caller.make(&call) => answer,
                    () = give_up.cancelled() => continue,
                };
                tell_again(&answer, call.operation(), caller, false, watch);
                closing.answer(&answer, caller.now(), fastrand::u32(..));
            }
        }
    }
}

fn open_failure(gave_up: GaveUp, caller: &Caller<'_>) -> OpenFailure {
    match (gave_up, caller.last_error().cloned()) {
        (GaveUp::Refused { .. }, Some(refused)) => OpenFailure::Aws(refused),
        (gave_up, last) => OpenFailure::GaveUp { gave_up, last },
    }
}

fn tell_again(
    answer: &Answer,
    operation: &'static str,
    caller: &Caller<'_>,
    proving: bool,
    watch: Watch<'_>,
) {
    let again = matches!(answer, Answer::Busy | Answer::Unknown) || (*answer == Answer::NotYet && !proving);
    if again && let Some(error) = caller.last_error() {
        watch(Progress::Again {
            operation,
            why: error.to_string(),
        });
    }
}

async fn wait(caller: &Caller<'_>, until: Timestamp, stop: &CancellationToken) {
    let pause = until.duration_since(caller.now());
    if pause.is_positive() {
        tokio::select! {
            () = tokio::time::sleep(pause.unsigned_abs()) => {}
            () = stop.cancelled() => {}
        }
    }
}
