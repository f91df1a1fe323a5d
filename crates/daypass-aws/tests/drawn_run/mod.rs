//! One seeded run: files drawn, applied, changed, applied again, tidied up, each time under faults or cut short, and then
//! once more without: that has to leave nothing to do, and everything of others' as it was.

#![allow(unreachable_pub, reason = "each test uses its own part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_iam::{Client, types::Tag};
use daypass_aws::{AccountOutcome, Fleet, FleetSettings, FleetWatch, Instructions, What, Work};
use daypass_core::plan::{AccountAsked, ObservedAccount, ObservedPrincipal, Options};
use daypass_core::team::Grantee;
use daypass_drawn::{Draw, Team, account, checked_at, dev};
use iam_sandbox::{Fault, FaultKind, Propagation};
use tokio_util::sync::CancellationToken;

use crate::world::World;

/// What a run has met.
#[derive(Debug, Default, Clone)]
pub struct Met(pub BTreeMap<&'static str, usize>);

impl Met {
    fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    pub fn add(&mut self, other: Met) {
        for (what, many) in other.0 {
            *self.0.entry(what).or_default() += many;
        }
    }
}

/// Runs a seed in a runtime of its own, whose time is virtual.
pub fn run(seed: u64) -> Met {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(run_here(seed))
}

async fn run_here(seed: u64) -> Met {
    let draw = &mut Draw::new(seed);
    let mut met = Met::default();
    let world = World::new(seed, Propagation::none()).await;
    let first = team(&world, draw, |draw| Team::draw(draw, "t", world.clock.now()));
    settle(&world, draw).await;
    let foreign = observed(&world, &asked(&world, &first)).await;

    phase(seed, &world, &first, &apply(), draw, &mut met).await;
    tokio::time::advance(Duration::from_hours(72)).await;
    let second = team(&world, draw, |draw| first.changed(draw, world.clock.now()));
    if draw.percent(50) {
        phase(seed, &world, &first, &cleanup(), draw, &mut met).await;
    }
    phase(seed, &world, &second, &apply(), draw, &mut met).await;
    tokio::time::advance(Duration::from_hours(24 * 7)).await;
    phase(seed, &world, &second, &cleanup(), draw, &mut met).await;

    let mut nothing = second.clone();
    nothing.permanent.clear();
    nothing.temporary.clear();
    phase(seed, &world, &nothing, &apply(), draw, &mut met).await;
    let left = observed(&world, &asked(&world, &nothing)).await;
    assert_eq!(
        left.principals, foreign.principals,
        "seed {seed}: it is not as it was before daypass came"
    );
    assert_eq!(
        left.policies, foreign.policies,
        "seed {seed}: it is not as it was before daypass came"
    );
    met
}

fn apply() -> Work {
    Work::of(What::Apply(Options::default()))
}

fn cleanup() -> Work {
    Work::of(What::Cleanup { every_team: true })
}

/// A team whose files are right at this moment. Few calls a run, many runs.
fn team(world: &World, draw: &mut Draw, mut of: impl FnMut(&mut Draw) -> Team) -> Team {
    loop {
        let mut team = of(draw);
        team.permanent.truncate(2);
        team.temporary.truncate(3);
        if !asked(world, &team).is_empty() {
            return team;
        }
    }
}

fn asked(world: &World, team: &Team) -> Vec<AccountAsked> {
    let checked = checked_at(std::slice::from_ref(team), world.clock.now());
    AccountAsked::of(&checked.desired.unwrap_or_default())
}

/// One piece of work with something going wrong, and then again until nothing is left.
async fn phase(seed: u64, world: &World, team: &Team, work: &Work, draw: &mut Draw, met: &mut Met) {
    let asked = asked(world, team);
    if asked.is_empty() {
        return met.note("refused");
    }
    world.sandbox.clear_log();
    match draw.up_to(3) {
        0 => {
            // By chance, of every kind.
            for kind in kinds() {
                let fault = Fault {
                    operation: None,
                    skip: 0,
                    times: usize::MAX,
                    kind,
                };
                world.sandbox.inject_by_chance(fault, 0.02);
            }
            let _ = carry_out(&fleet(world), &asked, work).await;
            met.note("by chance");
        }
        1 => {
            let kinds = kinds();
            let kind = draw.one(&kinds).clone();
            let times = *draw.one(&[1, 3, usize::MAX]);
            world.sandbox.inject(Fault {
                operation: None,
                skip: draw.up_to(60),
                times,
                kind,
            });
            let _ = carry_out(&fleet(world), &asked, work).await;
            met.note("from one call on");
        }
        2 => {
            let kind = draw.one(&[FaultKind::HangBefore, FaultKind::HangAfter]).clone();
            world.sandbox.inject(Fault {
                operation: None,
                skip: draw.up_to(60),
                times: 1,
                kind,
            });
            let fleet = fleet(world);
            tokio::select! {
                _ = carry_out(&fleet, &asked, work) => met.note("not stopped"),
                () = struck(world) => met.note("stopped"),
            }
        }
        _ => {
            // Two at once, each as a process of its own.
            let (one, other) = (fleet(world), fleet(world));
            let _ = tokio::join!(carry_out(&one, &asked, work), carry_out(&other, &asked, work));
            met.note("two at once");
        }
    }
    if world.sandbox.log().iter().any(|call| call.status >= 500) {
        met.note("a failed call");
    }
    world.sandbox.clear_faults();
    let refused = world.sandbox.log();
    // A version more than there may be is refused after an answer that was lost, and between two runs at once; then the
    // oldest goes first.
    let full = refused.iter().find(|call| {
        call.error_code.as_deref() == Some("LimitExceeded") && call.operation != "CreatePolicyVersion"
    });
    assert!(full.is_none(), "seed {seed}: {full:?}");
    let outcomes = carry_out(&fleet(world), &asked, work).await;
    for outcome in outcomes {
        assert!(is_done(&outcome), "seed {seed}: {outcome:#?}");
    }
    let plans = fleet(world).plan(&asked, work).await;
    for plan in plans {
        assert_eq!(plan.unwrap().changes, [], "seed {seed}");
    }
}

/// Nothing failed; what cannot be delivered stands in the plan, as a problem.
fn is_done(outcome: &AccountOutcome) -> bool {
    outcome.failed.is_empty()
        && outcome.skipped.is_empty()
        && outcome.left.is_empty()
        && outcome.error.is_none()
        && outcome.moved.is_none()
        && !outcome.stopped
}

async fn struck(world: &World) {
    while world.sandbox.faults_left() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn kinds() -> Vec<FaultKind> {
    let error = |code: &str, status| FaultKind::Error {
        status,
        code: code.to_owned(),
    };
    vec![
        FaultKind::Throttle,
        error("ServiceFailure", 500),
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

fn fleet(world: &World) -> Fleet {
    Fleet::new(
        world.admin.clone(),
        FleetSettings::default(),
        FleetWatch::nobody(),
    )
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
    fleet
        .execute(instructions.collect(), &CancellationToken::new())
        .await
}

async fn observed(world: &World, asked: &[AccountAsked]) -> ObservedAccount {
    let mut observed = fleet(world).observe(asked).await;
    observed.remove(0).unwrap()
}

/// Makes the account what other people left of it, and a deployer role in it.
async fn settle(world: &World, draw: &mut Draw) {
    let iam = world.iam();
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{}:root"}},"Action":"sts:AssumeRole"}}]}}"#,
        dev()
    );
    let role = "AWSSelfServeDeployer";
    let make = iam.create_role().role_name(role);
    make.assume_role_policy_document(trust).send().await.unwrap();
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let attach = iam.attach_role_policy().role_name(role);
    attach.policy_arn(admin).send().await.unwrap();
    let account = account::draw(draw, &dev());
    let attached: BTreeSet<_> = account
        .principals
        .values()
        .flat_map(|one| &one.attached)
        .collect();
    for (arn, policy) in &account.policies {
        let name = arn.iam_name().unwrap();
        if !attached.contains(arn) && name.starts_with("other-") {
            continue;
        }
        let make = iam
            .create_policy()
            .policy_name(name)
            .path(arn.iam_path().unwrap());
        make.policy_document(&policy.document.text).send().await.unwrap();
    }
    for (who, principal) in &account.principals {
        match who {
            Grantee::User(_) => user(&iam, who.name(), principal).await,
            Grantee::Group(_) => group(&iam, who.name(), principal).await,
            Grantee::Role(_) => role_of_others(&iam, who.name(), principal).await,
        }
    }
}

async fn user(iam: &Client, name: &str, principal: &ObservedPrincipal) {
    let boundary = principal.boundary.as_ref().map(ToString::to_string);
    let make = iam
        .create_user()
        .user_name(name)
        .path(principal.arn.iam_path().unwrap());
    let make = make.set_permissions_boundary(boundary).set_tags(tags(principal));
    make.send().await.unwrap();
    for (policy, text) in &principal.inline {
        let put = iam.put_user_policy().user_name(name).policy_name(policy);
        put.policy_document(&text.text).send().await.unwrap();
    }
    for arn in &principal.attached {
        let attach = iam.attach_user_policy().user_name(name);
        attach.policy_arn(arn.as_str()).send().await.unwrap();
    }
}

async fn group(iam: &Client, name: &str, principal: &ObservedPrincipal) {
    let make = iam
        .create_group()
        .group_name(name)
        .path(principal.arn.iam_path().unwrap());
    make.send().await.unwrap();
    for (policy, text) in &principal.inline {
        let put = iam.put_group_policy().group_name(name).policy_name(policy);
        put.policy_document(&text.text).send().await.unwrap();
    }
    for arn in &principal.attached {
        let attach = iam.attach_group_policy().group_name(name);
        attach.policy_arn(arn.as_str()).send().await.unwrap();
    }
}

async fn role_of_others(iam: &Client, name: &str, principal: &ObservedPrincipal) {
    let make = iam
        .create_role()
        .role_name(name)
        .path(principal.arn.iam_path().unwrap());
    let make = make.assume_role_policy_document(&principal.trust.as_ref().unwrap().text);
    make.set_tags(tags(principal)).send().await.unwrap();
    for (policy, text) in &principal.inline {
        let put = iam.put_role_policy().role_name(name).policy_name(policy);
        put.policy_document(&text.text).send().await.unwrap();
    }
    for arn in &principal.attached {
        let attach = iam.attach_role_policy().role_name(name);
        attach.policy_arn(arn.as_str()).send().await.unwrap();
    }
}

fn tags(principal: &ObservedPrincipal) -> Option<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build().unwrap();
    (!principal.tags.is_empty()).then(|| principal.tags.iter().map(tag).collect())
}
