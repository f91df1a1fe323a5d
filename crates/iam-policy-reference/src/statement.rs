//! Whether a statement applies to a request: every element must match.
//! IAM User Guide, "IAM JSON policy element reference", "Grammar of the IAM JSON policy language".

use iam_policy::{Effect, Request, Statement, Version};

use crate::condition;
use crate::glob;
use crate::principal::{Named, named_by, spared_by};
use crate::variable::substitute;

/// Where a document stands, which says what elements its statements must and must not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Identity-based, boundary, session and service control policies: no principal, a resource.
    Identity,
    /// The resource's policy: a principal; the resource may be left out, it is the one the policy is on.
    Resource,
    /// A trust policy: a principal; it is about the role that it is on.
    Trust,
    /// Resource control and VPC endpoint policies, which are on no resource: a principal, a resource.
    Filter,
}

/// A question as statements see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'q> {
    pub(crate) request: &'q Request,
    pub(crate) has_boundary: bool,
}

/// In which ways the statement applies to who asks; empty when it does not apply.
pub(crate) fn applies(statement: &Statement, version: Version, place: Place, asked: Asked<'_>) -> Vec<Named> {
    if statement.effect == Effect::Allow && is_misplaced(statement, place) {
        return Vec::new();
    }
    let request = asked.request;
    let others_match = action_matches(statement, &request.action)
        && resource_matches(statement, version, request)
        && condition::all_hold(&statement.conditions, statement.effect, version, &request.context);
    if others_match {
        ways_of_naming(statement, place, asked)
    } else {
        Vec::new()
    }
}

/// AWS refuses such a statement; its Allow grants nothing, its Deny still denies.
fn is_misplaced(statement: &Statement, place: Place) -> bool {
    let (principal, resource) = (statement.principal.is_some(), statement.resource.is_some());
    match place {
        Place::Identity => principal || !resource,
        Place::Resource | Place::Trust => !principal,
        Place::Filter => !principal || !resource,
    }
}

/// "The prefix and the action name are case insensitive." (IAM JSON policy elements: Action)
fn action_matches(statement: &Statement, action: &str) -> bool {
    let action = action.to_lowercase();
    let listed = statement
        .action
        .actions
        .texts()
        .any(|pattern| glob::matches(&glob::with_wildcards(&pattern.to_lowercase()), &action));
    listed != statement.action.negated
}

/// IAM JSON policy elements: Resource, NotResource. Without the element the statement is about the resource
/// that the policy is attached to.
fn resource_matches(statement: &Statement, version: Version, request: &Request) -> bool {
    let Some(clause) = &statement.resource else {
        return true;
    };
    let listed = clause.resources.texts().any(|text| {
        substitute(text, version, &request.context, true)
            .is_some_and(|pattern| glob::matches(&pattern, &request.resource))
    });
    listed != clause.negated
}

fn ways_of_naming(statement: &Statement, place: Place, asked: Asked<'_>) -> Vec<Named> {
    let principal = &asked.request.principal;
    match &statement.principal {
        // An identity's policy is about the identity; a misplaced Deny is about everyone.
        None => vec![Named::Everyone],
        Some(_) if place == Place::Identity => vec![Named::Everyone],
        Some(clause) if !clause.negated => named_by(&clause.who, principal),
        Some(clause) => match statement.effect {
            // "Doing so allows all principals except the one named in the NotPrincipal element."
            Effect::Allow if named_by(&clause.who, principal).is_empty() => vec![Named::Everyone],
            Effect::Deny if !spared_by(&clause.who, principal, asked.has_boundary) => vec![Named::Everyone],
            Effect::Allow | Effect::Deny => Vec::new(),
        },
    }
}
