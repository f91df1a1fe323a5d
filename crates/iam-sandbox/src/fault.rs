//! Faults on demand: which call is to fail, and how.

use std::time::Duration;

use crate::random::Random;

/// A fault for calls to come. Each call that matches uses up first `skip`, then `times`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The operation it waits for, such as `CreateRole` or `iam:CreateRole`; none means any operation.
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
    waiting: Vec<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    /// How likely each matching call is to be struck; none means certain.
    chance: Option<f64>,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault, chance: Option<f64>) {
        self.waiting.push(Waiting { fault, chance });
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Those that wait, each with its chance.
    pub(crate) fn all(&self) -> Vec<(Fault, Option<f64>)> {
        let waiting = self.waiting.iter().filter(|waiting| waiting.fault.times > 0);
        waiting
            .map(|waiting| (waiting.fault.clone(), waiting.chance))
            .collect()
    }

    /// How many calls are still to be struck.
    pub(crate) fn left(&self) -> usize {
        self.waiting
            .iter()
            .fold(0, |sum, waiting| sum.saturating_add(waiting.fault.times))
    }

    /// What happens to this call: the first fault that matches, has nothing left to skip, and has luck.
    pub(crate) fn strike(
        &mut self,
        service: &str,
        operation: &str,
        random: &mut Random,
    ) -> Option<FaultKind> {
        self.waiting.retain(|waiting| waiting.fault.times > 0);
        for Waiting { fault, chance } in &mut self.waiting {
            let is_meant = fault
                .operation
                .as_deref()
                .is_none_or(|wanted| match wanted.split_once(':') {
                    None => wanted == operation,
                    Some((of, name)) => of == service && name == operation,
                });
            if !is_meant {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
            } else if chance.is_none_or(|chance| random.fraction() < chance) {
                // A fault without an end stays one.
                if fault.times != usize::MAX {
                    fault.times -= 1;
                }
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
        faults.inject(
            Fault {
                operation: Some("CreateRole".into()),
                skip: 1,
                times: 2,
                kind: FaultKind::ResetBefore,
            },
            None,
        );
        assert_eq!(faults.strike("iam", "CreateRole", &mut Random::new(0)), None);
        assert_eq!(faults.strike("iam", "GetRole", &mut Random::new(0)), None);
        assert_eq!(
            faults.strike("iam", "CreateRole", &mut Random::new(0)),
            Some(FaultKind::ResetBefore)
        );
        assert_eq!(
            faults.strike("iam", "CreateRole", &mut Random::new(0)),
            Some(FaultKind::ResetBefore)
        );
        assert_eq!(faults.strike("iam", "CreateRole", &mut Random::new(0)), None);
    }

    #[test]
    fn a_fault_without_an_operation_takes_any_call() {
        let mut faults = Faults::default();
        faults.inject(
            Fault {
                operation: None,
                skip: 2,
                times: 1,
                kind: FaultKind::Throttle,
            },
            None,
        );
        assert_eq!(faults.strike("iam", "A", &mut Random::new(0)), None);
        assert_eq!(faults.strike("iam", "B", &mut Random::new(0)), None);
        assert_eq!(
            faults.strike("iam", "C", &mut Random::new(0)),
            Some(FaultKind::Throttle)
        );
    }

    #[test]
    fn chance_strikes_about_as_often_as_it_says_and_the_same_with_the_same_seed() {
        let struck = |seed| {
            let mut random = Random::new(seed);
            let mut faults = Faults::default();
            let fault = Fault {
                operation: Some("sts:AssumeRole".into()),
                skip: 0,
                times: usize::MAX,
                kind: FaultKind::Throttle,
            };
            faults.inject(fault, Some(0.25));
            assert_eq!(faults.strike("iam", "AssumeRole", &mut random), None);
            (0..4000)
                .map(|_| faults.strike("sts", "AssumeRole", &mut random).is_some())
                .collect::<Vec<_>>()
        };
        let count = struck(1).into_iter().filter(|is| *is).count();
        assert!((900..1100).contains(&count), "{count}");
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
    }
}
