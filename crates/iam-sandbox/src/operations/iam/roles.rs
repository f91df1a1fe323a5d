//! Roles and their trust policies.

use super::boundaries;
use super::checks::{about, about_all, about_new};
use super::described;
use super::entity::{SERVICE_ROLES, changeable, remove, seen, write};
use super::grammar;
use super::paging::page;
use super::{instance_profiles, policy_text, principals, tags};
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Policies, PolicyText, Role};

/// Characters of a trust policy ("IAM and AWS STS quotas", IAM User Guide).
const TRUST_LIMIT: usize = 2048;
/// Roles of an account, by the same page.
const MOST: usize = 1000;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateRole",
        authorize: about_new::<Role>,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetRole",
        authorize: about::<Role>,
        run: get,
    },
    Operation {
        service: Iam,
        name: "UpdateRole",
        authorize: about::<Role>,
        run: update,
    },
    Operation {
        service: Iam,
        name: "UpdateRoleDescription",
        authorize: about::<Role>,
        run: update_description,
    },
    Operation {
        service: Iam,
        name: "DeleteRole",
        authorize: about::<Role>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListRoles",
        authorize: about_all::<Role>,
        run: list,
    },
    Operation {
        service: Iam,
        name: "UpdateAssumeRolePolicy",
        authorize: about::<Role>,
        run: update_trust,
    },
];

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "RoleName")?;
    let path = grammar::path(call, "Path");
    let tags = tags::read(call, "Tags")?;
    let max_session = max_session(call).unwrap_or(3600);
    let description = description(call);
    let boundary = boundaries::read(call)?;
    let trust = trust(call, "AssumeRolePolicyDocument")?;
    if path.starts_with(SERVICE_ROLES) {
        return Err(ApiError::invalid_input(format!(
            "The path {SERVICE_ROLES} is reserved for service-linked roles, which CreateServiceLinkedRole makes."
        )));
    }
    let roles = &call.account()?.roles;
    if roles.newest(&name).is_some() {
        return Err(ApiError::already_exists(format!(
            "Role with name {name} already exists."
        )));
    }
    if roles.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for RolesPerAccount: {MOST}"
        )));
    }
    let role = Role {
        name,
        path,
        id: call.random.unique_id("AROA"),
        created: call.now(),
        tags,
        policies: Policies::default(),
        boundary,
        trust,
        description,
        max_session,
    };
    let answer = describe_one(call, &role);
    write(call, role);
    Ok(answer)
}

fn max_session(call: &Call<'_>) -> Option<i64> {
    call.number("MaxSessionDuration")
}

fn description(call: &Call<'_>) -> Option<String> {
    call.param("Description").map(str::to_owned)
}

fn trust(call: &Call<'_>, param: &str) -> Result<PolicyText, ApiError> {
    let trust = policy_text::trust(call.required(param)?)?;
    if trust.size() > TRUST_LIMIT {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for ACLSizePerRole: {TRUST_LIMIT}"
        )));
    }
    principals::pin(call, trust).map_err(ApiError::malformed_policy)
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let role = seen::<Role>(call)?;
    Ok(describe_one(call, &role))
}

fn describe_one(call: &Call<'_>, role: &Role) -> Answer {
    Answer::fields(|xml| {
        xml.element("Role", |xml| described::role(call, xml, role, true));
    })
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut role = Role::clone(&*changeable::<Role>(call)?);
    // What is not given stays as it is ("UpdateRole", IAM API Reference).
    if let Some(seconds) = max_session(call) {
        role.max_session = seconds;
    }
    if let Some(text) = description(call) {
        role.description = Some(text);
    }
    write(call, role);
    // The one IAM operation whose result is there, but empty.
    Ok(Answer::fields(|_| {}))
}

fn update_description(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut role = Role::clone(&*changeable::<Role>(call)?);
    call.required("Description")?;
    role.description = description(call);
    let answer = describe_one(call, &role);
    write(call, role);
    Ok(answer)
}

fn update_trust(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut role = Role::clone(&*changeable::<Role>(call)?);
    role.trust = trust(call, "PolicyDocument")?;
    write(call, role);
    Ok(Answer::Empty)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let role = changeable::<Role>(call)?;
    let is_in_a_profile = call
        .account()?
        .instance_profiles
        .all_newest()
        .any(|profile| instance_profiles::holds(profile, &role.name));
    if is_in_a_profile {
        return Err(ApiError::delete_conflict(instance_profiles::IN_A_PROFILE));
    }
    if !role.policies.inline.is_empty() {
        return Err(ApiError::delete_conflict(
            "Cannot delete entity, must delete policies first.",
        ));
    }
    if !role.policies.attached.is_empty() {
        return Err(ApiError::delete_conflict(
            "Cannot delete entity, must detach all policies first.",
        ));
    }
    call.world.uses.forget_entity(&role.id);
    remove::<Role>(call, &role.name);
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = grammar::path_prefix(call);
    let roles: Vec<_> = call
        .account()?
        .roles
        .all_seen(call.view)
        .filter(|role| role.path.starts_with(&prefix))
        .cloned()
        .collect();
    let page = page(call, roles, |role| role.name.to_ascii_lowercase())?;
    Ok(Answer::fields(|xml| {
        xml.list("Roles", "member", &page.items, |xml, role| {
            described::role(call, xml, role, false);
        });
        page.write_end(xml);
    }))
}
