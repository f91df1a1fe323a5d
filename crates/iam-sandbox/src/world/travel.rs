//! What a change of each entity is about: the kinds that changes travel by.

use super::credential::AccessKeyRecord;
use super::entity::{Group, ManagedPolicy, Role, User};
use super::identity::{AccountAlias, InstanceProfile, MfaDevice, OidcProvider, PasswordPolicy, SamlProvider};
use crate::history::Travels;
use crate::propagation::ChangeKind;

impl Travels for User {
    fn change(before: Option<&User>, after: Option<&User>) -> ChangeKind {
        match (before, after) {
            (Some(before), Some(after))
                if before.policies != after.policies || before.boundary != after.boundary =>
            {
                ChangeKind::Permissions
            }
            _ => ChangeKind::Users,
        }
    }
}

impl Travels for Group {
    fn change(before: Option<&Group>, after: Option<&Group>) -> ChangeKind {
        match (before, after) {
            (Some(before), Some(after)) if before.policies != after.policies => ChangeKind::Permissions,
            _ => ChangeKind::Groups,
        }
    }
}

impl Travels for Role {
    fn change(before: Option<&Role>, after: Option<&Role>) -> ChangeKind {
        match (before, after) {
            (Some(before), Some(after)) if before.trust != after.trust => ChangeKind::Trust,
            (Some(before), Some(after))
                if before.policies != after.policies || before.boundary != after.boundary =>
            {
                ChangeKind::Permissions
            }
            _ => ChangeKind::Roles,
        }
    }
}

impl Travels for ManagedPolicy {
    fn change(_: Option<&ManagedPolicy>, _: Option<&ManagedPolicy>) -> ChangeKind {
        ChangeKind::Policies
    }
}

impl Travels for AccessKeyRecord {
    fn change(_: Option<&AccessKeyRecord>, _: Option<&AccessKeyRecord>) -> ChangeKind {
        ChangeKind::AccessKeys
    }
}

impl Travels for InstanceProfile {}

impl Travels for MfaDevice {}

impl Travels for OidcProvider {}

impl Travels for SamlProvider {}

impl Travels for AccountAlias {}

impl Travels for PasswordPolicy {}
