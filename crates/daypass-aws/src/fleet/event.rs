//! What is told while accounts are worked on.

use std::fmt;
use std::sync::Arc;

use iam_policy::AccountId;

/// Something that happened in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetEvent {
    /// The deployer role is being assumed.
    Opening {
        /// Where.
        account: AccountId,
    },
    /// The account is being read.
    Observing {
        /// Where.
        account: AccountId,
        /// Pages that have come so far.
        pages: u32,
    },
    /// A change is being made.
    Changing {
        /// Where.
        account: AccountId,
        /// Changes that are made already.
        done: usize,
        /// All of them.
        of: usize,
        /// What changes: the name of a policy or role.
        name: String,
    },
    /// A call is about to be made again.
    Waiting {
        /// Where.
        account: AccountId,
        /// What AWS said.
        why: String,
    },
    /// Nothing more is done in the account.
    Finished {
        /// Where.
        account: AccountId,
    },
    /// The account could not be read or opened.
    Failed {
        /// Where.
        account: AccountId,
        /// Why.
        why: String,
    },
}

/// Somebody who is told.
#[derive(Clone)]
pub struct FleetWatch(Arc<dyn Fn(FleetEvent) + Send + Sync>);

impl FleetWatch {
    /// Tells `listener`; it must return soon.
    pub fn new(listener: impl Fn(FleetEvent) + Send + Sync + 'static) -> FleetWatch {
        FleetWatch(Arc::new(listener))
    }

    /// Tells nobody.
    pub fn nobody() -> FleetWatch {
        FleetWatch::new(|_| {})
    }

    pub(super) fn tell(&self, event: FleetEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for FleetWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FleetWatch")
    }
}
