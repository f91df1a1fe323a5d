//! How long a first apply, one without a change and a cleanup take, and how many calls each makes: accounts, policies and
//! users by latency. The time that calls take is virtual, so that what is measured is how they overlap and how they are
//! paced, not this machine; beside it, what the processor really took, the sandbox included. Prints a table.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark prints, reads the clock, and may stop"
)]

#[path = "../tests/fleet_world/mod.rs"]
mod fleet_world;
#[path = "../tests/world/mod.rs"]
mod world;

use std::time::{Duration, Instant};

use daypass_aws::{AccountOutcome, FleetSettings, Instructions, What, Work};
use daypass_core::plan::{AccountAsked, Options};
use iam_sandbox::Propagation;
use tokio_util::sync::CancellationToken;

use fleet_world::Files;
use world::World;

/// Accounts, policies, users; how many accounts side by side: as is usual, and all of them.
const SIZES: [(usize, usize, usize, usize); 4] = [
    (3, 3, 5, 16),
    (20, 20, 20, 16),
    (100, 20, 20, 16),
    (100, 20, 20, 100),
];
const LATENCIES: [u64; 2] = [0, 30];

fn main() {
    println!(
        "{:<25} {:>9} {:>8} {:<10} {:>9} {:>12} {:>12} {:>12}",
        "accounts, policies, users",
        "at a time",
        "latency",
        "work",
        "calls",
        "an account",
        "time",
        "processor"
    );
    for size in SIZES {
        for latency in LATENCIES {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(measure(size, latency));
        }
    }
}

async fn measure((accounts, policies, users, parallel): (usize, usize, usize, usize), latency: u64) {
    let users: Vec<String> = (0..users).map(|number| format!("user-{number}")).collect();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let world = World::new(0, Propagation::none()).await;
    let world = world.with_accounts(accounts, &names).await;
    let files = files(accounts, policies, &users);
    let asked = files.asked(world.clock.now());
    if latency > 0 {
        world.delay(Duration::from_millis(latency));
    }
    let settings = FleetSettings {
        parallel,
        ..FleetSettings::default()
    };
    let apply = Work::of(What::Apply(Options::default()));
    let cleanup = Work::of(What::Cleanup { every_team: true });
    for (name, work) in [("first", &apply), ("no change", &apply), ("cleanup", &cleanup)] {
        if name == "cleanup" {
            tokio::time::advance(Duration::from_hours(24 * 4)).await;
        }
        let (began, really) = (tokio::time::Instant::now(), Instant::now());
        let outcomes = carry_out(&world, settings, &asked, work).await;
        assert!(outcomes.iter().all(AccountOutcome::is_complete), "{outcomes:#?}");
        let calls: u32 = outcomes.iter().flat_map(|outcome| outcome.calls.values()).sum();
        let each = outcomes.iter().map(|outcome| outcome.calls.values().sum::<u32>());
        println!(
            "{:<25} {:>9} {:>5} ms {:<10} {:>9} {:>12} {:>10.1} s {:>10.1} s",
            format!("{accounts}, {policies}, {}", users.len()),
            parallel,
            latency,
            name,
            calls,
            each.max().unwrap_or_default(),
            began.elapsed().as_secs_f64(),
            really.elapsed().as_secs_f64()
        );
    }
}

/// Half of the policies for ever, half of them for a time: each user has all of them, by groups of ten or fewer attachments.
fn files(accounts: usize, policies: usize, users: &[String]) -> Files {
    let policy = |number: usize| {
        format!(
            "  p{number}:\n    custom_statements: [{{effect: Allow, actions: [\"s3:GetObject\"], resources: [\"arn:aws:s3:::bucket-{number}/*\"]}}]\n"
        )
    };
    let named = |range: std::ops::Range<usize>| {
        let names: Vec<String> = range.map(|number| format!("p{number}")).collect();
        names.join(", ")
    };
    let users = users.join(", ");
    let half = policies / 2;
    Files {
        accounts,
        policies: (0..policies).map(policy).collect(),
        permanent: format!(
            "  - {{users: [{users}], environments: [\"*\"], grants: [{}]}}\n",
            named(0..half)
        ),
        temporary: format!(
            "  - {{users: [{users}], environment: \"*\", grants: [{}], expiration_date: 2026-11-24}}\n",
            named(half..policies)
        ),
    }
}

/// As a process of its own.
async fn carry_out(
    world: &World,
    settings: FleetSettings,
    asked: &[AccountAsked],
    work: &Work,
) -> Vec<AccountOutcome> {
    let fleet = world.fleet_with(settings);
    let plans = fleet.plan(asked, work).await;
    let instructions = asked.iter().zip(plans).map(|(asked, plan)| Instructions {
        asked: asked.clone(),
        plan: plan.unwrap(),
        work: Some(work.clone()),
        verify: false,
    });
    fleet
        .execute(instructions.collect(), &CancellationToken::new())
        .await
}
