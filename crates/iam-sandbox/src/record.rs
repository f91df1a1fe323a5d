//! The call log: who asked for what, what was decided and why, and what came of it.

use iam_policy::{Decision, Explanation};
use jiff::Timestamp;

/// One call.
#[derive(Clone, Debug)]
pub struct CallRecord {
    /// When, by the world's clock.
    pub at: Timestamp,
    /// The caller's ARN; empty if the caller was not authenticated.
    pub principal: String,
    /// `iam`, `sts`, `s3` or `ec2`.
    pub service: String,
    /// Such as `CreateRole`.
    pub operation: String,
    /// The action that was decided on last, such as `s3:ListBucket`; empty if nothing was.
    pub action: String,
    /// The resource that was decided on last; empty if nothing was.
    pub resource: String,
    /// What was decided; none where the call came to no decision or needs none.
    pub decision: Option<Decision>,
    /// Why.
    pub explanation: Option<Explanation>,
    /// The HTTP status that was answered, or would have been had the connection held.
    pub status: u16,
    /// AWS's error code, if the call failed.
    pub error_code: Option<String>,
}
