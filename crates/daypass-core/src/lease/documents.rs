//! The documents of a temporary role that are not the user's: its trust policy and its end.

use iam_policy::{Arn, Document, Statement};
use jiff::Timestamp;

use super::name::random_text;
use crate::expiry::{deny_statement_from, instant};

/// The inline policy that denies everything from the deadline on.
pub const END_POLICY: &str = "daypass-end";
/// The inline policy that holds the user's document.
pub const PERMISSIONS_POLICY: &str = "daypass-permissions";

/// A trust policy that lets in exactly one principal, until the deadline, and only with the external id.
///
/// `sts:TagSession` and `sts:SetSourceIdentity` come along because AWS refuses an AssumeRole that carries the caller's
/// transitive session tags or source identity unless the trust policy allows them (IAM User Guide, "Pass session tags in
/// AWS STS" and "Monitor and control actions taken with assumed roles").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTrust {
    /// The policy document, minified.
    pub document: String,
    /// What AssumeRole has to bring.
    pub external_id: String,
}

impl SealedTrust {
    /// A trust policy for `caller` until `deadline`, with an external id made from `entropy`.
    pub fn new(caller: &Arn, deadline: Timestamp, entropy: u128) -> Self {
        let external_id = random_text(entropy);
        let dated = |sid| {
            Statement::allow()
                .with_sid(sid)
                .with_principal("AWS", [caller.to_string()])
                .with_condition("DateLessThan", "aws:CurrentTime", [instant(deadline)])
        };
        let assume = dated("DaypassCallerOnly")
            .with_actions(["sts:AssumeRole"])
            .with_condition("StringEquals", "sts:ExternalId", [external_id.clone()]);
        // Worth nothing without the first one; and nothing says that AWS shows these two the external id.
        let inherit =
            dated("DaypassCallersSession").with_actions(["sts:TagSession", "sts:SetSourceIdentity"]);
        SealedTrust {
            document: Document::new(vec![assume, inherit]).to_minified(),
            external_id,
        }
    }
}

/// `document` as a session policy that ends at `deadline`, whatever the session's own length.
pub(super) fn session_document(document: &Document, deadline: Timestamp) -> Document {
    let mut ended = document.clone();
    ended.statements.push(deny_statement_from(deadline));
    ended
}
