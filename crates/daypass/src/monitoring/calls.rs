//! The calls of one run, counted by what became of them; bounded, however many the child makes.

use super::denial::{Denial, plain};
use super::event::{Event, Kind};
use std::collections::BTreeSet;

/// Different calls that are kept apart; a run that makes more is told by their number.
const MOST: usize = 500;

/// The calls of one run, in the order in which each kind came first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    kinds: Vec<Call>,
    attempts: BTreeSet<Attempt>,
    left_out: usize,
    cut_off: bool,
}

/// Calls of one operation with one outcome.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The service, as in "S3".
    pub(crate) service: String,
    /// The operation, as in "ListObjectsV2".
    pub(crate) operation: String,
    /// What became of them.
    pub(crate) outcome: Outcome,
    /// How many there were.
    pub(crate) times: usize,
}

/// An attempt at a call. Of those that are alike one is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Attempt {
    /// Where it went, with a port where there is one.
    pub(crate) host: String,
    /// The service, as in "SQS".
    pub(crate) service: String,
    /// The operation, as in "ListQueues".
    pub(crate) operation: String,
    /// The region that it was signed for.
    pub(crate) region: Option<String>,
    /// Whether it was answered that it may not be.
    pub(crate) is_refused: bool,
}

/// What became of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// IAM let it through and the service did it.
    Allowed,
    /// IAM refused it.
    Denied(Denial),
    /// The service answered with an error that is not about permissions.
    Failed(String),
    /// No answer came; the SDK's reason.
    NoAnswer(String),
}

impl Calls {
    /// Counts a call; of an attempt at one, keeps where it went.
    pub(super) fn note(&mut self, event: Event) {
        if event.kind() == Kind::ApiCallAttempt {
            let is_refused = matches!(event.http_status_code, Some(401 | 403));
            if let Some(host) = event.fqdn.filter(|_| self.attempts.len() < MOST) {
                self.attempts.insert(Attempt {
                    host,
                    service: event.service,
                    operation: event.api,
                    region: event.region,
                    is_refused,
                });
            }
            return;
        }
        let outcome = Outcome::of(&event);
        let same = |call: &&mut Call| {
            call.service == event.service && call.operation == event.api && call.outcome == outcome
        };
        if let Some(call) = self.kinds.iter_mut().find(same) {
            call.times += 1;
        } else if self.kinds.len() < MOST {
            self.kinds.push(Call {
                service: event.service,
                operation: event.api,
                outcome,
                times: 1,
            });
        } else {
            self.left_out += 1;
        }
    }

    /// The attempts that did not go to `host`, which has its port where it has one.
    pub(crate) fn past<'c>(&'c self, host: &'c str) -> impl Iterator<Item = &'c Attempt> {
        self.attempts.iter().filter(move |attempt| attempt.host != host)
    }

    /// Where the attempts at calls like this one went, those that were refused left out.
    pub(crate) fn attempts_at<'c>(&'c self, call: &'c Call) -> impl Iterator<Item = &'c Attempt> {
        self.attempts.iter().filter(|attempt| {
            !attempt.is_refused && attempt.service == call.service && attempt.operation == call.operation
        })
    }

    /// Takes down that more was sent than was read.
    pub(super) fn cut_off(&mut self) {
        self.cut_off = true;
    }

    /// Whether more was sent after the child's end than was read.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// The calls kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.kinds.iter()
    }

    /// Whether the child told of no call at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// How many calls came after the table was full.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    /// The different denials: those of one action for one reason are one, however many resources they were about.
    pub(crate) fn denials(&self) -> impl Iterator<Item = (&Call, Denial)> {
        let mut groups: Vec<(&Call, Denial)> = Vec::new();
        for call in &self.kinds {
            let Outcome::Denied(denial) = &call.outcome else {
                continue;
            };
            // Where AWS did not name the action, it is the operation that tells denials apart.
            let same = |(first, group): &&mut (&Call, Denial)| {
                let one_operation = (&first.service, &first.operation) == (&call.service, &call.operation);
                group.same_but_for_resource(denial) && (denial.action.is_some() || one_operation)
            };
            match groups.iter_mut().find(same) {
                Some((_, group)) => group.resources.extend(denial.resources.iter().cloned()),
                None => groups.push((call, denial.clone())),
            }
        }
        groups.into_iter()
    }
}

