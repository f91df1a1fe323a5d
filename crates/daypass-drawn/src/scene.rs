//! Files, an account, and what happened there before.

use daypass_core::plan::{
    AccountAsked, AccountPlan, ObservedAccount, Operation, Options, PolicyText, effect, plan_account,
};
use daypass_core::team::{Checked, DesiredState, FileText, TeamTexts, check};
use jiff::{SignedDuration, Timestamp};

use crate::draw::Draw;
use crate::refusal::refusal;
use crate::team::Team;
use crate::{account, dev, now};

/// Teams that share an account, what it holds, and which of them are looked at.
#[derive(Debug, Clone)]
pub struct Scene {
    /// All of them, as their files are now.
    pub teams: Vec<Team>,
    /// How many of the first are looked at; the others' things are in the account too.
    pub looked_at: usize,
    /// What they ask for.
    pub asked: AccountAsked,
    /// What is there.
    pub observed: ObservedAccount,
    /// What was there before daypass came.
    pub foreign: ObservedAccount,
}

/// The files of teams, checked at a moment.
pub fn checked_at(teams: &[Team], at: Timestamp) -> Checked {
    let texts: Vec<TeamTexts> = teams.iter().map(Team::texts).collect();
    let settings = FileText {
        path: "daypass.yaml".into(),
        text: None,
    };
    check(&settings, &texts, at)
}

/// What the files of teams ask for now, if nothing is wrong with them.
pub fn checked(teams: &[Team]) -> Option<Vec<DesiredState>> {
    checked_at(teams, now()).desired
}

/// Three days ago.
pub fn before() -> Timestamp {
    now() - SignedDuration::from_hours(72)
}

impl Scene {
    /// The scene of a seed; `None` where validation would have refused the files.
    pub fn draw(seed: u64) -> Option<Scene> {
        let draw = &mut Draw::new(seed);
        let foreign = account::draw(draw, &dev());
        let names = *draw.one(&[["t", "t-x"], ["t-x", "t"], ["pay.ments", "t"], ["T", "t-x"]]);
        let earlier: Vec<Team> = names
            .iter()
            .map(|name| Team::draw(draw, name, before()))
            .collect();
        let teams: Vec<Team> = earlier.iter().map(|team| team.changed(draw, now())).collect();
        let looked_at = 1 + draw.up_to(1);
        let mut observed = foreign.clone();
        if draw.percent(80) {
            let at = before();
            let asked = asked_of(&checked_at(&earlier, at).desired?)?;
            let plan = plan_account(&asked, &observed, at, Options::default()).ok()?;
            let operations: Vec<Operation> = operations(&plan);
            // All of it, or what a crash has left of it.
            let many = if draw.percent(70) {
                operations.len()
            } else {
                draw.up_to(operations.len())
            };
            for operation in operations.iter().take(many) {
                if let Some(wrong) = refusal(&observed, operation) {
                    panic!("seed {seed}, days before: {operation}: {wrong}");
                }
                effect::apply(&mut observed, operation);
            }
            drift(draw, &mut observed);
        }
        let mut desired = checked(&teams)?;
        desired.truncate(looked_at);
        let asked = asked_of(&desired)?;
        Some(Scene {
            teams,
            looked_at,
            asked,
            observed,
            foreign,
        })
    }
}

/// What is asked for in the one account of drawn teams.
fn asked_of(desired: &[DesiredState]) -> Option<AccountAsked> {
    AccountAsked::of(desired)
        .into_iter()
        .find(|asked| asked.account == dev())
}

fn operations(plan: &AccountPlan) -> Vec<Operation> {
    plan.changes
        .iter()
        .flat_map(|change| change.operations.clone())
        .collect()
}

/// Somebody has changed what is ours by hand.
fn drift(draw: &mut Draw, account: &mut ObservedAccount) {
    let is_ours = |path: Option<&str>| path.is_some_and(|path| path.starts_with("/daypass/"));
    let policies: Vec<_> = account
        .policies
        .keys()
        .filter(|arn| is_ours(arn.iam_path()))
        .cloned()
        .collect();
    for arn in &policies {
        if draw.percent(20) {
            let many = draw.up_to(4);
            for _ in 0..many {
                let document = account::reads("somebody-elses");
                effect::apply(
                    account,
                    &Operation::CreatePolicyVersion {
                        arn: arn.clone(),
                        document,
                    },
                );
            }
        }
    }
    for principal in account.principals.values_mut() {
        if is_ours(principal.arn.iam_path()) && draw.percent(20) {
            let theirs = PolicyText::new(account::reads("somebody-elses"));
            principal.inline.insert("somebody-elses".to_owned(), theirs);
        }
        if draw.percent(10)
            && let Some(gone) = principal
                .attached
                .iter()
                .find(|arn| is_ours(arn.iam_path()))
                .cloned()
        {
            principal.attached.remove(&gone);
        }
        let ours = principal
            .inline
            .keys()
            .find(|name| name.starts_with("daypass=t"))
            .cloned();
        if draw.percent(10)
            && let Some(changed) = ours
        {
            principal
                .inline
                .insert(changed, PolicyText::new(account::reads("x")));
        }
    }
}
