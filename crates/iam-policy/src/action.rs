//! Action patterns: no variables, and upper and lower case are the same.
//! IAM User Guide, "IAM JSON policy elements: Action" and "IAM JSON policy elements: NotAction".

use crate::document::ActionClause;
use crate::pattern::{Case, glob};

/// Whether a pattern such as `s3:Get*` fits an action such as `s3:GetObject`.
pub(crate) fn fits(pattern: &str, action: &str) -> bool {
    glob::fits(pattern, action, Case::Same)
}

/// Whether the element, negated or not, is about an action.
pub(crate) fn fits_clause(clause: &ActionClause, action: &str) -> bool {
    clause.actions.texts().any(|pattern| fits(pattern, action)) != clause.negated
}
