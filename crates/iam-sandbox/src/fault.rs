//! Faults on demand: which call is to fail, and how.

use std::time::Duration;

/// A fault for calls to come. Each call that matches uses up first `skip`, then `times`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The operation it waits for, such as `CreateRole`; none means any operation.
    pub operation: Option<String>,
    /// How many matching calls pass unharmed first.
    pub skip: usize,
    /// How many matching calls fail after that.
    pub times: usize,
    /// What happens to them.
    pub kind: FaultKind,
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Refused with the service's own throttling error; nothing is done.
    Throttle,
    /// This error instead of the effect.
    Error {
        /// The HTTP status.
        status: u16,
        /// AWS's error code, such as `ServiceFailure`.
        code: String,
    },
    /// The effect, and then this error instead of the answer.
    ErrorAfter {
        /// The HTTP status.
        status: u16,
        /// AWS's error code.
        code: String,
    },
    /// The connection breaks; nothing is done.
    ResetBefore,
    /// The connection breaks once the effect is done.
    ResetAfter,
    /// No answer ever; nothing is done.
    HangBefore,
    /// No answer ever, though the effect is done.
    HangAfter,
    /// The right answer, late.
    Delay(Duration),
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// How many calls are still to be struck.
    pub(crate) fn left(&self) -> usize {
        self.waiting
            .iter()
            .fold(0, |sum, fault| sum.saturating_add(fault.times))
    }

    /// What happens to this call: the first fault that matches and has nothing left to skip.
    pub(crate) fn strike(&mut self, operation: &str) -> Option<FaultKind> {
        self.waiting.retain(|f| f.times > 0);
        for fault in &mut self.waiting {
            if fault
                .operation
                .as_deref()
                .is_some_and(|wanted| wanted != operation)
            {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else {
                fault.times -= 1;
                return Some(fault.kind.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_then_strikes_then_is_spent() {
        let mut faults = Faults::default();
        faults.inject(Fault {
            operation: Some("CreateRole".into()),
            skip: 1,
            times: 2,
            kind: FaultKind::ResetBefore,
        });
        assert_eq!(faults.strike("CreateRole"), None);
        assert_eq!(faults.strike("GetRole"), None);
        assert_eq!(faults.strike("CreateRole"), Some(FaultKind::ResetBefore));
        assert_eq!(faults.strike("CreateRole"), Some(FaultKind::ResetBefore));
        assert_eq!(faults.strike("CreateRole"), None);
    }

    #[test]
    fn a_fault_without_an_operation_takes_any_call() {
        let mut faults = Faults::default();
        faults.inject(Fault {
            operation: None,
            skip: 2,
            times: 1,
            kind: FaultKind::Throttle,
        });
        assert_eq!(faults.strike("A"), None);
        assert_eq!(faults.strike("B"), None);
        assert_eq!(faults.strike("C"), Some(FaultKind::Throttle));
    }
}
