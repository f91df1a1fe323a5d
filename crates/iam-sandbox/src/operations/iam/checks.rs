//! What IAM's operations require: the resource that each is about, and its condition keys
//! ("Actions, resources, and condition keys for AWS Identity and Access Management", Service Authorization Reference).

use super::entity::{Entity, Principal, arn_of, name_of};
use super::{grammar, tags};
use crate::authorization::{Authorization, Check};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::entity::arn;

/// About the entity that is named.
pub(super) fn about<E: Entity>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(check_about::<E>(call, &name_of::<E>(call)?)?)
}

pub(super) fn check_about<E: Entity>(call: &Call<'_>, name: &str) -> Result<Check, ApiError> {
    let mut check = Check::new(call.action(), arn_of::<E>(call, name)?);
    if let Some(entity) = E::table(call.account()?).newest(name) {
        check = tags::resource_context(check, entity.tags());
        if let Some(boundary) = entity.boundary() {
            check = check.with("iam:PermissionsBoundary", boundary);
        }
    }
    Ok(check)
}

/// About the user that is named, or else about the one who calls.
pub(super) fn about_user_or_self(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = grammar::named_or_self(call)?;
    Authorization::one(check_about::<crate::world::entity::User>(call, &name)?)
}

/// About an entity that is to be made.
pub(super) fn about_new<E: Entity>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = name_of::<E>(call)?;
    let path = grammar::path(call, "Path");
    let mut check = Check::new(call.action(), arn(call.account_id(), E::KIND, &path, &name));
    if let Some(boundary) = call.param("PermissionsBoundary") {
        check = check.with("iam:PermissionsBoundary", boundary);
    }
    tags::making(call, check)
}

/// About an entity to which a managed policy is attached, or from which it is detached.
pub(super) fn about_attachment<E: Entity>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let check = check_about::<E>(call, &name_of::<E>(call)?)?;
    Authorization::one(check.with("iam:PolicyARN", call.required("PolicyArn")?))
}

/// About an entity that gets a permissions boundary.
pub(super) fn about_boundary<E: Principal>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let check = check_about::<E>(call, &name_of::<E>(call)?)?;
    Authorization::one(check.with("iam:PermissionsBoundary", call.required("PermissionsBoundary")?))
}

/// About all entities of a kind below a path.
pub(super) fn about_all<E: Entity>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let prefix = grammar::path_prefix(call);
    Authorization::one(Check::new(
        call.action(),
        arn(call.account_id(), E::KIND, &prefix, ""),
    ))
}

/// About nothing in particular.
pub(super) fn about_everything(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(Check::new(call.action(), "*"))
}

/// About the managed policy whose ARN is given.
pub(super) fn about_policy(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(check_about_policy(call)?)
}

pub(super) fn check_about_policy(call: &Call<'_>) -> Result<Check, ApiError> {
    let arn = grammar::policy_arn(call)?;
    let check = Check::new(call.action(), arn);
    let name = arn.rsplit('/').next().unwrap_or_default();
    let policy = call
        .account()?
        .policies
        .newest(name)
        .filter(|policy| policy.arn == arn);
    Ok(match policy {
        Some(policy) => tags::resource_context(check, &policy.tags),
        None => check,
    })
}

/// About a managed policy that is to be made.
pub(super) fn about_new_policy(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = grammar::name(call, "PolicyName")?;
    let path = grammar::path(call, "Path");
    let check = Check::new(call.action(), arn(call.account_id(), "policy", &path, &name));
    tags::making(call, check)
}

/// About the caller's managed policies below a path. AWS writes this resource in a form of its own.
pub(super) fn about_all_policies(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let prefix = grammar::path_prefix(call);
    Authorization::one(Check::new(call.action(), format!("policy path {prefix}")))
}
