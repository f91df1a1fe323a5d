//! The steps that remove a temporary role, from any state in which a crash, a fault or somebody else left it.

use std::collections::VecDeque;

use iam_policy::Arn;
use jiff::{SignedDuration, Timestamp};

use super::documents::{END_POLICY, PERMISSIONS_POLICY};
use super::{Answer, Call, Made, Step};
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
    /// When the role was made, if it was.
    made_at: Timestamp,
    made: Made,
    /// What AWS has said to have removed.
    done: Vec<Call>,
    /// How often in a row the present call was answered with "no such thing".
    missing: u32,
    /// Failed attempts at the present call.
    attempts: u32,
    wait_until: Option<Timestamp>,
    failed: Option<&'static str>,
}

impl Closing {
    /// Removal of a role that we know: what was meant to be put on it, what of that is there, and when it was made.
    pub fn of_own(managed_policies: &[Arn], made: Made, made_at: Timestamp, now: Timestamp) -> Self {
        let mut to_remove: VecDeque<Call> = managed_policies.iter().cloned().map(Call::Detach).collect();
        to_remove.push_back(Call::DeletePolicy(PERMISSIONS_POLICY.to_owned()));
        // What somebody else may have put there goes before the end does.
        to_remove.push_back(Call::List);
        to_remove.push_back(Call::DeletePolicy(END_POLICY.to_owned()));
        to_remove.push_back(Call::DeleteRole);
        Self::with(to_remove, made, made_at, now)
    }

    /// Removal of a role that was found: what is on it has to be asked for.
    pub fn of_found(made_at: Timestamp, now: Timestamp) -> Self {
        let made = Made {
            role: true,
            ..Made::default()
        };
        Self::with(VecDeque::from([Call::List, Call::DeleteRole]), made, made_at, now)
    }

    fn with(to_remove: VecDeque<Call>, made: Made, made_at: Timestamp, now: Timestamp) -> Self {
        Closing {
            to_remove,
            since: now,
            made_at,
            made,
            done: Vec::new(),
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
        match answer {
            Answer::Listed(found) => {
                self.removed();
                self.put_first(found);
            }
            Answer::Done => {
                self.done.push(call.clone());
                self.removed();
            }
            Answer::NotFound => self.not_found(now),
            // Something is on the role that we did not know of, or that a lagging replica did not show.
            Answer::Conflict => {
                self.wait(now, chance);
                self.done.clear();
                self.to_remove.push_front(Call::List);
            }
            Answer::Refused | Answer::Exists => self.failed = Some(operation),
            Answer::Busy | Answer::NotYet | Answer::Unknown => {
                self.wait(now, chance);
            }
        }
        if !self.to_remove.is_empty() && now.duration_since(self.since) >= DEADLINE {
            self.failed = Some(operation);
        }
    }

    fn removed(&mut self) {
        self.to_remove.pop_front();
        self.attempts = 0;
        self.missing = 0;
    }

    /// "No such thing" proves nothing about a young role: another replica may know it, and a creation that we got no
    /// answer to may still be under way. What should be there is asked for some spaced times before it is believed to be
    /// gone.
    fn not_found(&mut self, now: Timestamp) {
        let young = now.duration_since(self.made_at) < YOUNG;
        let should_be_there = match self.to_remove.front() {
            Some(Call::DeleteRole) => true,
            Some(Call::DeletePolicy(name)) if name == END_POLICY => self.made.end,
            Some(Call::DeletePolicy(_) | Call::Detach(_)) => self.made.permissions,
            Some(Call::List) => self.made.role,
            _ => false,
        };
        self.missing += 1;
        if !young || !should_be_there || self.missing > ASK_AGAIN {
            self.removed();
        } else {
            self.wait_until = now.saturating_add(ASK_AGAIN_SPACING).ok();
        }
    }

    /// Puts what was found before what is still to be removed; the end stays where it already stands.
    fn put_first(&mut self, found: &Found) {
        let end_is_planned = self
            .to_remove
            .contains(&Call::DeletePolicy(END_POLICY.to_owned()));
        let ends = |name: &&String| name.as_str() == END_POLICY;
        self.made.end |= found.inline.iter().any(|name| ends(&name));
        self.made.permissions |= !found.attached.is_empty() || found.inline.iter().any(|name| !ends(&name));
        let others = found.inline.iter().filter(|name| !ends(name));
        let end = found.inline.iter().filter(ends).filter(|_| !end_is_planned);
        let calls = found.attached.iter().cloned().map(Call::Detach);
        let calls = calls.chain(others.chain(end).cloned().map(Call::DeletePolicy));
        // A lagging replica lists what we have just removed.
        let left = calls.filter(|call| !self.done.contains(call));
        for call in left.collect::<Vec<_>>().into_iter().rev() {
            self.to_remove.push_front(call);
        }
    }

    fn wait(&mut self, now: Timestamp, chance: u32) {
        self.missing = 0;
        self.attempts += 1;
        self.wait_until = now.saturating_add(backoff(self.attempts, chance)).ok();
    }
}
