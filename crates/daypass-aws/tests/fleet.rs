//! Teams' files carried out in several accounts of a sandbox in this process, on virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod fleet_world;
mod world;

use std::time::Duration;

use daypass_aws::{AccountOutcome, Credentials, Fleet, FleetSettings, Instructions, What, Work};
use daypass_core::plan::{AccountAsked, Options};
use iam_sandbox::{Fault, FaultKind, Propagation};
use tokio_util::sync::CancellationToken;

use fleet_world::{Files, account};
use world::World;

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
        permanent: "  - {users: [bert, cora], environments: [\"*\"], grants: [reports, view]}\n".to_owned(),
        temporary: "  - {user: cora, environment: env0, grant: view, expiration_date: 2026-11-24}\n"
            .to_owned(),
    }
}

fn apply() -> Work {
    Work::of(What::Apply(Options::default()))
}

async fn carry_out(fleet: &Fleet, asked: &[AccountAsked], work: &Work) -> Vec<AccountOutcome> {
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

#[tokio::test(start_paused = true)]
async fn decision_5_an_apply_ends_with_nothing_left_and_the_next_one_only_reads() {
    let world = World::new(1, Propagation::none())
        .await
        .with_accounts(3, &["bert", "cora"])
        .await;
    let asked = files(3).asked(world.clock.now());
    let outcomes = carry_out(&world.fleet(), &asked, &apply()).await;
    for outcome in &outcomes {
        assert!(outcome.is_complete(), "{outcome:#?}");
        assert!(!outcome.done.is_empty());
    }
    world.sandbox.clear_log();
    for outcome in carry_out(&world.fleet(), &asked, &apply()).await {
        assert!(outcome.is_complete());
        let calls: Vec<(&str, u32)> = outcome.calls.into_iter().collect();
        let only_reads = [
            ("AssumeRole", 1),
            ("GetAccountAuthorizationDetails", 1),
            ("GetCallerIdentity", 1),
        ];
        assert_eq!(calls, only_reads);
    }
    assert_eq!(world.sandbox.log().len(), 9, "and nothing else was called");
}

/// The SDK's cache of credentials has room for 64: more accounts than that are no reason to assume roles anew.
#[tokio::test(start_paused = true)]
async fn a_hundred_accounts_are_each_come_into_once_and_every_call_is_counted() {
    let world = World::new(5, Propagation::none())
        .await
        .with_accounts(100, &["bert", "cora"])
        .await;
    let asked = files(100).asked(world.clock.now());
    world.sandbox.clear_log();
    let outcomes = carry_out(&world.fleet(), &asked, &apply()).await;
    assert!(outcomes.iter().all(AccountOutcome::is_complete));
    let counted: u32 = outcomes.iter().flat_map(|outcome| outcome.calls.values()).sum();
    let log = world.sandbox.log();
    let assumed = log.iter().filter(|call| call.operation == "AssumeRole");
    assert_eq!(assumed.count(), 100);
    assert_eq!(usize::try_from(counted).unwrap(), log.len());
}

/// What limits is the slowest account, not the sum of all.
#[tokio::test(start_paused = true)]
async fn accounts_side_by_side_take_no_longer_than_the_slowest_of_them() {
    let seconds = async |accounts: usize| {
        let world = World::new(6, Propagation::none())
            .await
            .with_accounts(accounts, &["bert", "cora"])
            .await;
        world.delay(Duration::from_millis(30));
        let asked = files(accounts).asked(world.clock.now());
        let fleet = world.fleet_with(FleetSettings {
            parallel: accounts,
            ..FleetSettings::default()
        });
        let start = tokio::time::Instant::now();
        let outcomes = carry_out(&fleet, &asked, &apply()).await;
        assert!(outcomes.iter().all(AccountOutcome::is_complete));
        start.elapsed().as_secs_f64()
    };
    let (one, many) = (seconds(1).await, seconds(40).await);
    assert!(many < one * 1.1, "one account takes {one} s, 40 take {many} s");
}

#[tokio::test(start_paused = true)]
async fn decision_3_an_account_that_cannot_be_come_into_holds_up_no_other_and_nothing_is_written_elsewhere() {
    let world = World::new(2, Propagation::none())
        .await
        .with_accounts(2, &["bert", "cora"])
        .await;
    let mut files = files(3);
    files.accounts = 3;
    let asked = files.asked(world.clock.now());
    let plans = world.fleet().plan(&asked, &apply()).await;
    assert_eq!(
        plans.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, true, false]
    );
    let failure = plans.into_iter().find_map(Result::err).unwrap();
    assert_eq!(failure.account, account(2));
    let writes = world
        .sandbox
        .log()
        .into_iter()
        .filter(|call| call.operation.starts_with("Attach"));
    assert_eq!(
        writes.filter(|call| call.operation == "AttachUserPolicy").count(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn decision_7_it_converges_while_changes_arrive_late() {
    let world = World::new(3, Propagation::realistic())
        .await
        .with_accounts(2, &["bert", "cora"])
        .await;
    let asked = files(2).asked(world.clock.now());
    for outcome in carry_out(&world.fleet(), &asked, &apply()).await {
        assert!(outcome.is_complete(), "{outcome:#?}");
    }
}

/// No answer ever: the account whose call hangs is given up in time, the other one is done, and the next run goes on.
#[tokio::test(start_paused = true)]
async fn an_account_takes_no_longer_than_its_deadline_though_a_call_hangs() {
    let world = World::new(7, Propagation::none())
        .await
        .with_accounts(2, &["bert", "cora"])
        .await;
    let asked = files(2).asked(world.clock.now());
    let deadline = Duration::from_secs(4);
    let fleet = world.fleet_with(FleetSettings {
        deadline,
        ..FleetSettings::default()
    });
    let plans = fleet.plan(&asked, &apply()).await;
    // Somebody thinks before they agree: that is not the account's time.
    tokio::time::sleep(Duration::from_mins(20)).await;
    world.sandbox.inject(Fault {
        operation: Some("AttachUserPolicy".to_owned()),
        skip: 2,
        times: 1,
        kind: FaultKind::HangBefore,
    });
    let instructions = asked.iter().zip(plans).map(|(asked, plan)| Instructions {
        asked: asked.clone(),
        plan: plan.unwrap(),
        work: Some(apply()),
        verify: false,
    });
    let start = tokio::time::Instant::now();
    let outcomes = fleet
        .execute(instructions.collect(), &CancellationToken::new())
        .await;
    let took = start.elapsed();
    assert!(took <= deadline + Duration::from_millis(50), "{took:?}");
    let (late, done): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|outcome| outcome.error.is_some());
    assert_eq!((late.len(), done.len()), (1, 1));
    assert!(done[0].is_complete(), "{:#?}", done[0]);
    assert!(!late[0].left.is_empty());
    let error = late[0].error.as_ref().unwrap();
    assert!(
        error
            .to_string()
            .ends_with("given up, for the 4 s that an account may take are over"),
        "{error}"
    );
    assert_eq!(late[0].failed.len(), 1);
    let again = carry_out(&world.fleet(), &asked, &apply()).await;
    assert!(again.iter().all(AccountOutcome::is_complete), "{again:#?}");
}

/// Reading, too.
#[tokio::test(start_paused = true)]
async fn reading_an_account_takes_no_longer_than_its_deadline() {
    let world = World::new(8, Propagation::none())
        .await
        .with_accounts(1, &["bert", "cora"])
        .await;
    world.sandbox.inject(Fault {
        operation: Some("GetAccountAuthorizationDetails".to_owned()),
        skip: 0,
        times: usize::MAX,
        kind: FaultKind::HangBefore,
    });
    let fleet = world.fleet_with(FleetSettings {
        deadline: Duration::from_secs(3),
        ..FleetSettings::default()
    });
    let start = tokio::time::Instant::now();
    let plans = fleet.plan(&files(1).asked(world.clock.now()), &apply()).await;
    assert!(
        start.elapsed() <= Duration::from_millis(3_050),
        "{:?}",
        start.elapsed()
    );
    assert!(plans[0].is_err());
}

/// The tags of a policy are in no listing: they are asked for where it is not as the files say, and only there.
#[tokio::test(start_paused = true)]
async fn who_changed_a_policy_is_told_where_its_tags_tell() {
    let world = World::new(9, Propagation::none())
        .await
        .with_accounts(1, &["bert", "cora"])
        .await;
    let asked = files(1).asked(world.clock.now());
    assert!(carry_out(&world.fleet(), &asked, &apply()).await[0].is_complete());
    let key = world.sandbox.add_account(&account(0), world.clock.now());
    let iam = world.iam_as(&Credentials::from_key(key.id, key.secret));
    let arn = format!(
        "arn:aws:iam::{}:policy/daypass/team/team/team-reports",
        account(0)
    );
    let open = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    iam.create_policy_version()
        .policy_arn(&arn)
        .policy_document(open)
        .set_as_default(true)
        .send()
        .await
        .unwrap();
    let tag = aws_sdk_iam::types::Tag::builder()
        .key("acme:LastModifiedBy")
        .value("dora");
    iam.tag_policy()
        .policy_arn(&arn)
        .tags(tag.build().unwrap())
        .send()
        .await
        .unwrap();
    let plans = world.fleet().plan(&asked, &apply()).await;
    let plan = plans.into_iter().next().unwrap().unwrap();
    let told: Vec<_> = plan
        .changes
        .iter()
        .filter_map(|change| change.drift.clone())
        .collect();
    assert_eq!(told.len(), 1, "{:#?}", plan.changes);
    assert_eq!(told[0].changed_by.as_deref(), Some("dora"));
    assert!(carry_out(&world.fleet(), &asked, &apply()).await[0].is_complete());
}

/// A plan from a file may be older than what it gives.
#[tokio::test(start_paused = true)]
async fn what_has_ended_since_it_was_planned_is_not_given() {
    let world = World::new(10, Propagation::none())
        .await
        .with_accounts(1, &["bert", "cora"])
        .await;
    let asked = Files {
        permanent: "  - {user: bert, environment: env0, grant: view}\n".to_owned(),
        temporary: "  - {user: cora, environment: env0, grant: reports, expiration_date: 2026-11-24}\n"
            .to_owned(),
        ..files(1)
    }
    .asked(world.clock.now());
    let plan = world.fleet().plan(&asked, &apply()).await.remove(0).unwrap();
    tokio::time::sleep(Duration::from_hours(24 * 5)).await;
    let instructions = Instructions {
        asked: plan.asked().unwrap(),
        plan,
        work: None,
        verify: true,
    };
    let outcomes = world
        .fleet()
        .execute(vec![instructions], &CancellationToken::new())
        .await;
    assert_eq!(outcomes[0].skipped.len(), 1, "{:#?}", outcomes[0]);
    assert_eq!(
        outcomes[0].skipped[0].why,
        "it has ended meanwhile, at 2026-11-25T00:00:00Z"
    );
    assert!(!outcomes[0].done.is_empty(), "what is permanent is given");
}
