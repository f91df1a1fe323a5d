//! The engine and the reference say the same of every question.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use iam_policy_reference::agreement::{Answers, Mix};
use iam_policy_reference::{generate, scenario, shrink};

/// Asks `count` questions of a seed; panics with the smallest scenario that shows a disagreement.
fn ask(seed: u64, count: u64) -> Mix {
    let mut mix = Mix::default();
    for number in 0..count {
        let question = generate::numbered(seed, number);
        let answers = Answers::to(&question);
        if !answers.agree() {
            let smallest = shrink::shrink(&question, |smaller| !Answers::to(smaller).agree());
            let answers = Answers::to(&smallest);
            panic!(
                "question {number} of seed {seed}:\n{}",
                scenario::scenario(&smallest, answers)
            );
        }
        mix.count(answers.reference);
    }
    mix
}

#[test]
fn twenty_thousand_questions() {
    let mut mix = Mix::default();
    for seed in 1..=4 {
        mix += ask(seed, 5_000);
    }
    // A generator that hardly ever allows, or denies, would test little.
    assert!(mix.least_percent() >= 15, "{mix}");
}

/// Another seed by `IAM_POLICY_SEED`, for who wants to look further.
#[test]
#[expect(clippy::disallowed_methods, reason = "the seed is the caller's choice")]
fn a_seed_from_outside() {
    let seed = std::env::var("IAM_POLICY_SEED").map_or(0, |seed| seed.parse().expect("a number"));
    ask(seed, 1_000);
}
