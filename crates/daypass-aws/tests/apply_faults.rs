//! Applies and cleanups over drawn teams and accounts, with faults at any call, cut short anywhere, two at once: a plain
//! run after it leaves nothing to do. `cargo xtask simulate apply` makes many more of these runs.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "test code")]

mod drawn_run;
mod fleet_world;
mod world;

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use daypass_aws::{AccountOutcome, Fleet, Instructions, What, Work};
use daypass_core::plan::{AccountAsked, Options};
use drawn_run::{Met, run};
use fleet_world::Files;
use iam_sandbox::{Fault, FaultKind, Propagation};
use tokio_util::sync::CancellationToken;
use world::World;

#[test]
fn whatever_fails_a_plain_run_ends_it() {
    let met = runs(0, 200);
    for what in [
        "by chance",
        "from one call on",
        "stopped",
        "two at once",
        "a failed call",
    ] {
        assert!(met.0.get(what).is_some_and(|many| *many >= 20), "{what}: {met:?}");
    }
}

/// A group's attachments that could not be written down were made all the same, and then were nobody's.
#[test]
fn nothing_is_attached_to_a_group_that_is_not_written_down() {
    runs(327, 1);
}

/// `DAYPASS_RUNS` runs from `DAYPASS_SEED` on, on all cores.
#[test]
#[ignore = "takes minutes: cargo xtask simulate apply"]
#[allow(clippy::print_stdout, reason = "it is what is asked for")]
fn many_runs() {
    let number =
        |key: &str, otherwise: u64| std::env::var(key).map_or(otherwise, |text| text.parse().unwrap());
    let (many, first) = (number("DAYPASS_RUNS", 10_000), number("DAYPASS_SEED", 0));
    println!("{many} runs from seed {first} on: {:?}", runs(first, many).0);
}

/// So many runs from this seed on, on all cores.
fn runs(first: u64, many: u64) -> Met {
    let next = AtomicU64::new(first);
    let met = Mutex::new(Met::default());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + many {
                        return;
                    }
                    let one = run(seed);
                    met.lock().unwrap().add(one);
                }
            });
        }
    });
    met.into_inner().unwrap()
}

const POLICIES: &str = r#"
  reports:
    custom_statements:
      - effect: Allow
        actions: [s3:GetObject]
        resources: ["arn:aws:s3:::reports/*"]
  view:
    managed_policies: ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]
"#;

fn files(accounts: usize) -> Files {
    Files {
        accounts,
        policies: POLICIES.to_owned(),
        permanent: "  - {users: [bert], environments: [\"*\"], grants: [reports, view]}\n  - {user: cora, environment: \"*\", grant: view}\n".to_owned(),
        temporary: "  - {user: cora, environment: \"*\", grant: reports, expiration_date: 2026-11-24}\n"
            .to_owned(),
    }
}

fn apply() -> Work {
    Work::of(What::Apply(Options::default()))
}

async fn carry_out(fleet: &Fleet, asked: &[AccountAsked], work: &Work) -> Vec<AccountOutcome> {
    let plans = fleet.plan(asked, work).await;
    let pairs = asked.iter().zip(plans);
    let instructions = pairs.filter_map(|(asked, plan)| {
        Some(Instructions {
            asked: asked.clone(),
            plan: plan.ok()?,
            work: Some(work.clone()),
            verify: false,
        })
    });
    let stop = CancellationToken::new();
    fleet.execute(instructions.collect(), &stop).await
}

