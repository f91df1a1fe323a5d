//! The steps that remove a temporary role, from any state in which a crash, a fault or somebody else left it.

use std::collections::VecDeque;

use iam_policy::Arn;
use jiff::{SignedDuration, Timestamp};

use super::documents::{END_POLICY, PERMISSIONS_POLICY};
use super::{Answer, Call, Step};
use crate::retry::backoff;

/// The whole removal is tried for no longer than this.
const DEADLINE: SignedDuration = SignedDuration::from_secs(60);
/// A role that may be younger than this may be missing from some replica though it exists.
const YOUNG: SignedDuration = SignedDuration::from_mins(5);
/// How often a missing young role is asked for again, and how far apart.
const ASK_AGAIN: u32 = 3;
const ASK_AGAIN_SPACING: SignedDuration = SignedDuration::from_secs(2);

/// What is on a role: its attached managed policies and the names of its inline policies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// ARNs of attached managed policies.
    pub attached: Vec<Arn>,
    /// Names of inline policies.
    pub inline: Vec<String>,
}

/// Removing a temporary role.
///
/// Permissions go first, the Deny after them, the role last: at no moment does the role hold permissions without its
/// end. Everything may be asked twice, and a second sweep beside this one does no harm.
#[derive(Debug, Clone)]
pub struct Closing {
    to_remove: VecDeque<Call>,
    since: Timestamp,
    /// When the role was made, if it is known to have been.
    made_at: Timestamp,
    known_to_exist: bool,
    missing: u32,
    attempts: u32,
    wait_until: Option<Timestamp>,
    failed: Option<&'static str>,
}

impl Closing {
    /// Removal of a role that we know: what has been put on it, and when it was made. `known_to_exist` is false when
    /// its creation went unanswered.
    pub fn of_own(
        managed_policies: &[Arn],
        made_at: Timestamp,
        known_to_exist: bool,
        now: Timestamp,
    ) -> Self {
        let mut to_remove: VecDeque<Call> = managed_policies.iter().cloned().map(Call::Detach).collect();
        to_remove.push_back(Call::DeletePolicy(PERMISSIONS_POLICY.to_owned()));
        to_remove.push_back(Call::DeletePolicy(END_POLICY.to_owned()));
        to_remove.push_back(Call::DeleteRole);
        Self::with(to_remove, made_at, known_to_exist, now)
    }

    /// Removal of a role that was found: what is on it has to be asked for.
    pub fn of_found(made_at: Timestamp, now: Timestamp) -> Self {
        Self::with(VecDeque::from([Call::List, Call::DeleteRole]), made_at, true, now)
    }

    fn with(to_remove: VecDeque<Call>, made_at: Timestamp, known_to_exist: bool, now: Timestamp) -> Self {
        Closing {
            to_remove,
            since: now,
            made_at,
            known_to_exist,
            missing: 0,
            attempts: 0,
            wait_until: None,
            failed: None,
        }
    }

    /// What to do at `now`. [`Step::Failed`] names the operation that did not succeed.
    pub fn next(&self, now: Timestamp) -> Step<&'static str> {
        if let Some(operation) = self.failed {
            return Step::Failed(operation);
        }
        if let Some(until) = self.wait_until.filter(|until| *until > now) {
            return Step::Wait(until);
        }
        self.to_remove
            .front()
            .map_or(Step::Done, |call| Step::Call(call.clone()))
    }

    /// Takes in how the call that [`Closing::next`] asked for ended. `chance` is any random number.
    pub fn answer(&mut self, answer: &Answer, now: Timestamp, chance: u32) {
        let Some(call) = self.to_remove.front() else {
            return;
        };
        let operation = call.operation();
        let last = matches!(call, Call::DeleteRole);
        match answer {
            Answer::Listed(found) => {
                self.removed();
                self.put_first(found);
            }
            Answer::Done => self.removed(),
            Answer::NotFound if !last => self.removed(),
            Answer::NotFound => self.role_missing(now),
            // Something is on the role that we did not know of, or that a lagging replica did not show.
            Answer::Conflict => {
                self.wait(now, chance);
                self.to_remove.push_front(Call::List);
            }
            Answer::Refused | Answer::Exists => self.failed = Some(operation),
            Answer::Busy | Answer::NotYet | Answer::Unknown => self.wait(now, chance),
        }
        if !self.to_remove.is_empty() && now.duration_since(self.since) >= DEADLINE {
            self.failed = Some(operation);
        }
    }

    fn removed(&mut self) {
        self.to_remove.pop_front();
        self.attempts = 0;
    }

    /// "No such role" proves nothing about a young one: another replica may know it, and a creation that we got no
    /// answer to may still be under way. Only after some spaced times is it believed.
    fn role_missing(&mut self, now: Timestamp) {
        let young = now.duration_since(self.made_at) < YOUNG;
        self.missing += 1;
        // Known to exist, asked to be deleted without an answer, now missing: that attempt did it.
        let explained = self.known_to_exist && self.attempts > 0;
        if !young || explained || self.missing > ASK_AGAIN {
            self.removed();
        } else {
            self.wait_until = now.saturating_add(ASK_AGAIN_SPACING).ok();
        }
    }

    fn put_first(&mut self, found: &Found) {
        let ends_last = |name: &&String| name.as_str() == END_POLICY;
        let inline = found
            .inline
            .iter()
            .filter(|name| !ends_last(name))
            .chain(found.inline.iter().filter(ends_last));
        let calls = found
            .attached
            .iter()
            .cloned()
            .map(Call::Detach)
            .chain(inline.cloned().map(Call::DeletePolicy));
        for call in calls.collect::<Vec<_>>().into_iter().rev() {
            self.to_remove.push_front(call);
        }
    }

    fn wait(&mut self, now: Timestamp, chance: u32) {
        self.attempts += 1;
        self.wait_until = now.saturating_add(backoff(self.attempts, chance)).ok();
    }
}
