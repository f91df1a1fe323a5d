//! A plan carried out in one account: its changes in order, each told, and then the account read again until nothing is
//! left to do.

use std::collections::BTreeSet;

use daypass_core::plan::{AccountAsked, AccountPlan, Change, Moved, Operation, Problem};
use daypass_core::team::{Environment, Grantee};
use iam_policy::{AccountId, Arn};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::Calls;
use super::account::Account;
use super::event::FleetEvent;
use super::perform::Performer;
use super::work::Work;
use crate::error::AwsError;

/// How often what is left after all was done is done again: another run may be at work, and answers may be lost.
const ROUNDS: u32 = 3;
/// What is read after a change may be older than the change: it is read again so often, with longer and longer pauses,
/// before it is believed.
const READINGS: u32 = 5;

/// What is to be carried out in an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Instructions {
    /// What was asked for; for a plan from elsewhere [`AccountPlan::asked`].
    pub asked: AccountAsked,
    /// What is to be done.
    pub plan: AccountPlan,
    /// How to plan again afterwards; a plan from elsewhere is only carried out.
    pub work: Option<Work>,
    /// Read the account first, and do nothing if it has moved since the plan was made.
    pub verify: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOutcome {
    /// The account.
    pub account: AccountId,
    /// What the teams call it.
    pub environments: Vec<Environment>,
    /// Changes that were made, in order.
    pub done: Vec<Change>,
    /// Changes of which a call failed.
    pub failed: Vec<FailedChange>,
    /// Changes that were not tried.
    pub skipped: Vec<SkippedChange>,
    /// What would still be to do.
    pub left: Vec<Change>,
    /// What could not be planned.
    pub problems: Vec<Problem>,
    /// The calls that were made, those of planning included, all attempts counted.
    pub calls: Calls,
    /// Why the account could not be worked on, or not be read again.
    pub error: Option<AwsError>,
    /// Changes that had been made before this began: by a run that was stopped, or by another one.
    pub before: usize,
    /// The account had moved since the plan was made: nothing was done.
    pub moved: Option<Moved>,
    /// Somebody stopped it before all was done.
    pub stopped: bool,
}

/// A change that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedChange {
    /// Which.
    pub change: Change,
    /// The call that failed, and on what.
    pub operation: String,
    /// Why.
    pub error: AwsError,
}

/// A change that was not tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedChange {
    /// Which.
    pub change: Change,
    /// Why not.
    pub why: String,
}

impl AccountOutcome {
    fn of(instructions: &Instructions) -> AccountOutcome {
        AccountOutcome {
            account: instructions.asked.account.clone(),
            environments: instructions.asked.environments.clone(),
            done: Vec::new(),
            failed: Vec::new(),
            skipped: Vec::new(),
            left: Vec::new(),
            problems: instructions.plan.problems.clone(),
            calls: Calls::new(),
            error: None,
            before: 0,
            moved: None,
            stopped: false,
        }
    }

    /// Of an account that was not come into.
    pub(super) fn failed(instructions: &Instructions, error: AwsError, calls: Calls) -> AccountOutcome {
        AccountOutcome {
            error: Some(error),
            calls,
            left: instructions.plan.changes.clone(),
            ..AccountOutcome::of(instructions)
        }
    }

    /// Whether the account is now as it should be.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.skipped.is_empty()
            && self.left.is_empty()
            && self.problems.is_empty()
            && self.error.is_none()
            && self.moved.is_none()
            && !self.stopped
    }
}

/// Carries out a plan.
pub(super) async fn run(
    account: &Account,
    instructions: &Instructions,
    stop: &CancellationToken,
) -> AccountOutcome {
    let mut outcome = AccountOutcome::of(instructions);
    let plan = &instructions.plan;
    let mut changes = plan.changes.clone();
    if instructions.verify && !changes.is_empty() {
        match account.observe().await.map(|observed| plan.remaining(&observed)) {
            Ok(Ok(left)) => {
                outcome.before = changes.len() - left.len();
                changes = left;
            }
            Ok(Err(moved)) => outcome.moved = Some(moved),
            Err(error) => outcome.error = Some(error),
        }
    }
    if outcome.moved.is_some() || outcome.error.is_some() {
        outcome.left = changes;
    } else if !changes.is_empty() {
        let mut run = Run {
            account,
            performer: Performer::new(account),
            stop,
            outcome: &mut outcome,
            unmade: BTreeSet::new(),
            in_use: BTreeSet::new(),
            unsure: BTreeSet::new(),
        };
        run.changes(&changes).await;
        if let Some(work) = &instructions.work {
            run.until_nothing_is_left(&instructions.asked, work).await;
        }
    }
    outcome.calls = account.calls();
    outcome
}

struct Run<'a> {
    account: &'a Account,
    performer: Performer<'a>,
    stop: &'a CancellationToken,
    outcome: &'a mut AccountOutcome,
    /// Policies that could not be made or changed: nobody is attached to what they say now.
    unmade: BTreeSet<Arn>,
    /// Policies that somebody could not be detached from: they are not deleted.
    in_use: BTreeSet<Arn>,
    /// Groups of which a call has failed or was not tried. One document writes down all of a group's attachments, with the
    /// first or last of its changes: what would be attached or forgotten without that would be nobody's.
    unsure: BTreeSet<Grantee>,
}

