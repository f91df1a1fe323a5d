//! How long until a temporary role is ready, and how often the first call after it still fails: proven readiness beside
//! a fixed sleep of 15 s, over a thousand seeds of the sandbox's propagation model. Virtual time; prints a table.

#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark prints, and may stop"
)]

#[path = "../tests/world/mod.rs"]
mod world;

use std::time::Duration;

use daypass_aws::{Connection, Lease, LeaseSettings, Probe, Stop};
use daypass_core::lease::Readiness;
use iam_policy::{Arn, Document, Statement};
use iam_sandbox::Propagation;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use world::{World, quiet, request};

const SEEDS: u64 = 1_000;

#[derive(Default)]
struct Figures {
    ready_after: Vec<SignedDuration>,
    first_call_failed: u32,
    never_ready: u32,
    calls: usize,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (mut propagation, mut proven, mut slept) = (Vec::new(), Figures::default(), Figures::default());
    for seed in 0..SEEDS {
        runtime.block_on(async {
            with_proof(seed, &mut proven, &mut propagation).await;
            with_fixed_sleep(seed, &mut slept).await;
        });
    }
    propagation.sort();
    proven.ready_after.sort();
    slept.ready_after.sort();
    println!("{SEEDS} leases, propagation `realistic`, seconds of virtual time\n");
    println!(
        "{:<34} {:>7} {:>7} {:>7} {:>7}  {:>11}",
        "", "p50", "p90", "p99", "worst", "1st call"
    );
    println!(
        "{:<34} {:>7} {:>7} {:>7} {:>7}  {:>11}",
        "", "", "", "", "", "fails"
    );
    row("propagated to every replica", &propagation, "");
    row(
        "daypass: ready when proven",
        &proven.ready_after,
        &share(proven.first_call_failed + proven.never_ready),
    );
    row(
        "fixed sleep",
        &slept.ready_after,
        &share(slept.first_call_failed + slept.never_ready),
    );
    println!();
    let (wanted, is) = (
        at(&propagation, 99) + SignedDuration::from_secs(2),
        at(&proven.ready_after, 99),
    );
    println!(
        "aim: ready at p99 within {:.1} s (propagation's p99 + 2 s): {:.1} s",
        wanted.as_secs_f64(),
        is.as_secs_f64()
    );
    println!(
        "never ready within the time limit: {} (proven), {} (fixed)",
        proven.never_ready, slept.never_ready
    );
    println!("calls per lease: {:.1}", proven.calls as f64 / SEEDS as f64);
}

async fn with_proof(seed: u64, figures: &mut Figures, propagation: &mut Vec<SignedDuration>) {
    let world = World::new(seed, Propagation::realistic()).await;
    let start = world.clock.now();
    let settings = LeaseSettings {
        readiness: Readiness::default(),
        entropy: None,
    };
    let lease = Lease::open(&world.admin, request(), &settings, &mut quiet(), &Stop::default()).await;
    let ready = world.clock.now().duration_since(start);
    if let Some(everywhere) = newest_seen_everywhere(&world) {
        propagation.push(everywhere.duration_since(start));
    }
    figures.calls += world.sandbox.log().len();
    match lease {
        Ok(lease) => {
            figures.ready_after.push(ready);
            let works = first_call(&world.admin.with_credentials(lease.credentials())).await;
            figures.first_call_failed += u32::from(!works);
            lease
                .close(&mut quiet(), &CancellationToken::new())
                .await
                .unwrap();
        }
        Err(_) => figures.never_ready += 1,
    }
}

/// What the usual scripts do: make the role and its policy, sleep, assume it, go.
async fn with_fixed_sleep(seed: u64, figures: &mut Figures) {
    let world = World::new(seed, Propagation::realistic()).await;
    let start = world.clock.now();
    let role = make_role(&world).await;
    tokio::time::sleep(Duration::from_secs(15)).await;
    match world.admin.assume_as(&role, "script").await {
        Ok(assumed) => {
            figures.ready_after.push(world.clock.now().duration_since(start));
            figures.first_call_failed += u32::from(!first_call(&assumed).await);
        }
        Err(_) => figures.never_ready += 1,
    }
}

/// A role that trusts the caller, and its inline policy.
async fn make_role(world: &World) -> Arn {
    let caller = world.admin.caller().await.unwrap();
    let trust = Statement::allow()
        .with_principal("AWS", [caller.arn.to_string()])
        .with_actions(["sts:AssumeRole"]);
    let trust = Document::new(vec![trust]).to_minified();
    let iam = world.iam();
    let role = iam
        .create_role()
        .role_name("script")
        .assume_role_policy_document(trust)
        .send()
        .await
        .unwrap();
    let put = iam
        .put_role_policy()
        .role_name("script")
        .policy_name("it")
        .policy_document(world::DOCUMENT);
    put.send().await.unwrap();
    role.role().unwrap().arn().parse().unwrap()
}

async fn first_call(connection: &Connection) -> bool {
    connection
        .probe(&Probe::ListObjects {
            bucket: "reports".to_owned(),
        })
        .await
        .is_ok_and(|answer| answer.allowed)
}

fn newest_seen_everywhere(world: &World) -> Option<Timestamp> {
    let role = world.temporary_roles().into_iter().next()?;
    world.sandbox.role_settles_at(&role)
}

fn at(sorted: &[SignedDuration], percent: usize) -> SignedDuration {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).copied().unwrap_or_default()
}

fn row(name: &str, sorted: &[SignedDuration], fails: &str) {
    let [p50, p90, p99, worst] = [50, 90, 99, 100].map(|percent| at(sorted, percent).as_secs_f64());
    println!("{name:<34} {p50:>7.1} {p90:>7.1} {p99:>7.1} {worst:>7.1}  {fails:>11}");
}

fn share(count: u32) -> String {
    format!("{count} ({:.1} %)", f64::from(count) * 100.0 / SEEDS as f64)
}
