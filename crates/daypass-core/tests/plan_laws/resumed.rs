//! A plan that was stopped anywhere, or of which any changes failed, goes on from there; one whose account has changed
//! otherwise is refused.

use daypass_core::plan::{AccountPlan, ObservedAccount, PolicyText, effect};
use daypass_drawn::refusal::refusal;

use super::{done, operations, plan, scenes};

/// Numbers that look drawn, the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// As written into a file and read again.
fn from_file(plan: &AccountPlan) -> AccountPlan {
    serde_json::from_str(&serde_json::to_string(plan).unwrap()).unwrap()
}

/// Makes some of a plan's calls: of each change none, the first few or all, and nothing after `stop` changes.
fn some_done(
    plan: &AccountPlan,
    observed: &ObservedAccount,
    drawn: &mut Drawn,
    stop: usize,
) -> ObservedAccount {
    let mut state = observed.clone();
    for change in plan.changes.iter().take(stop) {
        let most = match drawn.below(3) {
            0 => drawn.below(change.operations.len() + 1),
            _ => change.operations.len(),
        };
        for operation in change.operations.iter().take(most) {
            // IAM refuses what an earlier failure has left in the way; the rest of the change is not made then.
            if refusal(&state, operation).is_some() {
                break;
            }
            effect::apply(&mut state, operation);
        }
    }
    state
}

#[test]
fn a_plan_that_was_made_in_part_goes_on_and_ends_as_if_it_had_not_been_stopped() {
    let (mut in_part, mut whole) = (0, 0);
    for (seed, scene) in scenes().step_by(2) {
        let made = from_file(&plan(&scene.asked, &scene.observed));
        let wanted = done(seed, &made, &scene.observed);
        let mut drawn = Drawn(seed);
        for _ in 0..3 {
            let stop = drawn.below(made.changes.len() + 1);
            let stopped = some_done(&made, &scene.observed, &mut drawn, stop);
            let left = made
                .remaining(&stopped)
                .unwrap_or_else(|moved| panic!("seed {seed}: {moved}"));
            let all: usize = made.changes.len();
            in_part += usize::from(!left.is_empty() && left.len() < all);
            let rest = AccountPlan {
                changes: left,
                ..made.clone()
            };
            let reached = done(seed, &rest, &stopped);
            assert_eq!(reached, wanted, "seed {seed}");
        }
        let left = made.remaining(&wanted).unwrap();
        assert!(left.is_empty(), "seed {seed}: {left:#?}");
        whole += usize::from(!made.changes.is_empty());
    }
    assert!(in_part > 50, "{in_part}");
    assert!(whole > 40, "{whole}");
}

#[test]
fn a_plan_whose_account_was_changed_by_somebody_else_is_refused() {
    let (mut tagged, mut written, mut policies) = (0, 0, 0);
    for (seed, scene) in scenes().step_by(2) {
        let made = plan(&scene.asked, &scene.observed);
        let touched = operations(&made);
        let mut drawn = Drawn(seed);
        let stop = drawn.below(made.changes.len() + 1);
        let state = some_done(&made, &scene.observed, &mut drawn, stop);
        let grants = scene.asked.teams.iter().flat_map(|team| &team.grants);
        for (who, _) in grants.filter_map(|grant| state.find(&grant.grantee)) {
            let mut other = state.clone();
            let principal = other.principals.get_mut(who).unwrap();
            principal
                .tags
                .insert("cost-centre".to_owned(), "another".to_owned());
            let moved = made.remaining(&other).unwrap_err();
            assert_eq!(moved.what, who.to_string(), "seed {seed}");
            tagged += 1;

            let mut other = state.clone();
            let principal = other.principals.get_mut(who).unwrap();
            principal
                .inline
                .values_mut()
                .for_each(|text| *text = PolicyText::new("{\"Version\":\"2012-10-17\",\"Statement\":[]}"));
            if !principal.inline.is_empty() {
                made.remaining(&other).unwrap_err();
                written += 1;
            }
        }
        for arn in scene.observed.policies.keys() {
            let is_ours = made
                .teams
                .iter()
                .any(|team| arn.iam_path() == Some(&format!("/daypass/team/{team}/")));
            let is_touched = touched
                .iter()
                .any(|operation| operation.to_string().contains(arn.as_str()));
            if is_ours && !is_touched {
                let mut other = state.clone();
                other.policies.remove(arn);
                let moved = made.remaining(&other).unwrap_err();
                assert!(moved.what.contains(arn.as_str()), "seed {seed}: {moved}");
                policies += 1;
            }
        }
    }
    assert!(tagged > 50 && written > 25, "{tagged} {written}");
    assert!(policies > 5, "{policies}");
}
