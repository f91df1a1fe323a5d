//! The lease: a temporary role and its credentials, until its deadline.
//!
//! Pure: an [`Opening`] or [`Closing`] says which [`Call`] comes next and is told how it ended; who makes the calls, how
//! long they take and what time it is are somebody else's business. So every order of failures can be tried in a test.
//!
//! What makes a lease safe, in the order of its calls:
//! 1. `CreateRole` with a trust policy for exactly the caller, dated, and *sealed*: it asks for an external id that is
//!    thrown away. The role exists, is tagged with its deadline, and nobody can assume it.
//! 2. The inline policy that denies everything from the deadline on, and every change of the role to its own sessions.
//! 3. The permissions: the user's document, the managed policies.
//! 4. The trust policy again, now with an external id of this run's own. Since it is written last, an
//!    AssumeRole that succeeds with it has seen a role to which everything before has been done: readiness is proven,
//!    not guessed.
//!
//! A crash between any two of these leaves a role that cannot be used, or that ends by itself at its deadline. Removal
//! goes the other way round: permissions first, the Deny after them, the role last.

mod closing;
mod documents;
mod name;
mod opening;
mod readiness;
mod request;

pub use closing::{Closing, Found};
pub use documents::{END_POLICY, PERMISSIONS_POLICY, SealedTrust};
pub use name::{
    LeaseName, PATH, TAG_CREATED, TAG_EXPIRES, TAG_OWNER, TAG_VERSION, session_name, session_name_of,
};
pub use opening::{GaveUp, Opening};
pub use readiness::{Proofs, Readiness};
pub use request::{
    LONGEST, LeaseEntropy, LeasePlan, LeaseRequest, RequestError, SHORTEST, SessionPlan, Via, check_for_role,
    check_for_session,
};

use iam_policy::Arn;
use jiff::Timestamp;

/// One call to AWS that a lease needs, with everything it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `iam:CreateRole`.
    CreateRole {
        /// The trust policy, still sealed.
        trust: String,
    },
    /// `iam:PutRolePolicy`.
    PutPolicy {
        /// [`END_POLICY`] or [`PERMISSIONS_POLICY`].
        name: &'static str,
        /// The document, minified.
        document: String,
    },
    /// `iam:AttachRolePolicy`.
    Attach(Arn),
    /// `iam:UpdateAssumeRolePolicy`: lets the caller in who knows the external id.
    OpenTrust {
        /// The trust policy.
        trust: String,
    },
    /// `sts:AssumeRole` with the external id of the newest trust policy.
    Assume {
        /// The external id that the trust policy asks for.
        external_id: String,
    },
    /// `sts:GetCallerIdentity` with the credentials that the last [`Call::Assume`] brought.
    Identify,
    /// `iam:ListAttachedRolePolicies` and `iam:ListRolePolicies`: what somebody else may have put on the role.
    List,
    /// `iam:DetachRolePolicy`.
    Detach(Arn),
    /// `iam:DeleteRolePolicy`.
    DeletePolicy(String),
    /// `iam:DeleteRole`.
    DeleteRole,
}

impl Call {
    /// The API operation's name, as AWS writes it.
    pub fn operation(&self) -> &'static str {
        match self {
            Call::CreateRole { .. } => "CreateRole",
            Call::PutPolicy { .. } => "PutRolePolicy",
            Call::Attach(_) => "AttachRolePolicy",
            Call::OpenTrust { .. } => "UpdateAssumeRolePolicy",
            Call::Assume { .. } => "AssumeRole",
            Call::Identify => "GetCallerIdentity",
            Call::List => "ListAttachedRolePolicies",
            Call::Detach(_) => "DetachRolePolicy",
            Call::DeletePolicy(_) => "DeleteRolePolicy",
            Call::DeleteRole => "DeleteRole",
        }
    }
}

/// How a call ended, as far as the next step depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done,
    /// [`Call::List`] answered.
    Listed(Found),
    /// AWS said no and did nothing; asking again will not change it.
    Refused,
    /// AWS did nothing because it was asked too often, or is changing the same thing at this moment.
    Busy,
    /// AWS does not know the role (or the policy on it), or not yet.
    NotFound,
    /// The name is taken.
    Exists,
    /// The role still has policies.
    Conflict,
    /// What has been made is not seen everywhere yet: the trust policy, the caller in it, or the new credentials.
    NotYet,
    /// No answer, or an internal error of AWS's: it may have been done or not.
    Unknown,
}

/// What of a lease is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// The role: certainly, because AWS said so.
    pub role: bool,
    /// The user's document on it: it was sent, and AWS has not said no.
    pub permissions: bool,
    /// The policy that ends it: it was sent, and AWS has not said no.
    pub end: bool,
}

impl Made {
    /// Everything, as of a lease that was opened.
    pub const ALL: Made = Made {
        role: true,
        permissions: true,
        end: true,
    };
}

/// What a lease wants next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<E> {
    /// Make this call, then tell the answer.
    Call(Call),
    /// Ask again at this instant.
    Wait(Timestamp),
    /// All done.
    Done,
    /// It cannot be done; the reason.
    Failed(E),
}
