//! A lease against every kind of fault at every call, on the smallest IAM that can tell right from wrong: one role.
//! What must hold at every moment, and after one sweep, is checked for any sequence of faults and any place of a crash.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use std::collections::BTreeSet;

use daypass_core::lease::{
    Answer, Call, Closing, END_POLICY, Found, LeaseEntropy, LeasePlan, LeaseRequest, Opening, Readiness,
    Step, Via,
};
use iam_policy::{Arn, Document};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// What may happen to one call.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Fine,
    Refused,
    Busy,
    LostBefore,
    LostAfter,
    /// Answered by a replica that does not know the role yet.
    Lagging,
}

#[derive(Debug, Default)]
struct OneRole {
    exists: bool,
    trust: String,
    inline: BTreeSet<String>,
    attached: BTreeSet<String>,
}

impl OneRole {
    fn make(&mut self, call: &Call, opened_with: &str) -> Answer {
        if !self.exists
            && !matches!(
                call,
                Call::CreateRole { .. } | Call::Assume { .. } | Call::Identify
            )
        {
            return Answer::NotFound;
        }
        match call {
            Call::CreateRole { .. } if self.exists => return Answer::Exists,
            Call::CreateRole { trust } => (self.exists, self.trust) = (true, trust.clone()),
            Call::PutPolicy { name, .. } => {
                self.inline.insert((*name).to_owned());
            }
            Call::Attach(arn) => {
                self.attached.insert(arn.to_string());
            }
            Call::OpenTrust { trust } => self.trust.clone_from(trust),
            Call::Assume { external_id } if self.exists && self.trust.contains(external_id.as_str()) => {
                assert_eq!(external_id, opened_with);
            }
            Call::Assume { .. } => return Answer::NotYet,
            Call::Identify => {}
            Call::List => {
                let attached = self.attached.iter().map(|arn| arn.parse().unwrap()).collect();
                return Answer::Listed(Found {
                    attached,
                    inline: self.inline.iter().cloned().collect(),
                });
            }
            Call::Detach(arn) => {
                if !self.attached.remove(&arn.to_string()) {
                    return Answer::NotFound;
                }
            }
            Call::DeletePolicy(name) => {
                if !self.inline.remove(name) {
                    return Answer::NotFound;
                }
            }
            Call::DeleteRole if !self.inline.is_empty() || !self.attached.is_empty() => {
                return Answer::Conflict;
            }
            Call::DeleteRole => *self = OneRole::default(),
        }
        Answer::Done
    }

    fn suffer(&mut self, call: &Call, fate: Fate, opened_with: &str) -> Answer {
        let answer = match fate {
            Fate::Fine => self.make(call, opened_with),
            Fate::Refused => Answer::Refused,
            Fate::Busy => Answer::Busy,
            Fate::Lagging if matches!(call, Call::Assume { .. }) => Answer::NotYet,
            Fate::Lagging if matches!(call, Call::CreateRole { .. } | Call::Identify) => Answer::Busy,
            Fate::Lagging => Answer::NotFound,
            Fate::LostBefore => Answer::Unknown,
            Fate::LostAfter => {
                self.make(call, opened_with);
                Answer::Unknown
            }
        };
        let permissions = self.inline.iter().any(|name| name != END_POLICY) || !self.attached.is_empty();
        assert!(
            !permissions || self.inline.contains(END_POLICY),
            "permissions without their end, after {call:?}"
        );
        assert!(
            !self.exists || self.trust.contains("DateLessThan"),
            "a trust policy without an end"
        );
        answer
    }
}

fn plan() -> LeasePlan {
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let request = LeaseRequest {
        document: Document::parse(document).unwrap(),
        managed_policies: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".parse().unwrap()],
        boundary: None,
        tags: Vec::new(),
        lasts: SignedDuration::from_hours(1),
        via: Via::Role,
    };
    let caller: Arn = "arn:aws:iam::111122223333:user/admin".parse().unwrap();
    let entropy = LeaseEntropy {
        name: 1,
        sealed: 2,
        opened: 3,
    };
    LeasePlan::new(
        &request,
        &caller,
        &caller.account().unwrap(),
        Timestamp::UNIX_EPOCH,
        entropy,
    )
    .unwrap()
}

