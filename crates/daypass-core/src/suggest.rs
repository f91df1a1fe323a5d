//! What to write into a policy document: the statement that would allow a call that was denied.

use iam_policy::Statement;

/// The smallest statement that allows `action` on `resource`, as AWS named them when it denied the call.
pub fn statement_allowing(action: &str, resource: &str) -> Statement {
    Statement::allow()
        .with_actions([action])
        .with_resources([resource])
}
