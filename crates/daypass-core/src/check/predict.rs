//! What the policies say, offline, as far as they could be read.

use iam_policy::{
    Context, Decision, Element, Engine, Explanation, PolicyKind, PolicySet, Principal, Request,
};
use jiff::Timestamp;

use super::expectation::Expectation;

/// The policies of a principal, as far as they could be read.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Identity policies and the permissions boundary.
    pub set: PolicySet,
    /// What of them could not be read, and why: one of them may decide otherwise.
    pub unread: Vec<String>,
}

/// What the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicted {
    /// Allowed, by this statement.
    Allowed(String),
    /// Denied, and why.
    Denied(String),
    /// It cannot be told, and why.
    Unknown(String),
}

impl Predicted {
    /// Whether it is allowed, where that is known.
    pub fn is_allowed(&self) -> Option<bool> {
        match self {
            Predicted::Allowed(_) => Some(true),
            Predicted::Denied(_) => Some(false),
            Predicted::Unknown(_) => None,
        }
    }

    /// The reason.
    pub fn why(&self) -> &str {
        match self {
            Predicted::Allowed(why) | Predicted::Denied(why) | Predicted::Unknown(why) => why,
        }
    }
}

/// The policies of one principal, ready to be asked.
#[derive(Debug)]
pub struct Predictor {
    engine: Engine,
    principal: Principal,
    unread: Vec<String>,
    now: Timestamp,
}

impl Predictor {
    /// For `principal` under `policies`, at `now`.
    pub fn new(policies: &Policies, principal: Principal, now: Timestamp) -> Predictor {
        Predictor {
            engine: Engine::compile(&policies.set),
            principal,
            unread: policies.unread.clone(),
            now,
        }
    }

    /// What the policies say of an expectation. What is not read can only take away from an allow and add to a deny, so
    /// then nothing is said, but for an explicit deny.
    pub fn predict(&self, expectation: &Expectation) -> Predicted {
        if iam_catalog::action(&expectation.action).is_none() {
            // A misspelt one would be denied for ever, and look right where that is expected.
            return Predicted::Unknown("no action of this name is known: misspelt, or new?".to_owned());
        }
        let mut context = Context::new();
        context.fill_in(&self.principal, self.now);
        let resource = expectation.resource.as_deref().unwrap_or("*");
        let mut request = Request::new(self.principal.clone(), expectation.action.clone(), resource);
        request.context = context;
        let explanation = self.engine.explain(&request);
        let why = reason(&explanation);
        let theirs = [PolicyKind::Trust, PolicyKind::Resource];
        if let Some(kind) = theirs
            .into_iter()
            .find(|kind| explanation.blocked_by.contains(kind))
        {
            return Predicted::Unknown(format!(
                "the {kind} of what it is done to decides, and is not read"
            ));
        }
        match (explanation.decision, self.unread.first()) {
            (Decision::ExplicitDeny, _) | (Decision::ImplicitDeny, None) => Predicted::Denied(why),
            (_, Some(unread)) => Predicted::Unknown(format!("not all policies could be read: {unread}")),
            (Decision::Allow, None) => Predicted::Allowed(why),
        }
    }

    /// Whether the policies allow an action on every resource.
    pub fn allows_everywhere(&self, action: &str) -> bool {
        let mut request = Request::new(self.principal.clone(), action, "*");
        request.context.fill_in(&self.principal, self.now);
        self.engine.decide(&request) == Decision::Allow
    }
}

fn reason(explanation: &Explanation) -> String {
    if let Some(statement) = explanation.deciding.first() {
        return statement.to_string();
    }
    // A statement about other actions is no near miss of this one.
    let nearest = explanation
        .near_misses
        .iter()
        .find(|miss| miss.element != Element::Action);
    match nearest {
        Some(miss) => format!("{}: {miss}", miss.statement),
        None => "no policy allows it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Checked, Expected, Tried, Untried, Verdict};
    use iam_policy::{Document, Source};

    fn predictor(boundary: Option<&str>, unread: &[&str]) -> Predictor {
        let document = |text: &str| Document::parse(text).unwrap();
        let own = document(
            r#"{"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::reports*"},
                {"Effect": "Allow", "Action": ["ec2:*", "sts:AssumeRole"], "Resource": "*"},
                {"Sid": "Never", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]}"#,
        );
        let policies = Policies {
            set: PolicySet {
                identity: vec![Source::new("inline policy own", own)],
                boundary: boundary.map(|text| vec![Source::new("boundary", document(text))]),
                ..PolicySet::default()
            },
            unread: unread.iter().map(|&text| text.to_owned()).collect(),
        };
        let principal = "arn:aws:sts::111122223333:assumed-role/Dev/ann".parse().unwrap();
        Predictor::new(&policies, principal, "2026-11-22T12:00:00Z".parse().unwrap())
    }

    fn expectation(text: &str) -> Expectation {
        Expectation::parse(text, Expected::Allowed).unwrap()
    }

    #[test]
    fn the_policies_are_asked() {
        let told = |predictor: &Predictor| {
            [
                "s3:GetObject on arn:aws:s3:::reports/q1.csv",
                "s3:GetObject on arn:aws:s3:::logs/x",
                "s3:DeleteObject on arn:aws:s3:::reports/q1.csv",
                "ec2:DescribeInstances",
                "iam:ListUsers",
                "sts:AssumeRole on arn:aws:iam::111122223333:role/x",
            ]
            .map(|text| format!("{text}: {:?}", predictor.predict(&expectation(text))))
            .join("\n")
        };
        let bounded = r#"{"Version": "2012-10-17", "Statement":
            {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}}"#;
        let all = [
            told(&predictor(None, &[])),
            told(&predictor(Some(bounded), &[])),
            told(&predictor(None, &["iam:GetRolePolicy is denied"])),
        ];
        insta::assert_snapshot!(all.join("\n---\n"));
    }

    #[test]
    fn of_an_action_that_is_not_known_nothing_is_said() {
        let unknown = expectation("s3:Xyzzy on arn:aws:s3:::reports/q1.csv");
        assert_eq!(predictor(None, &[]).predict(&unknown).is_allowed(), None);
    }

    #[test]
    fn a_call_counts_more_than_a_prediction() {
        let checked = |tried: Tried, predicted: Predicted| Checked {
            expectation: expectation("iam:ListUsers"),
            tried,
            predicted,
        };
        let denied = || Predicted::Denied(String::new());
        let allowed = || Predicted::Allowed(String::new());
        let verdict = |tried, predicted| {
            let checked = checked(tried, predicted);
            (checked.verdict(), checked.surprises())
        };
        assert_eq!(verdict(Tried::Allowed, denied()), (Verdict::Holds, true));
        assert_eq!(
            verdict(Tried::Denied(String::new()), allowed()),
            (Verdict::Differs, true)
        );
        assert_eq!(
            verdict(Tried::Not(Untried::Changes), allowed()),
            (Verdict::Holds, false)
        );
        assert_eq!(
            verdict(Tried::Unclear("x".to_owned()), denied()),
            (Verdict::Differs, false)
        );
        let unknown = Predicted::Unknown(String::new());
        assert_eq!(
            verdict(Tried::Not(Untried::NoCall), unknown),
            (Verdict::Open, false)
        );
    }
}
