//! What a lease tells while it works, and how it ends badly.

use std::fmt;

use daypass_core::lease::{GaveUp, RequestError};
use iam_policy::AccountId;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::error::AwsError;

/// What is being done, or waited for, at this moment. `Display` is one line for a spinner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Asking AWS who we are.
    Identifying,
    /// A call is under way.
    Calling {
        /// The API operation.
        operation: &'static str,
    },
    /// A call is about to be made again.
    Again {
        /// The API operation.
        operation: &'static str,
        /// Why.
        why: String,
    },
    /// Everything is made; now it is proven that all of IAM knows it.
    Proving {
        /// Since the proof began.
        waited: SignedDuration,
        /// Rounds that succeeded in a row.
        rounds: u32,
        /// Rounds wanted.
        wanted: u32,
    },
    /// The credentials are in hand.
    Ready,
    /// A role is being removed.
    Removing {
        /// Its name.
        role_name: String,
    },
    /// It is gone.
    Removed {
        /// Its name.
        role_name: String,
    },
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Progress::Identifying => f.write_str("asking AWS who we are"),
            Progress::Calling { operation } => f.write_str(match *operation {
                "CreateRole" => "creating the temporary role",
                "PutRolePolicy" => "writing its policy",
                "AttachRolePolicy" => "attaching a managed policy",
                "UpdateAssumeRolePolicy" => "opening its trust policy",
                "AssumeRole" => "assuming the role",
                other => return write!(f, "calling {other}"),
            }),
            Progress::Again { operation, why } => write!(f, "{operation} once more: {why}"),
            Progress::Proving {
                waited,
                rounds,
                wanted,
            } => {
                let seconds = waited.as_secs();
                write!(
                    f,
                    "waiting until all of IAM knows the role ({seconds} s, {rounds} of {wanted} proofs)"
                )
            }
            Progress::Ready => f.write_str("ready"),
            Progress::Removing { role_name } => write!(f, "removing {role_name}"),
            Progress::Removed { role_name } => write!(f, "removed {role_name}"),
        }
    }
}

/// A role that could not be removed, or not be proven to be gone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("role {role_name} in account {account} may be left behind: {why}")]
pub struct Leftover {
    /// The role's name.
    pub role_name: String,
    /// Its account.
    pub account: AccountId,
    /// When IAM ends it all the same, if it is known.
    pub deadline: Option<Timestamp>,
    /// What stood in the way.
    pub why: String,
}

/// A lease that could not be opened, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{failure}")]
pub struct OpenError {
    /// Why.
    pub failure: OpenFailure,
    /// What could not be removed again; usually nothing.
    pub leftover: Option<Leftover>,
}

/// Why a lease could not be opened or changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenFailure {
    /// The request itself is wrong; no call was made for it.
    #[error(transparent)]
    Request(RequestError),
    /// AWS or the way to it.
    #[error(transparent)]
    Aws(AwsError),
    /// It did not come to an end in time.
    #[error("{gave_up}")]
    GaveUp {
        /// What was given up.
        gave_up: GaveUp,
        /// What AWS said last.
        last: Option<AwsError>,
    },
    /// daypass itself failed, with this message.
    #[error("daypass itself failed; this is a bug: {0}")]
    Panicked(String),
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
}

impl From<OpenFailure> for OpenError {
    fn from(failure: OpenFailure) -> Self {
        OpenError {
            failure,
            leftover: None,
        }
    }
}
