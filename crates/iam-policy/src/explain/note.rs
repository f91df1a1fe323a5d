//! What a reader would not guess from statements and verdicts: rules that give a policy more or less weight than
//! its text has.

use std::fmt;

use super::{Explanation, Recorder, Seen};
use crate::combine::{Decision, Rule};
use crate::policy_set::PolicyKind;
use crate::request::Principal;
use crate::statement::{Mismatch, Question};

/// A rule that bears on the decision beside the one by which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// A Deny with `NotPrincipal` lists the principal and spares it not, because of its permissions boundary (IAM
    /// User Guide, "AWS JSON policy elements: NotPrincipal").
    BoundaryAgainstNotPrincipal,
    /// Policies of this kind, SCPs or RCPs, have no effect on service-linked roles (AWS Organizations User Guide,
    /// "Service control policies (SCPs)", "Resource control policies (RCPs)").
    SparesServiceLinkedRoles(PolicyKind),
    /// The resource's policy names the session's role, and what blocks is the boundary or a session policy, which
    /// limit such a grant (IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny
    /// access").
    GrantToRoleIsLimited(PolicyKind),
    /// As with a role, for the user who federated.
    GrantToFederatingUserIsLimited(PolicyKind),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::BoundaryAgainstNotPrincipal => f.write_str(
                "a permissions boundary is attached: NotPrincipal with Deny spares nobody who has one",
            ),
            Note::SparesServiceLinkedRoles(PolicyKind::Rcp) => {
                f.write_str("resource control policies do not concern service-linked roles")
            }
            Note::SparesServiceLinkedRoles(_) => {
                f.write_str("service control policies do not concern service-linked roles")
            }
            Note::GrantToRoleIsLimited(kind) => limited(f, "role", *kind),
            Note::GrantToFederatingUserIsLimited(kind) => limited(f, "user who federated", *kind),
        }
    }
}

fn limited(f: &mut fmt::Formatter<'_>, whom: &str, kind: PolicyKind) -> fmt::Result {
    write!(
        f,
        "the resource's policy names the {whom}: such a grant is limited by the {kind}, one to the session itself would not be"
    )
}

impl Recorder<'_> {
    /// Whether one of the statements that deny would have spared the principal, had it no boundary.
    pub(super) fn boundary_undoes_not_principal(deciding: &[Seen<'_>], question: Question<'_>) -> bool {
        let without = Question {
            has_boundary: false,
            ..question
        };
        let spared = |seen: &Seen<'_>| {
            let result = seen
                .written()
                .map(|written| seen.statement.examine(written, without));
            result == Some(Err(Mismatch::Principal))
        };
        question.has_boundary && deciding.iter().any(spared)
    }
}

impl Explanation {
    /// Notes which SCPs and RCPs were passed over, of the kinds in force.
    pub(crate) fn note_spared(&mut self, principal: &Principal, in_force: impl Iterator<Item = PolicyKind>) {
        let is_decided_by_policies = self.rule != Rule::NoPermissionNeeded && self.refusal().is_none();
        if principal.is_service_linked() && is_decided_by_policies {
            self.notes.extend(in_force.map(Note::SparesServiceLinkedRoles));
        }
    }

    /// Notes what limits a grant to the role, or to the user who federated.
    pub(super) fn note_limited_grant(&mut self, principal: &Principal) {
        if self.rule != Rule::RoleGrant || self.decision != Decision::ImplicitDeny {
            return;
        }
        let limits = [PolicyKind::Boundary, PolicyKind::Session]
            .into_iter()
            .filter(|kind| self.blocked_by.contains(kind));
        let note = match principal {
            Principal::FederatedUser { .. } => Note::GrantToFederatingUserIsLimited,
            _ => Note::GrantToRoleIsLimited,
        };
        self.notes.extend(limits.map(note));
    }
}
