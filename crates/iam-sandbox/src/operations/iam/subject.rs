//! The user, group or role that a question is about, and every policy that it holds.

use std::sync::Arc;

use iam_policy::{Arn, Document};

use super::managed;
use crate::authorization::{Authorization, Check};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::entity::{Group, ManagedPolicy, Policies, Role, User};
use crate::world::identity::EntityName;

/// Whose permissions are asked about.
pub(super) enum Subject {
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
}

/// One policy that somebody holds.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) name: String,
    /// The ARN of a managed policy.
    pub(super) arn: Option<String>,
    /// `user`, `group` or `role`: who holds it; not always the one that is asked about.
    pub(super) holder: &'static str,
    pub(super) holder_name: String,
    pub(super) document: Arc<Document>,
    /// The text that the document's spans are about.
    pub(super) text: Arc<str>,
}

/// The entity of this ARN, as this call's replica knows it.
pub(super) fn subject(call: &Call<'_>, text: &str) -> Result<Subject, ApiError> {
    let invalid = || ApiError::invalid_input(format!("Invalid Entity Arn: {text}"));
    let arn: Arn = text.parse().map_err(|_| invalid())?;
    if arn.service() != "iam" || arn.account().as_ref() != Some(call.account_id()) {
        return Err(invalid());
    }
    let name = arn.iam_name().ok_or_else(invalid)?;
    let account = call.account()?;
    let id = call.account_id();
    let found = match arn.resource_type() {
        Some("user") => call
            .seen(&account.users, name)
            .filter(|user| user.arn(id) == text)
            .map(|user| Subject::User(user.clone())),
        Some("group") => call
            .seen(&account.groups, name)
            .filter(|group| group.arn(id) == text)
            .map(|group| Subject::Group(group.clone())),
        Some("role") => call
            .seen(&account.roles, name)
            .filter(|role| role.arn(id) == text)
            .map(|role| Subject::Role(role.clone())),
        _ => return Err(invalid()),
    };
    found.ok_or_else(|| ApiError::no_such_entity(format!("ARN {text} does not exist.")))
}

/// About the entity whose ARN stands in a parameter.
pub(super) fn about(call: &Call<'_>, param: &str) -> Result<Authorization, ApiError> {
    Authorization::one(Check::new(call.action(), call.required(param)?))
}

impl Subject {
    pub(super) fn arn(&self, call: &Call<'_>) -> String {
        match self {
            Subject::User(user) => user.arn(call.account_id()),
            Subject::Group(group) => group.arn(call.account_id()),
            Subject::Role(role) => role.arn(call.account_id()),
        }
    }

    /// The ARN of the permissions boundary.
    pub(super) fn boundary(&self) -> Option<&str> {
        match self {
            Subject::User(user) => user.boundary.as_deref(),
            Subject::Role(role) => role.boundary.as_deref(),
            Subject::Group(_) => None,
        }
    }

    /// Everything held, a user's groups included.
    pub(super) fn policies(&self, call: &Call<'_>) -> Result<Vec<Held>, ApiError> {
        let mut held = Vec::new();
        match self {
            Subject::User(user) => {
                collect(call, &user.policies, "user", &user.name, &mut held)?;
                let groups = &call.account()?.groups;
                for group in user.groups.iter().filter_map(|name| call.seen(groups, name)) {
                    collect(call, &group.policies, "group", &group.name, &mut held)?;
                }
            }
            Subject::Group(group) => collect(call, &group.policies, "group", &group.name, &mut held)?,
            Subject::Role(role) => collect(call, &role.policies, "role", &role.name, &mut held)?,
        }
        Ok(held)
    }

    /// The users and roles that act with these policies: a group's members.
    pub(super) fn actors(&self, call: &Call<'_>) -> Result<Vec<EntityName>, ApiError> {
        Ok(match self {
            Subject::User(user) => vec![name_of_user(call, user)],
            Subject::Role(role) => vec![name_of_role(call, role)],
            Subject::Group(group) => members(call, &group.name)?,
        })
    }
}

fn name_of_user(call: &Call<'_>, user: &User) -> EntityName {
    EntityName {
        arn: user.arn(call.account_id()),
        name: user.name.clone(),
        path: user.path.clone(),
        id: user.id.clone(),
        kind: "USER",
    }
}

fn name_of_role(call: &Call<'_>, role: &Role) -> EntityName {
    EntityName {
        arn: role.arn(call.account_id()),
        name: role.name.clone(),
        path: role.path.clone(),
        id: role.id.clone(),
        kind: "ROLE",
    }
}

fn members(call: &Call<'_>, group: &str) -> Result<Vec<EntityName>, ApiError> {
    let users = call.account()?.users.all_seen(call.view);
    let is_in = |user: &User| user.groups.iter().any(|name| name.eq_ignore_ascii_case(group));
    Ok(users
        .filter(|user| is_in(user))
        .map(|user| name_of_user(call, user))
        .collect())
}

/// The users and roles that hold a managed policy, by themselves or by a group.
pub(super) fn actors_of_policy(call: &Call<'_>, arn: &str) -> Result<Vec<EntityName>, ApiError> {
    let account = call.account()?;
    let has = |policies: &Policies| policies.attached.iter().any(|held| held == arn);
    let mut actors: Vec<EntityName> = Vec::new();
    for user in account
        .users
        .all_seen(call.view)
        .filter(|user| has(&user.policies))
    {
        actors.push(name_of_user(call, user));
    }
    for group in account
        .groups
        .all_seen(call.view)
        .filter(|group| has(&group.policies))
    {
        for member in members(call, &group.name)? {
            if !actors.contains(&member) {
                actors.push(member);
            }
        }
    }
    for role in account
        .roles
        .all_seen(call.view)
        .filter(|role| has(&role.policies))
    {
        actors.push(name_of_role(call, role));
    }
    Ok(actors)
}

fn collect(
    call: &Call<'_>,
    policies: &Policies,
    holder: &'static str,
    holder_name: &str,
    into: &mut Vec<Held>,
) -> Result<(), ApiError> {
    for (name, policy) in &policies.inline {
        into.push(Held {
            name: name.clone(),
            arn: None,
            holder,
            holder_name: holder_name.to_owned(),
            document: policy.document.clone(),
            text: policy.text.as_str().into(),
        });
    }
    for arn in &policies.attached {
        if let Some((name, text)) = managed_text(call, arn)? {
            into.push(Held {
                name,
                arn: Some(arn.clone()),
                holder,
                holder_name: holder_name.to_owned(),
                document: text.0,
                text: text.1,
            });
        }
    }
    Ok(())
}

/// A document and its text.
type Written = (Arc<Document>, Arc<str>);

/// The name, document and text of a managed policy in its default version.
pub(super) fn managed_text(call: &Call<'_>, arn: &str) -> Result<Option<(String, Written)>, ApiError> {
    let default = |policy: &ManagedPolicy| {
        let text = &policy.default_version()?.text;
        let written = (text.document.clone(), text.text.as_str().into());
        Some((policy.name.clone(), written))
    };
    if let Some(policy) = iam_catalog::find_managed_policy(arn) {
        return Ok(default(&managed::of_aws(policy)?));
    }
    let own = call.seen(&call.account()?.policies, managed::name(arn));
    Ok(own
        .filter(|policy| policy.arn == arn)
        .and_then(|policy| default(policy)))
}
