//! What users, groups and roles have in common, so that their operations are written once.

use std::sync::Arc;

use crate::history::{Stamp, Table};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::Account;
use crate::world::entity::{Group, Policies, Role, User, arn};

/// A user, a group or a role.
pub(super) trait Entity: crate::history::Travels + Clone + Sized + 'static {
    /// `user`, as in ARNs and messages.
    const KIND: &'static str;
    /// `UserName`.
    const NAME: &'static str;
    /// Characters of all inline policies together ("IAM and AWS STS quotas", IAM User Guide).
    const INLINE_LIMIT: usize;

    fn table(account: &Account) -> &Table<Self>;
    fn table_mut(account: &mut Account) -> &mut Table<Self>;
    fn name(&self) -> &str;
    fn path(&self) -> &str;
    fn policies(&self) -> &Policies;
    fn policies_mut(&mut self) -> &mut Policies;
    fn tags(&self) -> &[(String, String)];
    fn boundary(&self) -> Option<&str>;
}

/// A user or a role: what can be bounded.
pub(super) trait Principal: Entity {
    fn boundary_mut(&mut self) -> &mut Option<String>;
}

macro_rules! entity {
    ($type:ty, $kind:literal, $name:literal, $limit:literal, $table:ident, $tags:expr, $boundary:expr) => {
        impl Entity for $type {
            const KIND: &'static str = $kind;
            const NAME: &'static str = $name;
            const INLINE_LIMIT: usize = $limit;

            fn table(account: &Account) -> &Table<Self> {
                &account.$table
            }
            fn table_mut(account: &mut Account) -> &mut Table<Self> {
                &mut account.$table
            }
            fn name(&self) -> &str {
                &self.name
            }
            fn path(&self) -> &str {
                &self.path
            }
            fn policies(&self) -> &Policies {
                &self.policies
            }
            fn policies_mut(&mut self) -> &mut Policies {
                &mut self.policies
            }
            fn tags(&self) -> &[(String, String)] {
                let tags: fn(&Self) -> &[(String, String)] = $tags;
                tags(self)
            }
            fn boundary(&self) -> Option<&str> {
                let boundary: fn(&Self) -> Option<&str> = $boundary;
                boundary(self)
            }
        }
    };
}

entity!(User, "user", "UserName", 2048, users, |user| &user.tags, |user| {
    user.boundary.as_deref()
});
entity!(Group, "group", "GroupName", 5120, groups, |_| &[], |_| None);
entity!(
    Role,
    "role",
    "RoleName",
    10240,
    roles,
    |role| &role.tags,
    |role| role.boundary.as_deref()
);

macro_rules! principal {
    ($type:ty) => {
        impl Principal for $type {
            fn boundary_mut(&mut self) -> &mut Option<String> {
                &mut self.boundary
            }
        }
    };
}

principal!(User);
principal!(Role);

/// The name that the request gives.
pub(super) fn name_of<E: Entity>(call: &Call<'_>) -> Result<String, ApiError> {
    super::grammar::name(call, E::NAME)
}

/// The entity that the request names, as the last write left it.
pub(super) fn newest<E: Entity>(call: &Call<'_>) -> Result<Arc<E>, ApiError> {
    let name = name_of::<E>(call)?;
    E::table(call.account()?)
        .newest(&name)
        .cloned()
        .ok_or_else(|| not_found::<E>(&name))
}

/// The entity that the request wants to change. What belongs to a service is changed by that service alone
/// ("Create a service-linked role", IAM User Guide).
pub(super) fn changeable<E: Entity>(call: &Call<'_>) -> Result<Arc<E>, ApiError> {
    let entity = newest::<E>(call)?;
    if E::KIND == "role" && entity.path().starts_with(SERVICE_ROLES) {
        return Err(ApiError::new(
            400,
            "UnmodifiableEntity",
            format!(
                "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
                entity.name()
            ),
        ));
    }
    Ok(entity)
}

/// The path of service-linked roles.
pub(super) const SERVICE_ROLES: &str = "/aws-service-role/";

/// The entity that the request names, as this call's replica knows it.
pub(super) fn seen<E: Entity>(call: &Call<'_>) -> Result<Arc<E>, ApiError> {
    let name = name_of::<E>(call)?;
    call.seen(E::table(call.account()?), &name)
        .cloned()
        .ok_or_else(|| not_found::<E>(&name))
}

pub(super) fn not_found<E: Entity>(name: &str) -> ApiError {
    ApiError::no_such_entity(format!("The {} with name {name} cannot be found.", E::KIND))
}

/// Writes a new state of an entity.
pub(super) fn write<E: Entity>(call: &mut Call<'_>, entity: E) {
    call.change(|account, stamp| write_to(account, stamp, entity));
}

fn write_to<E: Entity>(account: &mut Account, stamp: &mut Stamp<'_>, entity: E) {
    let name = entity.name().to_owned();
    E::table_mut(account).write(&name, Some(entity), stamp);
}

/// Removes an entity.
pub(super) fn remove<E: Entity>(call: &mut Call<'_>, name: &str) {
    call.change(|account, stamp| E::table_mut(account).write(name, None, stamp));
}

/// The ARN of the entity that a request names; with the path `/` if there is none of that name.
pub(super) fn arn_of<E: Entity>(call: &Call<'_>, name: &str) -> Result<String, ApiError> {
    let found = E::table(call.account()?).newest(name);
    let (path, name) = found.map_or(("/", name), |entity| (entity.path(), entity.name()));
    Ok(arn(call.account_id(), E::KIND, path, name))
}
