//! What a document is for, by what it says.

use iam_lint::DocumentUse;
use iam_policy::Document;

/// A document that names principals and ways to assume a role, and no resources, is a trust policy; another with principals
/// is a policy on a resource; one without is a policy of an identity. Boundaries, session policies and control policies
/// look like one of these, and must be told.
pub fn guess(document: &Document) -> DocumentUse {
    let statements = &document.statements;
    let assumes = |action: &str| {
        ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
            .iter()
            .any(|way| {
                action
                    .get(..way.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(way))
            })
    };
    let about_a_role = statements.iter().all(|statement| {
        statement.resource.is_none()
            && !statement.action.actions.is_empty()
            && statement.action.actions.texts().all(assumes)
    });
    let names_principals = statements.iter().any(|statement| statement.principal.is_some());
    if about_a_role && !statements.is_empty() {
        DocumentUse::Trust
    } else if names_principals {
        DocumentUse::ResourcePolicy
    } else {
        DocumentUse::Identity
    }
}
