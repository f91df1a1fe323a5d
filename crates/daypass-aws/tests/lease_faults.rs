//! Every call that a lease makes, failed in every way, and a crash at every place: afterwards one sweep leaves no role,
//! and at the deadline no credential that was ever made can do anything.
//!
//! Against the sandbox, through the AWS SDK, in this process, on virtual time: exhaustive and without waiting.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test code")]

mod world;

use std::time::Duration;

use daypass_aws::{Probe, find_leases, remove_lease};
use daypass_core::lease::LeaseRequest;
use iam_sandbox::{Fault, FaultKind, Propagation};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use world::{World, quiet, request};

/// Shorter than AWS's shortest session: at its deadline the sessions themselves still live.
const A_LEASE: SignedDuration = SignedDuration::from_mins(5);

fn kinds() -> Vec<FaultKind> {
    let error = |code: &str, status| FaultKind::Error {
        status,
        code: code.to_owned(),
    };
    vec![
        FaultKind::Throttle,
        error("ServiceFailure", 500),
        error("AccessDenied", 403),
        error("ConcurrentModification", 409),
        FaultKind::ErrorAfter {
            status: 500,
            code: "ServiceFailure".to_owned(),
        },
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::HangBefore,
        FaultKind::HangAfter,
    ]
}

/// Opens a lease, uses it, closes it.
async fn live(world: &World) {
    if let Ok(lease) = world
        .open(LeaseRequest {
            lasts: A_LEASE,
            ..request()
        })
        .await
    {
        let _ = world
            .admin
            .with_credentials(lease.credentials())
            .probe(&Probe::ListBuckets)
            .await;
        let _ = lease.close(&mut quiet(), &CancellationToken::new()).await;
    }
}

/// How many calls a lease makes that nothing goes wrong with.
async fn calls_of_one_lease() -> usize {
    let world = World::new(0, Propagation::none()).await;
    live(&world).await;
    assert!(world.temporary_roles().is_empty());
    assert!(
        world.sandbox.sessions().len() > 2,
        "credentials were made that can be tried at the deadline"
    );
    world.sandbox.log().len()
}

async fn sweep(world: &World) {
    for lease in find_leases(&world.admin).await.unwrap() {
        remove_lease(&world.admin, &lease, &mut quiet(), &CancellationToken::new())
            .await
            .unwrap();
    }
}

/// At the deadline, before any sweep: whatever sessions the world has handed out, none of them may do anything, though
/// AWS has not ended them.
async fn nothing_works_at_the_deadline(world: &World) {
    let deadline = world.start + A_LEASE;
    let left = deadline.duration_since(world.clock.now());
    tokio::time::advance(left.max(SignedDuration::ZERO).unsigned_abs()).await;
    for session in world.sandbox.sessions() {
        let connection = world.admin.with_credentials(&daypass_aws::Credentials {
            session_token: Some(session.token.into()),
            ..daypass_aws::Credentials::from_key(session.key.id, session.key.secret)
        });
        for probe in [
            Probe::ListBuckets,
            Probe::ListObjects {
                bucket: "reports".to_owned(),
            },
            Probe::DescribeRegions,
        ] {
            let answer = connection.probe(&probe).await.unwrap();
            assert!(!answer.allowed, "{probe:?} still works at the deadline");
            assert_ne!(
                answer.code.as_deref(),
                Some("ExpiredToken"),
                "the session ended, so nothing is proven"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn any_call_failing_in_any_way_leaves_nothing() {
    for skip in 0..calls_of_one_lease().await {
        for kind in kinds() {
            let world = World::new(0, Propagation::none()).await;
            world.sandbox.inject(Fault {
                operation: None,
                skip,
                times: 1,
                kind: kind.clone(),
            });
            live(&world).await;
            world.sandbox.clear_faults();
            sweep(&world).await;
            assert!(
                world.temporary_roles().is_empty(),
                "{kind:?} at call {skip} leaves a role"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_keeps_failing_leaves_nothing_after_one_sweep() {
    for skip in 0..calls_of_one_lease().await {
        for kind in kinds() {
            let world = World::new(0, Propagation::none()).await;
            world.sandbox.inject(Fault {
                operation: None,
                skip,
                times: usize::MAX,
                kind: kind.clone(),
            });
            live(&world).await;
            world.sandbox.clear_faults();
            nothing_works_at_the_deadline(&world).await;
            sweep(&world).await;
            assert!(
                world.temporary_roles().is_empty(),
                "{kind:?} from call {skip} on leaves a role"
            );
        }
    }
}

/// The process stops at a call: what it had sent may still take effect, or not.
#[tokio::test(start_paused = true)]
async fn a_crash_at_any_call_is_harmless_and_swept() {
    let mut roles_left = 0;
    for skip in 0..calls_of_one_lease().await {
        for kind in [FaultKind::HangBefore, FaultKind::HangAfter] {
            let world = World::new(0, Propagation::none()).await;
            world.sandbox.inject(Fault {
                operation: None,
                skip,
                times: 1,
                kind: kind.clone(),
            });
            // The lease is dropped while its call hangs: nothing of it runs any more.
            tokio::select! {
                () = live(&world) => panic!("the call at {skip} did not hang"),
                () = struck(&world) => {}
            }
            let crashed_with = world.temporary_roles();
            roles_left += crashed_with.len();
            nothing_works_at_the_deadline(&world).await;
            let found = find_leases(&world.admin).await.unwrap();
            let names: Vec<_> = found.iter().map(|lease| lease.role_name.clone()).collect();
            assert_eq!(
                names, crashed_with,
                "{kind:?} at call {skip}: every role is found"
            );
            assert!(
                found.iter().all(|lease| lease.is_expired(world.clock.now())),
                "and is tagged with its end"
            );
            sweep(&world).await;
            assert!(
                world.temporary_roles().is_empty(),
                "{kind:?} at call {skip} leaves a role"
            );
        }
    }
    assert!(
        roles_left > 10,
        "most crashes leave a role for the sweep: {roles_left}"
    );
}

/// Until the fault has struck and everything else has come to rest.
async fn struck(world: &World) {
    while world.sandbox.faults_left() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
