//! A plan and what it takes to carry it out: what `apply`, `cleanup` and `revoke` have in common.

use super::access::{self, Asked, Planned};
use crate::cli::PaceArgs;
use crate::exit::{Ending, Exit};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::place::Place;
use crate::settings::Settings;
use crate::view::fleet::Accounts;
use crate::view::{outcome, plan as view};
use daypass_aws::{AccountOutcome, Fleet, Instructions, Work};
use daypass_core::plan::Plan;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

/// A plan that may be carried out.
pub(crate) struct Prepared {
    pub(super) planned: Planned,
    pub(super) plan: Plan,
    /// How to plan again; none for a plan that was made elsewhere.
    pub(super) work: Option<Work>,
    pub(super) fleet: Fleet,
    pub(super) shown: Accounts,
    /// What is talked to must live as long.
    #[expect(dead_code, reason = "held, not read")]
    pub(super) place: Place,
}

impl Prepared {
    /// Reads the accounts and plans this work in each.
    pub(super) async fn plan(
        asked: &Asked,
        work: Work,
        gently: &PaceArgs,
        now: Timestamp,
        settings: &Settings,
    ) -> Result<Prepared, Failure> {
        let place = access::place(settings, &asked.accounts).await?;
        let shown = Accounts::new(asked.accounts.len());
        let fleet = access::fleet(&place, gently, &shown);
        let plans = fleet.plan(&asked.accounts, &work).await;
        shown.done();
        let mut planned: Planned = asked.accounts.iter().cloned().zip(plans).collect();
        access::without_others(&mut planned, asked.all);
        Ok(Prepared {
            plan: access::plan_of(&planned, &asked.teams, now),
            planned,
            work: Some(work),
            fleet,
            shown,
            place,
        })
    }

    /// Prints the plan, for people or as JSON.
    pub(super) fn show(&self, human: bool, now: Timestamp) -> std::io::Result<()> {
        let text = if human {
            view::human(&self.planned, now)
        } else {
            view::json(&self.planned, &self.plan)
        };
        crate::view::deliver(&text)
    }

    /// Whether an account could not be read.
    pub(super) fn has_failed(&self) -> bool {
        self.planned.iter().any(|(_, plan)| plan.is_err())
    }

    /// Carries it out; with `verify` only where a new plan is the same. A signal lets the calls under way end, and no
    /// other begin.
    pub(super) async fn carry_out(&self, verify: bool, interrupts: &mut Interrupts) -> Vec<AccountOutcome> {
        let instructions = self.planned.iter().filter_map(|(asked, plan)| {
            Some(Instructions {
                asked: asked.clone(),
                plan: plan.as_ref().ok()?.clone(),
                work: self.work.clone(),
                // Time has passed since it was shown, or it was made elsewhere.
                verify: verify || self.work.is_none(),
            })
        });
        let stop = CancellationToken::new();
        let changes = self.plan.accounts.iter().map(|account| account.changes.len());
        self.shown.changing(changes.sum());
        let work = self.fleet.execute(instructions.collect(), &stop);
        let outcomes = interrupts
            .during(work, |_, _| {
                stop.cancel();
                self.shown.say("stopping after the calls under way");
            })
            .await;
        self.shown.done();
        outcomes
    }

    /// Prints what became of it, for people or as JSON, and tells how the command ends.
    pub(super) fn end(&self, outcomes: &[AccountOutcome], human: bool) -> Ending {
        if human {
            outcome::show(outcomes, &self.planned);
        } else {
            crate::view::result(outcome::json(outcomes, &self.planned));
        }
        Ending::Own(if outcomes.iter().any(|outcome| outcome.stopped) {
            Exit::Interrupted
        } else if self.has_failed() || !outcomes.iter().all(AccountOutcome::is_complete) {
            Exit::Failed
        } else {
            Exit::Done
        })
    }
}
