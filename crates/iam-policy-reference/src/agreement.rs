//! The engine's answers beside the reference's.

use iam_policy::{Decision, Engine};

use crate::generate::Question;

/// What each evaluator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// `Engine::decide`.
    pub decided: Decision,
    /// The decision of `Engine::explain`.
    pub explained: Decision,
    /// [`decide`](crate::decide).
    pub reference: Decision,
}

impl Answers {
    /// Asks all of them.
    pub fn to(question: &Question) -> Answers {
        let engine = Engine::compile(&question.policies);
        Answers {
            decided: engine.decide(&question.request),
            explained: engine.explain(&question.request).decision,
            reference: crate::decide(&question.policies, &question.request),
        }
    }

    /// Whether all say the same.
    pub fn agree(self) -> bool {
        self.decided == self.reference && self.explained == self.reference
    }
}

/// How often each decision was reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mix {
    /// Allowed.
    pub allow: u64,
    /// Denied because nothing allowed.
    pub implicit_deny: u64,
    /// Denied by a statement.
    pub explicit_deny: u64,
}

impl Mix {
    /// Counts one decision.
    pub fn count(&mut self, decision: Decision) {
        match decision {
            Decision::Allow => self.allow += 1,
            Decision::ImplicitDeny => self.implicit_deny += 1,
            Decision::ExplicitDeny => self.explicit_deny += 1,
        }
    }

    /// All questions counted.
    pub fn total(&self) -> u64 {
        self.allow + self.implicit_deny + self.explicit_deny
    }

    /// The least frequent decision, in percent of all; 0 for no questions.
    pub fn least_percent(&self) -> u64 {
        let least = self.allow.min(self.implicit_deny).min(self.explicit_deny);
        (least * 100).checked_div(self.total()).unwrap_or_default()
    }
}

impl std::ops::AddAssign for Mix {
    fn add_assign(&mut self, other: Mix) {
        self.allow += other.allow;
        self.implicit_deny += other.implicit_deny;
        self.explicit_deny += other.explicit_deny;
    }
}

impl std::fmt::Display for Mix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |count: u64| (count * 100).checked_div(self.total()).unwrap_or_default();
        write!(
            f,
            "{}% allow, {}% implicit deny, {}% explicit deny",
            percent(self.allow),
            percent(self.implicit_deny),
            percent(self.explicit_deny)
        )
    }
}
