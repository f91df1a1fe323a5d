//! The steps from nothing to proven credentials.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use super::documents::{END_POLICY, PERMISSIONS_POLICY};
use super::readiness::{Proofs, Readiness};
use super::request::LeasePlan;
use super::{Answer, Call, Made, Step};
use crate::retry::backoff;

/// One creating call is tried again for no longer than this.
const CALL_DEADLINE: SignedDuration = SignedDuration::from_secs(60);

/// Why a lease could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GaveUp {
    /// AWS refused a call.
    #[error("AWS refused {operation}")]
    Refused {
        /// The API operation.
        operation: &'static str,
    },
    /// A call did not succeed in time.
    #[error("{operation} did not succeed within {} s", .after.as_secs())]
    CallDeadline {
        /// The API operation.
        operation: &'static str,
        /// How long it was tried.
        after: SignedDuration,
    },
    /// The role was made but not usable everywhere in time.
    #[error("the role could not be assumed reliably within {} s: {} of {} rounds of proof succeeded in a row", .after.as_secs(), .proven.0, .proven.1)]
    NeverReady {
        /// How long it was tried.
        after: SignedDuration,
        /// Rounds that succeeded, and rounds wanted, at the end.
        proven: (u32, u32),
    },
}

/// Opening a lease, or giving an open one another document.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, in no order"
)]
pub struct Opening {
    to_make: VecDeque<Call>,
    external_id: String,
    readiness: Readiness,
    proofs: Option<Proofs>,
    identified: bool,
    /// Failed attempts at the present call.
    attempts: u32,
    /// Whether one of them ended without an answer, so that it may have been done.
    unanswered: bool,
    trying_since: Timestamp,
    wait_until: Option<Timestamp>,
    role_may_exist: bool,
    made: Made,
    /// Whether all of it was there before: what is refused then leaves the old one.
    replacing: bool,
    failed: Option<GaveUp>,
}

impl Opening {
    /// All steps of a new lease.
    pub fn new(plan: &LeasePlan, readiness: Readiness, now: Timestamp) -> Self {
        let mut to_make = VecDeque::from([
            Call::CreateRole {
                trust: plan.sealed.document.clone(),
            },
            Call::PutPolicy {
                name: END_POLICY,
                document: plan.end_policy.clone(),
            },
        ]);
        to_make.extend(plan.managed_policies.iter().cloned().map(Call::Attach));
        Self::with(to_make, plan, readiness, now, false)
    }

    /// The steps that give an open lease another document.
    pub fn replacing(plan: &LeasePlan, readiness: Readiness, now: Timestamp) -> Self {
        Self::with(VecDeque::new(), plan, readiness, now, true)
    }

    fn with(
        mut to_make: VecDeque<Call>,
        plan: &LeasePlan,
        readiness: Readiness,
        now: Timestamp,
        exists: bool,
    ) -> Self {
        to_make.push_back(Call::PutPolicy {
            name: PERMISSIONS_POLICY,
            document: plan.permissions.clone(),
        });
        to_make.push_back(Call::OpenTrust {
            trust: plan.opened.document.clone(),
        });
        Opening {
            to_make,
            external_id: plan.opened.external_id.clone(),
            readiness,
            proofs: None,
            identified: false,
            attempts: 0,
            unanswered: false,
            trying_since: now,
            wait_until: None,
            role_may_exist: exists,
            made: if exists { Made::ALL } else { Made::default() },
            replacing: exists,
            failed: None,
        }
    }

    /// Whether anything may have been made that has to be removed.
    pub fn role_may_exist(&self) -> bool {
        self.role_may_exist
    }

    /// What is there, as far as AWS's answers tell.
    pub fn made(&self) -> Made {
        self.made
    }

    /// Rounds of proof done and wanted, once it has come to that.
    pub fn proofs(&self) -> Option<(u32, u32)> {
        self.proofs.as_ref().map(Proofs::progress)
    }

