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

/// The document of [`END_POLICY`]: from the deadline on nothing is allowed; and until then the role's own sessions cannot
/// touch the role, so that no permission of theirs, not even `*`, lifts that end or widens the role.
pub(super) fn end_document(role_arn: &str, deadline: Timestamp) -> Document {
    let itself = Statement::deny()
        .with_sid("DaypassItself")
        .with_actions(CHANGES_OF_A_ROLE)
        .with_resources([role_arn]);
    Document::new(vec![deny_statement_from(deadline), itself])
}

/// What changes a role or what it may do (Service Authorization Reference, "AWS Identity and Access Management").
const CHANGES_OF_A_ROLE: [&str; 8] = [
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRole*",
    "iam:DeleteRole*",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole*",
    "iam:TagRole",
    "iam:UntagRole",
];

/// `document` as a session policy that ends at `deadline`, whatever the session's own length.
pub(super) fn session_document(document: &Document, deadline: Timestamp) -> Document {
    let mut ended = document.clone();
    ended.statements.push(deny_statement_from(deadline));
    ended
}
