//! What is to be done in accounts: what the files ask for, tidying, or ending somebody's access.

use daypass_core::plan::{
    AccountAsked, AccountPlan, Needs, ObservedAccount, Options, Revocation, plan_account, plan_cleanup,
    plan_revocation,
};
use daypass_core::team::Grantee;
use jiff::Timestamp;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub what: What,
    /// For this principal alone.
    pub only: Option<Grantee>,
}

/// Which plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// What the files ask for.
    Apply(Options),
    /// Removes what has ended, with `every_team` also of teams whose files are not here.
    Cleanup {
        /// Of all teams.
        every_team: bool,
    },
    /// Ends access now.
    Revoke {
        /// Whose, and of what.
        revocation: Revocation,
        /// By teams too whose files are not here.
        every_team: bool,
    },
}

impl Work {
    /// This for everybody.
    pub fn of(what: What) -> Work {
        Work { what, only: None }
    }

    /// The plan for an account.
    pub(super) fn plan(
        &self,
        asked: &AccountAsked,
        observed: &ObservedAccount,
        now: Timestamp,
    ) -> Result<AccountPlan, Needs> {
        let plan = match &self.what {
            What::Apply(options) => plan_account(asked, observed, now, *options)?,
            What::Cleanup { every_team } => plan_cleanup(asked, observed, now, *every_team),
            What::Revoke {
                revocation,
                every_team,
            } => plan_revocation(asked, observed, revocation, now, *every_team),
        };
        Ok(match &self.only {
            Some(grantee) => plan.only(grantee, observed),
            None => plan,
        })
    }
}