    /// What to do at `now`.
    pub fn next(&mut self, now: Timestamp) -> Step<GaveUp> {
        if let Some(failed) = &self.failed {
            return Step::Failed(failed.clone());
        }
        if let Some(until) = self.wait_until.filter(|until| *until > now) {
            return Step::Wait(until);
        }
        if let Some(call) = self.to_make.front() {
            // From the moment CreateRole is sent the role may be there, whatever we hear of it.
            self.role_may_exist = true;
            let call = call.clone();
            if !matches!(call, Call::CreateRole { .. }) {
                self.note(true);
            }
            return Step::Call(call);
        }
        let proofs = self
            .proofs
            .get_or_insert_with(|| Proofs::new(self.readiness, now));
        if self.identified {
            return Step::Done;
        }
        if proofs.exhausted(now) {
            return Step::Failed(GaveUp::NeverReady {
                after: self.readiness.give_up_after,
                proven: proofs.progress(),
            });
        }
        if proofs.complete() {
            return Step::Call(Call::Identify);
        }
        if proofs.not_before() > now {
            return Step::Wait(proofs.not_before());
        }
        Step::Call(Call::Assume {
            external_id: self.external_id.clone(),
        })
    }

    /// Takes in how the call that [`Opening::next`] asked for ended. `chance` is any random number.
    pub fn answer(&mut self, answer: &Answer, now: Timestamp, chance: u32) {
        if self.to_make.is_empty() {
            self.proof_answer(answer, now, chance);
        } else {
            self.make_answer(answer, now, chance);
        }
    }

    fn make_answer(&mut self, answer: &Answer, now: Timestamp, chance: u32) {
        let Some(call) = self.to_make.front() else { return };
        let operation = call.operation();
        let creating = matches!(call, Call::CreateRole { .. });
        match answer {
            Answer::Done | Answer::Listed(_) => self.next_call(now),
            // The name has 80 random bits and only we know it: a role that "exists already" after an attempt without an
            // answer is the one which that attempt made.
            Answer::Exists if creating && self.unanswered => self.next_call(now),
            Answer::Refused | Answer::Exists | Answer::Conflict => {
                self.fail(GaveUp::Refused { operation }, creating);
            }
            // Busy, not seen by every replica yet, or no answer: each of these calls may be made twice.
            Answer::Busy | Answer::NotFound | Answer::NotYet | Answer::Unknown => {
                self.unanswered |= *answer == Answer::Unknown;
                if now.duration_since(self.trying_since) >= CALL_DEADLINE {
                    self.fail(
                        GaveUp::CallDeadline {
                            operation,
                            after: CALL_DEADLINE,
                        },
                        creating,
                    );
                } else {
                    self.wait(now, chance);
                }
            }
        }
    }

    fn next_call(&mut self, now: Timestamp) {
        self.note(true);
        self.to_make.pop_front();
        self.attempts = 0;
        self.unanswered = false;
        self.trying_since = now;
    }

    /// Takes down whether the call in front has, or may have, made something.
    fn note(&mut self, there: bool) {
        match self.to_make.front() {
            Some(Call::CreateRole { .. }) => self.made.role = there,
            Some(Call::PutPolicy { name, .. }) if *name == PERMISSIONS_POLICY => {
                self.made.permissions = there;
            }
            Some(Call::PutPolicy { .. }) => self.made.end = there,
            _ => {}
        }
    }

    fn fail(&mut self, why: GaveUp, creating: bool) {
        // AWS answered every attempt at CreateRole, with a no: there is nothing to remove. Above all, a role of this name
        // that somebody else has is not ours to touch.
        if creating && !self.unanswered {
            self.role_may_exist = false;
        }
        if !self.unanswered && !self.replacing {
            self.note(false);
        }
        self.failed = Some(why);
    }

    fn proof_answer(&mut self, answer: &Answer, now: Timestamp, chance: u32) {
        let Some(proofs) = &mut self.proofs else { return };
        let identifying = proofs.complete();
        match answer {
            Answer::Done | Answer::Listed(_) => {
                self.attempts = 0;
                self.identified = identifying;
                proofs.succeeded(now);
            }
            Answer::Refused => {
                let operation = if identifying {
                    "GetCallerIdentity"
                } else {
                    "AssumeRole"
                };
                self.failed = Some(GaveUp::Refused { operation });
            }
            // Too many calls or no answer says nothing about the role: what is proven stays proven.
            Answer::Busy | Answer::Unknown => self.wait(now, chance),
            Answer::NotYet | Answer::NotFound | Answer::Exists | Answer::Conflict => proofs.failed(now),
        }
    }

    fn wait(&mut self, now: Timestamp, chance: u32) {
        self.attempts += 1;
        self.wait_until = now.saturating_add(backoff(self.attempts, chance)).ok();
    }
}