impl Run<'_> {
    async fn changes(&mut self, changes: &[Change]) {
        for (done, change) in changes.iter().enumerate() {
            if self.stop.is_cancelled() {
                self.outcome.stopped = true;
                self.outcome.left.extend(changes.iter().skip(done).cloned());
                return;
            }
            let next = change.operations.first().map_or("", Operation::api_name);
            if let Err(over) = self.account.time_left(next) {
                self.outcome.error = Some(over);
                self.outcome.left.extend(changes.iter().skip(done).cloned());
                return;
            }
            self.account.pace.watch().tell(FleetEvent::Changing {
                account: self.account.id.clone(),
                done,
                of: changes.len(),
                name: change.name.clone(),
            });
            self.change(change).await;
        }
    }

    async fn change(&mut self, change: &Change) {
        if let Some(why) = self.in_the_way(change) {
            self.unsure
                .extend(change.operations.iter().filter_map(group_of).cloned());
            self.outcome.skipped.push(SkippedChange {
                change: change.clone(),
                why,
            });
            return;
        }
        for operation in &change.operations {
            if let Err(error) = self.performer.perform(operation).await {
                self.remember(operation);
                self.outcome.failed.push(FailedChange {
                    change: change.clone(),
                    operation: operation.to_string(),
                    error,
                });
                return;
            }
        }
        self.outcome.done.push(change.clone());
    }

    /// What makes a change pointless: its end has passed, or something failed before.
    fn in_the_way(&self, change: &Change) -> Option<String> {
        let now = self.account.connection.clock().now();
        if let Some(end) = change.gives_until().filter(|end| *end <= now) {
            return Some(format!("it has ended meanwhile, at {end}"));
        }
        if let Some(group) = change
            .operations
            .iter()
            .filter_map(group_of)
            .find(|group| self.unsure.contains(*group))
        {
            return Some(format!("an earlier change of {group} was not made"));
        }
        change.operations.iter().find_map(|operation| match operation {
            Operation::AttachPolicy { arn, .. } if self.unmade.contains(arn) => Some(format!(
                "policy {} could not be made as it should be",
                name_of(arn)
            )),
            Operation::DeletePolicy { arn } if self.in_use.contains(arn) => Some(format!(
                "policy {} could not be detached everywhere",
                name_of(arn)
            )),
            _ => None,
        })
    }

    /// What of a failed call stands in the way of others.
    fn remember(&mut self, operation: &Operation) {
        self.unsure.extend(group_of(operation).cloned());
        match operation {
            Operation::CreatePolicy { arn, .. }
            | Operation::CreatePolicyVersion { arn, .. }
            | Operation::DeletePolicyVersion { arn, .. } => {
                self.unmade.insert(arn.clone());
            }
            Operation::DetachPolicy { arn, .. } => {
                self.in_use.insert(arn.clone());
            }
            _ => {}
        }
    }

    /// Reads and plans again. What is left may be an old reading, the work of another run, or what an answer that was lost
    /// has left undone; what failed for good is not tried again.
    async fn until_nothing_is_left(&mut self, asked: &AccountAsked, work: &Work) {
        if self.outcome.stopped || self.outcome.error.is_some() {
            return;
        }
        for round in 1..=ROUNDS {
            let left = match self.believed(asked, work).await {
                Ok(plan) => plan,
                Err(error) => {
                    self.outcome.error = Some(error);
                    return;
                }
            };
            let failed = self.outcome.failed.iter().map(|failed| &failed.change);
            let skipped = self.outcome.skipped.iter().map(|skipped| &skipped.change);
            let known: BTreeSet<String> = failed.chain(skipped).map(told).collect();
            let new: Vec<Change> = left
                .changes
                .iter()
                .filter(|change| !known.contains(&told(change)))
                .cloned()
                .collect();
            if new.is_empty() || round == ROUNDS {
                self.outcome.left = left.changes;
                self.outcome.problems = left.problems;
                return;
            }
            self.changes(&new).await;
            if self.outcome.stopped || self.outcome.error.is_some() {
                return;
            }
        }
    }

    /// A plan that is empty, or that several readings agree on.
    async fn believed(&self, asked: &AccountAsked, work: &Work) -> Result<AccountPlan, AwsError> {
        let (mut plan, _) = self.account.plan(asked, work).await?;
        let mut pause = SignedDuration::from_secs(1);
        for _ in 1..READINGS {
            if plan.changes.is_empty() || !self.outcome.failed.is_empty() {
                break;
            }
            self.account.pace.pause(pause).await;
            pause *= 2;
            let (again, _) = self.account.plan(asked, work).await?;
            plan = again;
        }
        Ok(plan)
    }
}

/// A change by what it does, whatever it is told to be for.
fn told(change: &Change) -> String {
    let calls: Vec<String> = change.operations.iter().map(ToString::to_string).collect();
    calls.join("; ")
}

/// The group that an operation is about.
fn group_of(operation: &Operation) -> Option<&Grantee> {
    match operation {
        Operation::AttachPolicy { principal, .. }
        | Operation::DetachPolicy { principal, .. }
        | Operation::PutInlinePolicy { principal, .. }
        | Operation::DeleteInlinePolicy { principal, .. } => {
            Some(principal).filter(|principal| matches!(principal, Grantee::Group(_)))
        }
        _ => None,
    }
}

fn name_of(arn: &Arn) -> &str {
    arn.iam_name().unwrap_or_default()
}
