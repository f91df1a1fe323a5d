//! Validation as data: what must be allowed and what must be denied, tried through harmless calls, beside a prediction.
//!
//! Pure: [`CheckFile`] is read from text, [`trial`] says which call, if any, shows whether an action is allowed without
//! changing anything, [`judge`] what its answer means, and [`Predictor`] what the policies say. [`Checked`] holds them
//! against what was expected.

mod calls;
mod expectation;
mod file;
mod predict;
mod trial;

pub use expectation::{Expectation, ExpectationError, Expected};
pub use file::{CheckFile, schema};
pub use predict::{Policies, Predicted, Predictor};
pub use trial::{HarmlessCall, Tried, Untried, judge, trial};

/// An expectation, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What must be.
    pub expectation: Expectation,
    /// What a call showed.
    pub tried: Tried,
    /// What the policies say.
    pub predicted: Predicted,
}

/// Whether it is as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Holds,
    /// It is not.
    Differs,
    /// Neither a call nor the policies could tell.
    Open,
}

impl Checked {
    /// What is: what a call showed; where none could, what the policies say.
    pub fn is_allowed(&self) -> Option<bool> {
        match self.tried {
            Tried::Allowed => Some(true),
            Tried::Denied(_) => Some(false),
            Tried::Not(_) | Tried::Unclear(_) => self.predicted.is_allowed(),
        }
    }

    /// Whether it is as it must be.
    pub fn verdict(&self) -> Verdict {
        match self.is_allowed() {
            None => Verdict::Open,
            Some(allowed) if allowed == (self.expectation.expected == Expected::Allowed) => Verdict::Holds,
            Some(_) => Verdict::Differs,
        }
    }

    /// Whether a call showed something else than the policies say: then something beside them decides, such as an
    /// organization's or a resource's policy.
    pub fn surprises(&self) -> bool {
        let shown = match self.tried {
            Tried::Allowed => Some(true),
            Tried::Denied(_) => Some(false),
            _ => None,
        };
        matches!((shown, self.predicted.is_allowed()), (Some(shown), Some(said)) if shown != said)
    }
}