impl Outcome {
    fn of(event: &Event) -> Self {
        let code = match (&event.final_aws_exception, &event.final_sdk_exception) {
            (Some(code), _) => code,
            (None, Some(reason)) => return Outcome::NoAnswer(plain(reason)),
            (None, None) => return Outcome::Allowed,
        };
        // EC2's way of saying "you may": "the request would have succeeded, but the DryRun flag is set".
        if code == "DryRunOperation" {
            return Outcome::Allowed;
        }
        let message = event.final_aws_exception_message.as_deref().unwrap_or_default();
        match Denial::of(code, event.final_http_status_code, message) {
            Some(denial) => Outcome::Denied(denial),
            None => Outcome::Failed(plain(code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(api: &str, code: Option<&str>, message: &str) -> Event {
        let mut event = Event::parse(br#"{"Type":"ApiCall","Service":"x","Api":"x"}"#).unwrap();
        (event.service, event.api) = ("S3".to_owned(), api.to_owned());
        event.final_aws_exception = code.map(str::to_owned);
        event.final_aws_exception_message = Some(message.to_owned());
        event
    }

    #[test]
    fn counts_by_outcome() {
        let mut calls = Calls::default();
        for code in [
            None,
            Some("NoSuchKey"),
            None,
            Some("AccessDenied"),
            Some("DryRunOperation"),
        ] {
            calls.note(event("GetObject", code, ""));
        }
        let seen: Vec<_> = calls
            .iter()
            .map(|call| (call.times, matches!(call.outcome, Outcome::Allowed)))
            .collect();
        assert_eq!(seen, [(3, true), (1, false), (1, false)]);
        assert_eq!(calls.denials().count(), 1);
    }

    #[test]
    fn denials_of_one_action_for_one_reason_are_one() {
        let mut calls = Calls::default();
        let because = "because no identity-based policy allows the s3:GetObject action";
        for (key, why) in [
            ("a", because),
            ("b", because),
            ("c", "with an explicit deny in a session policy"),
        ] {
            let message = format!(
                "User: arn:aws:iam::1:user/x is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::r/{key}\" {why}"
            );
            calls.note(event("GetObject", Some("AccessDenied"), &message));
        }
        let seen: Vec<_> = calls.denials().map(|(_, denial)| denial.resources).collect();
        assert_eq!(
            seen,
            [
                vec!["arn:aws:s3:::r/a", "arn:aws:s3:::r/b"],
                vec!["arn:aws:s3:::r/c"]
            ]
        );
        assert_eq!(calls.iter().count(), 3, "the table tells them apart");
    }

    #[test]
    fn an_attempt_tells_where_a_call_went() {
        let mut calls = Calls::default();
        for (service, host) in [("S3", "127.0.0.1:4566"), ("SQS", "queue.amazonaws.com")] {
            let attempt =
                format!(r#"{{"Type":"ApiCallAttempt","Service":"{service}","Api":"List","Fqdn":"{host}"}}"#);
            calls.note(Event::parse(attempt.as_bytes()).unwrap());
        }
        assert!(calls.is_empty(), "attempts are no calls");
        let past: Vec<_> = calls
            .past("127.0.0.1:4566")
            .map(|call| call.service.as_str())
            .collect();
        assert_eq!(past, ["SQS"]);
    }

    #[test]
    fn a_child_that_makes_endless_different_calls_is_bounded() {
        let mut calls = Calls::default();
        for number in 0..MOST + 7 {
            calls.note(event(&format!("Operation{number}"), None, ""));
        }
        assert_eq!((calls.iter().count(), calls.left_out()), (MOST, 7));
    }
}