/// Opens and closes a lease under `fates`; the process stops after `crash_after` calls. Returns what is left, and the time.
fn live(fates: &[Fate], crash_after: usize, foreign: bool) -> (OneRole, Timestamp) {
    let plan = plan();
    let mut role = OneRole::default();
    let mut now = Timestamp::UNIX_EPOCH;
    let mut calls = 0;
    let mut opening = Opening::new(&plan, Readiness::default(), now);
    let id = plan.opened.external_id.as_str();
    loop {
        match opening.next(now) {
            Step::Done | Step::Failed(_) => break,
            Step::Wait(until) => now = until,
            Step::Call(_) if calls == crash_after => return (role, now),
            Step::Call(call) => {
                let answer = role.suffer(&call, fates.get(calls).copied().unwrap_or(Fate::Fine), id);
                calls += 1;
                opening.answer(&answer, now, 7);
            }
        }
    }
    if !opening.role_may_exist() {
        assert!(!role.exists, "a role that was made is not going to be removed");
        return (role, now);
    }
    if foreign && role.exists && role.inline.contains(END_POLICY) {
        role.inline.insert("somebody-elses".to_owned());
    }
    let mut closing = Closing::of_own(&plan.managed_policies, opening.made(), Timestamp::UNIX_EPOCH, now);
    loop {
        match closing.next(now) {
            Step::Done => {
                assert!(!role.exists, "said to be gone, and is not");
                break;
            }
            Step::Failed(_) => break,
            Step::Wait(until) => now = until,
            Step::Call(_) if calls == crash_after => break,
            Step::Call(call) => {
                let answer = role.suffer(&call, fates.get(calls).copied().unwrap_or(Fate::Fine), id);
                calls += 1;
                closing.answer(&answer, now, 7);
            }
        }
    }
    (role, now)
}

fn sweep(role: &mut OneRole, mut now: Timestamp) {
    let mut closing = Closing::of_found(Timestamp::UNIX_EPOCH, now);
    loop {
        match closing.next(now) {
            Step::Done => return,
            Step::Failed(operation) => panic!("the sweep failed at {operation}"),
            Step::Wait(until) => now = until,
            Step::Call(call) => {
                let answer = role.suffer(&call, Fate::Fine, "");
                closing.answer(&answer, now, 7);
            }
        }
    }
}

#[test]
fn without_faults_nothing_is_left() {
    let (role, _) = live(&[], usize::MAX, false);
    assert!(!role.exists);
    let (role, _) = live(&[], usize::MAX, true);
    assert!(!role.exists);
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        5 => Just(Fate::Fine),
        1 => Just(Fate::Refused),
        1 => Just(Fate::Busy),
        2 => Just(Fate::LostBefore),
        2 => Just(Fate::LostAfter),
        2 => Just(Fate::Lagging),
    ]
}

/// Three times in a row, seconds apart, a lagging replica is asked in vain; more than that is believed.
fn believable(mut fates: Vec<Fate>) -> Vec<Fate> {
    let mut lagging = 0;
    for fate in &mut fates {
        lagging = if *fate == Fate::Lagging { lagging + 1 } else { 0 };
        if lagging > 3 {
            (*fate, lagging) = (Fate::Fine, 0);
        }
    }
    fates
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_sweep_removes_what_any_faults_and_any_crash_left(
        fates in proptest::collection::vec(fate(), 0..50),
        crash_after in prop_oneof![Just(usize::MAX), 0_usize..60],
        foreign in any::<bool>(),
    ) {
        let (mut role, now) = live(&believable(fates), crash_after, foreign);
        sweep(&mut role, now);
        prop_assert!(!role.exists);
    }
}
