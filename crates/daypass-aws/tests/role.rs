//! Roles that stay, on a world whose changes travel slowly: made, proven, changed, removed.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code")]

mod world;

use daypass_aws::{Proof, change_role, observe_role};
use daypass_core::expiry::end_of_text;
use daypass_core::lease::Readiness;
use daypass_core::role::{RoleWish, SHORTEST_SESSION, Trust, WantedRole, plan, removal};
use iam_policy::Arn;
use iam_sandbox::Propagation;
use jiff::SignedDuration;
use world::World;

fn wish() -> RoleWish {
    RoleWish {
        name: "Dev".parse().unwrap(),
        trusts: vec![Trust::Me],
        require_mfa: false,
        external_id: Some("abc".to_owned()),
        session_tags: false,
        attach: vec!["PowerUserAccess".to_owned()],
        policy: None,
        boundary: None,
        max_session: SHORTEST_SESSION,
        expires: end_of_text("2026-11-22T18:00:00Z"),
    }
}

async fn wanted(world: &World, wish: &RoleWish) -> WantedRole {
    let caller = world.admin.caller().await.unwrap();
    WantedRole::new(wish, &caller.arn, &caller.account, world.clock.now()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_proven_can_be_assumed_every_time() {
    let world = World::new(7, Propagation::realistic()).await;
    let wanted = wanted(&world, &wish()).await;
    for change in plan(&wanted, None) {
        change_role(&world.admin, "Dev", &change).await.unwrap();
    }
    let role: Arn = wanted.arn.parse().unwrap();
    let proof = Proof::Assume {
        external_id: Some("abc"),
    };
    let mut rounds = Vec::new();
    world
        .admin
        .wait_for_role(&role, proof, Readiness::default(), |round| rounds.push(round))
        .await
        .unwrap();
    assert!(!rounds.is_empty());
    let outcome = world.clock.now().duration_since(world.start);
    assert!(outcome < SignedDuration::from_mins(2), "{outcome}");
    for _ in 0..20 {
        let once = Readiness {
            give_up_after: SignedDuration::ZERO,
            ..Readiness::immediate()
        };
        let again = world.admin.wait_for_role(&role, proof, once, |_| {}).await;
        assert!(again.is_ok(), "every replica knows it");
    }
    let observed = observe_role(&world.admin, "Dev").await.unwrap().unwrap();
    assert!(
        plan(&wanted, Some(&observed)).is_empty(),
        "as wanted, on every replica by now"
    );
    for change in removal(&observed) {
        change_role(&world.admin, "Dev", &change).await.unwrap();
    }
    assert!(!world.sandbox.role_names().contains(&"Dev".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_never_lets_in_is_given_up_on_in_time() {
    let world = World::new(8, Propagation::none()).await;
    let wanted = wanted(&world, &wish()).await;
    for change in plan(&wanted, None) {
        change_role(&world.admin, "Dev", &change).await.unwrap();
    }
    let role: Arn = wanted.arn.parse().unwrap();
    let proof = Proof::Assume { external_id: None };
    let outcome = world
        .admin
        .wait_for_role(&role, proof, Readiness::default(), |_| {})
        .await;
    let error = outcome.unwrap_err().to_string();
    assert_eq!(error, "not within 120 s");
}

// The end of IAM's own: from then on nobody is let in.
#[tokio::test(start_paused = true)]
async fn after_its_end_nobody_is_let_in() {
    let world = World::new(9, Propagation::none()).await;
    let wanted = wanted(&world, &wish()).await;
    for change in plan(&wanted, None) {
        change_role(&world.admin, "Dev", &change).await.unwrap();
    }
    let role: Arn = wanted.arn.parse().unwrap();
    let proof = Proof::Assume {
        external_id: Some("abc"),
    };
    let quick = Readiness::immediate();
    assert!(
        world
            .admin
            .wait_for_role(&role, proof, quick, |_| {})
            .await
            .is_ok()
    );
    tokio::time::advance(std::time::Duration::from_hours(6)).await;
    assert!(
        world
            .admin
            .wait_for_role(&role, proof, quick, |_| {})
            .await
            .is_err()
    );
}
