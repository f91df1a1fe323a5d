//! What is refused by a rule of its own, whatever policies say.
//! The rule alone does not name the credentials; the principal does.

use super::Explanation;
use crate::combine::Rule;
use crate::request::Principal;

impl Explanation {
    /// Why policies make no difference, where they make none.
    pub(super) fn refusal(&self) -> Option<String> {
        let Explanation {
            action,
            resource,
            principal,
            ..
        } = self;
        match self.rule {
            Rule::RootCannotAssumeRoles => {
                Some("the root user cannot assume roles, whatever policies say".to_owned())
            }
            Rule::SessionCannotCall => Some(format!(
                "{} cannot call {action}, whatever policies say",
                credentials(principal)
            )),
            Rule::CredentialsNeeded => Some(format!("{action} takes credentials, and there are none here")),
            Rule::OtherPartition => Some(format!(
                "{resource} is in another partition than {principal}, where its credentials count for nothing"
            )),
            _ => None,
        }
    }
}

/// The kind of credentials that a principal has, as the rules differ by it.
fn credentials(principal: &str) -> &'static str {
    match principal.parse::<Principal>() {
        Ok(Principal::FederatedUser { .. }) => "a session of GetFederationToken",
        Ok(Principal::RoleSession { .. }) => "a session of a role",
        _ => "credentials of this kind",
    }
}
