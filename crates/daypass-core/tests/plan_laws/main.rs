//! What has to be true of every plan, over drawn teams and accounts (`daypass_drawn`): seeds are fixed, and every test
//! counts what it has reached, so that no law holds for want of a case.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod access;
mod changes;
mod cleaning;
mod ours;
mod reached;
mod resumed;
mod revoked;
mod sizes;

use std::sync::LazyLock;

use daypass_core::plan::{
    AccountAsked, AccountPlan, ObservedAccount, Operation, Options, effect, plan_account,
};
use daypass_drawn::{Scene, now, refusal::refusal};

/// How many scenes are drawn.
const SEEDS: u64 = 120;

/// Drawn once for all laws.
static SCENES: LazyLock<Vec<(u64, Scene)>> = LazyLock::new(|| {
    (0..SEEDS)
        .filter_map(|seed| Some((seed, Scene::draw(seed)?)))
        .collect()
});

fn scenes() -> impl Iterator<Item = (u64, &'static Scene)> {
    assert!(SCENES.len() as u64 * 10 > SEEDS * 8, "{} are right", SCENES.len());
    SCENES.iter().map(|(seed, scene)| (*seed, scene))
}

/// The plan for now.
fn plan(asked: &AccountAsked, observed: &ObservedAccount) -> AccountPlan {
    plan_account(asked, observed, now(), Options::default()).unwrap()
}

fn operations(plan: &AccountPlan) -> Vec<Operation> {
    plan.changes
        .iter()
        .flat_map(|change| change.operations.clone())
        .collect()
}

fn calls(plan: &AccountPlan) -> Vec<String> {
    operations(plan).iter().map(ToString::to_string).collect()
}

/// Makes a plan's calls. Each is looked at before it is made; IAM refuses none of them.
fn carry_out(
    seed: u64,
    plan: &AccountPlan,
    observed: &ObservedAccount,
    mut look: impl FnMut(&ObservedAccount, &Operation),
) -> ObservedAccount {
    let mut state = observed.clone();
    for operation in operations(plan) {
        look(&state, &operation);
        if let Some(wrong) = refusal(&state, &operation) {
            panic!("seed {seed}: {operation}: {wrong}\n{:#?}", calls(plan));
        }
        effect::apply(&mut state, &operation);
    }
    state
}

fn done(seed: u64, plan: &AccountPlan, observed: &ObservedAccount) -> ObservedAccount {
    carry_out(seed, plan, observed, |_, _| {})
}
