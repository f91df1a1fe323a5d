//! The demo on a real account: asks first, waits by proof and not by sleeping, and takes everything down again whatever
//! happens.

use super::cast;
use crate::ask::agreed;
use crate::exit::{Ending, Exit};
use crate::failure::{Failure, interrupted};
use crate::interrupt::{Insistence, Interrupts};
use crate::place::Place;
use crate::settings::Settings;
use crate::view::progress::Spinner;
use crate::view::{self, story};
use daypass_aws::{AwsError, Probe, Walkthrough};
use daypass_core::lease::{Proofs, Readiness};
use jiff::Timestamp;
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Plays it.
pub(super) async fn play(yes: bool, settings: &Settings) -> Result<Ending, Failure> {
    let mut interrupts = Interrupts::listen().map_err(|error| Failure::no_signals(&error))?;
    let opened = interrupts.unless(open(settings)).await;
    let Ok(opened) = opened else {
        return Err(interrupted());
    };
    let (place, mut cast) = opened?;
    let caller = place.connection.caller().await?;
    story::title("daypass demo --live", "user, role, denied, allowed, taken down");
    story::line(format_args!("account    {}", caller.account));
    story::line(format_args!("principal  {}", caller.arn));
    story::line(format_args!(
        "makes      user {}, an access key, role {}, managed policy {}; and removes them again",
        cast.user_name(),
        cast.role_name(),
        cast.policy_name()
    ));
    if !yes {
        let Ok(agreed) = interrupts.unless(agreed("Make these things now?")).await else {
            return Err(interrupted());
        };
        if !agreed? {
            view::say("Nothing was made.");
            return Ok(Ending::Own(Exit::Done));
        }
    }

    let stop = CancellationToken::new();
    let played = interrupts
        .during(daypass_aws::contain_panic(scenes(&mut cast, &stop)), |_, _| {
            stop.cancel();
        })
        .await;
    let played = played
        .unwrap_or_else(|panic| Err(Failure::failed("daypass itself failed; this is a bug").why(panic)));
    story::chapter(3, "Everything is taken down again");
    let abandon = CancellationToken::new();
    let taking_down = async {
        tokio::select! {
            done = cast::tear_down(&cast) => done,
            () = abandon.cancelled() => Err(Failure::failed("stopped while things were being removed")
                .help("what is left is under the path /daypass/demo/, and named after this run")),
        }
    };
    let mut insistence = Insistence::new(stop.is_cancelled());
    let taken_down = interrupts
        .during(taking_down, |signal, _| {
            if insistence.abandons(signal, Instant::now()) {
                abandon.cancel();
            } else {
                view::say("still removing; Ctrl-C again stops waiting for that");
            }
        })
        .await;
    match (played, taken_down) {
        (Err(failure), Err(left)) => {
            view::failure(&failure);
            Err(left)
        }
        (Err(failure), Ok(())) | (Ok(()), Err(failure)) => Err(failure),
        (Ok(()), Ok(())) if stop.is_cancelled() => Err(interrupted()),
        (Ok(()), Ok(())) => {
            story::end("Done; nothing was left behind.");
            Ok(Ending::Own(Exit::Done))
        }
    }
}

async fn open(settings: &Settings) -> Result<(Place, Walkthrough), Failure> {
    let place = Place::open(settings).await?;
    let suffix: String = std::iter::repeat_with(fastrand::alphanumeric).take(10).collect();
    let cast = Walkthrough::new(&place.connection, &suffix).await?;
    Ok((place, cast))
}

async fn scenes(cast: &mut Walkthrough, stop: &CancellationToken) -> Result<(), Failure> {
    story::chapter(1, "A user with a key, and a role that may list buckets");
    cast::make(cast, || stop.is_cancelled()).await?;
    if stop.is_cancelled() {
        return Ok(());
    }
    story::chapter(2, "Denied without the role, allowed with it");
    let call = "the user lists buckets";
    let Some(message) = denied_once_known(cast, stop).await? else {
        return Ok(());
    };
    story::denied(call, Some(&message));
    let spinner = Spinner::new();
    spinner.show("waiting until all of IAM knows the user and the role");
    let usable = cast.wait_until_usable(Readiness::default(), stop).await?;
    drop(spinner);
    match usable {
        Some(answer) => {
            story::allowed(&format!("{call}, in the role"), &answer.items);
            Ok(())
        }
        None if stop.is_cancelled() => Ok(()),
        None => {
            Err(Failure::failed("the role could not be used in time")
                .help("try again; IAM may be slow just now"))
        }
    }
}

/// The user's key is seconds old: until IAM knows it, it is refused as unknown, which proves nothing.
async fn denied_once_known(cast: &Walkthrough, stop: &CancellationToken) -> Result<Option<String>, Failure> {
    let user = cast.as_user()?;
    let spinner = Spinner::new();
    spinner.show("waiting until IAM knows the new access key");
    let mut proofs = Proofs::new(Readiness::default(), Timestamp::now());
    while !stop.is_cancelled() {
        let out_of_time = proofs.exhausted(Timestamp::now());
        match user.probe(&Probe::ListBuckets).await {
            Err(AwsError::TimedOut { .. }) if !out_of_time => {}
            Err(error) => return Err(error.into()),
            Ok(answer) => match answer.code.as_deref() {
                Some("AccessDenied") => return Ok(Some(answer.message.unwrap_or_default())),
                Some("InvalidAccessKeyId" | "InvalidClientTokenId") if !out_of_time => {}
                other => {
                    let said = other.unwrap_or("allowed").to_owned();
                    return Err(Failure::failed("listing buckets should have been denied")
                        .why(format!("answer: {said}")));
                }
            },
        }
        proofs.failed(Timestamp::now());
        let pause = proofs.not_before().duration_since(Timestamp::now());
        tokio::select! {
            () = tokio::time::sleep(pause.unsigned_abs()) => {}
            () = stop.cancelled() => {}
        }
    }
    Ok(None)
}
