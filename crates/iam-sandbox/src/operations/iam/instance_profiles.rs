//! Instance profiles: what hands a role to an EC2 instance ("Use instance profiles", IAM User Guide).

use super::described;
use std::sync::Arc;

use super::checks::{about as about_entity, check_about};
use super::entity::{changeable, seen as seen_entity};
use super::kept::{self, about, newest, remove, write};
use super::paging::page;
use super::{grammar, tags};
use crate::authorization::{Authorization, Check, Checks};
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::{Role, arn};
use crate::world::identity::InstanceProfile;

/// Instance profiles of an account ("IAM and AWS STS quotas", IAM User Guide).
const MOST: usize = 1000;

/// What stands in the way of deleting a profile with a role in it, and the role too.
pub(super) const IN_A_PROFILE: &str = "Cannot delete entity, must remove roles from instance profile first.";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateInstanceProfile",
        authorize: about_new,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetInstanceProfile",
        authorize: about::<InstanceProfile>,
        run: get,
    },
    Operation {
        service: Iam,
        name: "DeleteInstanceProfile",
        authorize: about::<InstanceProfile>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListInstanceProfiles",
        authorize: about_all,
        run: list,
    },
    Operation {
        service: Iam,
        name: "ListInstanceProfilesForRole",
        authorize: about_entity::<Role>,
        run: list_for_role,
    },
    Operation {
        service: Iam,
        name: "AddRoleToInstanceProfile",
        authorize: about_adding,
        run: add_role,
    },
    Operation {
        service: Iam,
        name: "RemoveRoleFromInstanceProfile",
        authorize: about::<InstanceProfile>,
        run: remove_role,
    },
];

fn about_new(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = grammar::name(call, "InstanceProfileName")?;
    let path = grammar::path(call, "Path");
    kept::about_new(call, arn(call.account_id(), "instance-profile", &path, &name))
}

fn about_all(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let prefix = grammar::path_prefix(call);
    let resource = arn(call.account_id(), "instance-profile", &prefix, "");
    Authorization::one(Check::new(call.action(), resource))
}

/// Whoever puts a role into a profile passes it to EC2 ("AddRoleToInstanceProfile", IAM API Reference).
fn about_adding(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let mut checks = Checks::new(kept::check_about::<InstanceProfile>(call)?);
    let mut pass = check_about::<Role>(call, &grammar::name(call, "RoleName")?)?;
    "iam:PassRole".clone_into(&mut pass.action);
    checks.push(pass.with("iam:PassedToService", "ec2.amazonaws.com"));
    Ok(checks.required())
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "InstanceProfileName")?;
    let path = grammar::path(call, "Path");
    let tags = tags::read(call, "Tags")?;
    let profiles = &call.account()?.instance_profiles;
    if profiles.newest(&name).is_some() {
        return Err(ApiError::already_exists(format!(
            "Instance Profile {name} already exists."
        )));
    }
    if profiles.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for InstanceProfilesPerAccount: {MOST}"
        )));
    }
    let profile = InstanceProfile {
        name,
        path,
        id: call.random.unique_id("AIPA"),
        created: call.now(),
        tags,
        role: None,
    };
    let answer = describe_one(call, &profile);
    write(call, profile);
    Ok(answer)
}

fn describe_one(call: &Call<'_>, profile: &InstanceProfile) -> Answer {
    Answer::fields(|xml| {
        xml.element("InstanceProfile", |xml| describe(call, xml, profile, true));
    })
}

/// The fields of an instance profile. Lists leave out tags ("ListInstanceProfiles", IAM API Reference).
pub(super) fn describe(call: &Call<'_>, xml: &mut Xml, profile: &InstanceProfile, is_whole: bool) {
    let account = call.world.account(call.account_id());
    let role = profile
        .role
        .as_ref()
        .and_then(|name| account?.roles.seen(name, call.view));
    xml.text("Path", &profile.path)
        .text("InstanceProfileName", &profile.name)
        .text("InstanceProfileId", &profile.id)
        .text("Arn", kept::Kept::arn(profile, call.account_id()))
        .text("CreateDate", iso(profile.created))
        .list("Roles", "member", role, |xml, role| {
            described::role(call, xml, role, false);
        });
    if is_whole && !profile.tags.is_empty() {
        tags::write_list(xml, &profile.tags);
    }
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let profile = kept::seen::<InstanceProfile>(call)?;
    Ok(describe_one(call, &profile))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let profile = newest::<InstanceProfile>(call)?;
    if profile.role.is_some() {
        return Err(ApiError::delete_conflict(IN_A_PROFILE));
    }
    remove(call, &*profile);
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = grammar::path_prefix(call);
    let profiles = call.account()?.instance_profiles.all_seen(call.view);
    let profiles = profiles.filter(|profile| profile.path.starts_with(&prefix));
    write_page(call, profiles.cloned().collect())
}

fn list_for_role(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let role = seen_entity::<Role>(call)?;
    let profiles = call.account()?.instance_profiles.all_seen(call.view);
    let profiles = profiles.filter(|profile| holds(profile, &role.name));
    write_page(call, profiles.cloned().collect())
}

/// Is this role in the profile?
pub(super) fn holds(profile: &InstanceProfile, role: &str) -> bool {
    let held = profile.role.as_ref();
    held.is_some_and(|held| held.eq_ignore_ascii_case(role))
}

fn write_page(call: &Call<'_>, profiles: Vec<Arc<InstanceProfile>>) -> Result<Answer, ApiError> {
    let page = page(call, profiles, |profile| profile.name.to_ascii_lowercase())?;
    Ok(Answer::fields(|xml| {
        xml.list("InstanceProfiles", "member", &page.items, |xml, profile| {
            describe(call, xml, profile, false);
        });
        page.write_end(xml);
    }))
}

fn add_role(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut profile = InstanceProfile::clone(&*newest::<InstanceProfile>(call)?);
    let role = changeable::<Role>(call)?;
    if profile.role.is_some() {
        return Err(ApiError::limit_exceeded(
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        ));
    }
    profile.role = Some(role.name.clone());
    write(call, profile);
    Ok(Answer::Empty)
}

fn remove_role(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut profile = InstanceProfile::clone(&*newest::<InstanceProfile>(call)?);
    let role = changeable::<Role>(call)?;
    if !holds(&profile, &role.name) {
        return Err(ApiError::no_such_entity(format!(
            "Role {} in Instance Profile {} cannot be found.",
            role.name, profile.name
        )));
    }
    profile.role = None;
    write(call, profile);
    Ok(Answer::Empty)
}