#[tokio::test(start_paused = true)]
async fn two_applies_of_one_team_at_once_end_in_the_right_state_in_every_account() {
    for seed in 0..4 {
        let world = World::new(seed, Propagation::none()).await;
        let world = world.with_accounts(3, &["bert", "cora"]).await;
        let asked = files(3).asked(world.clock.now());
        let work = apply();
        let (one, other) = (world.fleet(), world.fleet());
        tokio::join!(carry_out(&one, &asked, &work), carry_out(&other, &asked, &work));
        for plan in world.fleet().plan(&asked, &work).await {
            let plan = plan.unwrap();
            assert_eq!((plan.changes, plan.problems), (vec![], vec![]));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn defect_3_no_call_writes_into_an_account_but_the_one_that_was_asked_for() {
    let world = World::new(5, Propagation::none()).await;
    let world = world.with_accounts(1, &["bert", "cora"]).await;
    // The second account does not exist, and its role cannot be assumed.
    let asked = files(2).asked(world.clock.now());
    world.sandbox.clear_log();
    let work = apply();
    let plans = world.fleet().plan(&asked, &work).await;
    assert!(plans[0].is_ok() && plans[1].is_err());
    // Even with a plan in hand for it nothing is written, nowhere.
    let mut plan = plans.into_iter().next().unwrap().unwrap();
    plan.account = asked[1].account.clone();
    let instructions = Instructions {
        asked: asked[1].clone(),
        plan,
        work: Some(work),
        verify: false,
    };
    let outcomes = world
        .fleet()
        .execute(vec![instructions], &CancellationToken::new())
        .await;
    assert!(outcomes[0].error.is_some() && outcomes[0].done.is_empty() && !outcomes[0].left.is_empty());
    let reads = [
        "AssumeRole",
        "GetCallerIdentity",
        "GetAccountAuthorizationDetails",
    ];
    for call in world.sandbox.log() {
        assert!(
            reads.contains(&call.operation.as_str()),
            "{} was called",
            call.operation
        );
    }
}

#[tokio::test(start_paused = true)]
async fn defect_4_a_missing_user_and_a_dead_endpoint_are_no_success() {
    let world = World::new(6, Propagation::none()).await;
    let world = world.with_accounts(1, &["bert"]).await;
    let asked = files(1).asked(world.clock.now());
    let outcomes = carry_out(&world.fleet(), &asked, &apply()).await;
    assert!(!outcomes[0].is_complete());
    assert_eq!(outcomes[0].problems.len(), 2, "each grant of cora's");
    assert!(!outcomes[0].done.is_empty(), "the rest went on");
    let dead = Fault {
        operation: None,
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::ResetBefore,
    };
    world.sandbox.inject(dead);
    let plans = world.fleet().plan(&asked, &apply()).await;
    assert!(plans.iter().all(Result::is_err));
}

#[tokio::test(start_paused = true)]
async fn defect_11_a_policy_is_updated_any_number_of_times() {
    let world = World::new(7, Propagation::none()).await;
    let world = world.with_accounts(1, &["bert", "cora"]).await;
    for number in 0..8 {
        let mut files = files(1);
        files.policies = POLICIES.replace("reports/*", &format!("reports-{number}/*"));
        let asked = files.asked(world.clock.now());
        for outcome in carry_out(&world.fleet(), &asked, &apply()).await {
            assert!(outcome.is_complete(), "{number}: {outcome:#?}");
        }
        world.sandbox.clear_log();
        carry_out(&world.fleet(), &asked, &apply()).await;
        let versions = world.sandbox.log().into_iter();
        assert_eq!(
            versions
                .filter(|call| call.operation == "CreatePolicyVersion")
                .count(),
            0
        );
    }
}

#[tokio::test(start_paused = true)]
async fn defect_12_what_nothing_changes_costs_one_session_and_the_pages_at_any_size() {
    let users: Vec<String> = (0..20).map(|number| format!("user-{number}")).collect();
    let names: Vec<&str> = users.iter().map(String::as_str).collect();
    let world = World::new(8, Propagation::none()).await;
    let world = world.with_accounts(2, &names).await;
    let mut files = files(2);
    let policy = |number: usize| {
        format!(
            "  p{number}:\n    custom_statements: [{{effect: Allow, actions: [\"s3:GetObject\"], resources: [\"arn:aws:s3:::b{number}/*\"]}}]\n"
        )
    };
    files.policies = (0..8).map(policy).collect();
    let grants: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
    files.permanent = format!(
        "  - {{users: [{}], environments: [\"*\"], grants: [{}]}}\n",
        users.join(", "),
        grants.join(", ")
    );
    files.temporary = String::new();
    let asked = files.asked(world.clock.now());
    for outcome in carry_out(&world.fleet(), &asked, &apply()).await {
        assert!(outcome.is_complete());
    }
    for outcome in carry_out(&world.fleet(), &asked, &apply()).await {
        let mut calls = outcome.calls;
        assert_eq!(calls.remove("AssumeRole"), Some(1));
        assert_eq!(calls.remove("GetCallerIdentity"), Some(1));
        assert!(calls.remove("GetAccountAuthorizationDetails").is_some());
        assert!(calls.is_empty(), "{calls:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn defect_15_a_removal_that_fails_is_not_counted_as_done() {
    let world = World::new(9, Propagation::none()).await;
    let world = world.with_accounts(1, &["bert", "cora"]).await;
    let asked = files(1).asked(world.clock.now());
    carry_out(&world.fleet(), &asked, &apply()).await;
    tokio::time::advance(std::time::Duration::from_hours(72)).await;
    let cleanup = Work::of(What::Cleanup { every_team: true });
    let denied = Fault {
        operation: Some("DeleteUserPolicy".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::Error {
            status: 403,
            code: "AccessDenied".to_owned(),
        },
    };
    world.sandbox.inject(denied);
    let outcome = carry_out(&world.fleet(), &asked, &cleanup).await.remove(0);
    assert!(outcome.done.is_empty() && !outcome.is_complete(), "{outcome:#?}");
    assert_eq!(outcome.failed.len(), 1);
    world.sandbox.clear_faults();
    let outcome = carry_out(&world.fleet(), &asked, &cleanup).await.remove(0);
    assert!(outcome.is_complete() && outcome.done.len() == 1, "{outcome:#?}");
}
