//! Groups and who is in them.

use super::checks::{about, about_all, about_new};
use super::described;
use super::entity::{newest, not_found, remove, seen, write};
use super::grammar;
use super::paging::page;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::{Group, Policies, User};

/// Groups that a user can be in ("IAM and AWS STS quotas", IAM User Guide).
const MOST_PER_USER: usize = 10;
/// Groups of an account, by the same page.
pub(super) const MOST: usize = 300;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateGroup",
        authorize: about_new::<Group>,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetGroup",
        authorize: about::<Group>,
        run: get,
    },
    Operation {
        service: Iam,
        name: "UpdateGroup",
        authorize: about::<Group>,
        run: update,
    },
    Operation {
        service: Iam,
        name: "DeleteGroup",
        authorize: about::<Group>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListGroups",
        authorize: about_all::<Group>,
        run: list,
    },
    Operation {
        service: Iam,
        name: "AddUserToGroup",
        authorize: about::<Group>,
        run: add_user,
    },
    Operation {
        service: Iam,
        name: "RemoveUserFromGroup",
        authorize: about::<Group>,
        run: remove_user,
    },
    Operation {
        service: Iam,
        name: "ListGroupsForUser",
        authorize: about::<User>,
        run: list_for_user,
    },
];

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "GroupName")?;
    let path = grammar::path(call, "Path");
    if call.account()?.groups.newest(&name).is_some() {
        return Err(already_exists(&name));
    }
    if call.account()?.groups.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for GroupsPerAccount: {MOST}"
        )));
    }
    let id = call.random.unique_id("AGPA");
    let group = Group {
        name,
        path,
        id,
        created: call.now(),
        policies: Policies::default(),
    };
    let answer = Answer::fields(|xml| {
        xml.element("Group", |xml| describe(call, xml, &group));
    });
    write(call, group);
    Ok(answer)
}

fn already_exists(name: &str) -> ApiError {
    ApiError::already_exists(format!("Group with name {name} already exists."))
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let old = newest::<Group>(call)?;
    let mut group = Group::clone(&old);
    if let Some(name) = call.param("NewGroupName") {
        name.clone_into(&mut group.name);
    }
    if call.param("NewPath").is_some() {
        group.path = grammar::path(call, "NewPath");
    }
    let is_renamed = !group.name.eq_ignore_ascii_case(&old.name);
    if is_renamed && call.account()?.groups.newest(&group.name).is_some() {
        return Err(already_exists(&group.name));
    }
    if group.name != old.name {
        let users = call.account()?.users.all_newest();
        let members: Vec<_> = users.filter(|user| is_member(user, &old.name)).cloned().collect();
        for member in members {
            let mut user = User::clone(&member);
            for name in &mut user.groups {
                if name.eq_ignore_ascii_case(&old.name) {
                    name.clone_from(&group.name);
                }
            }
            write(call, user);
        }
    }
    if is_renamed {
        remove::<Group>(call, &old.name);
    }
    write(call, group);
    Ok(Answer::Empty)
}

pub(super) fn describe(call: &Call<'_>, xml: &mut Xml, group: &Group) {
    xml.text("Path", &group.path)
        .text("GroupName", &group.name)
        .text("GroupId", &group.id)
        .text("Arn", group.arn(call.account_id()))
        .text("CreateDate", iso(group.created));
}

fn is_member(user: &User, group: &str) -> bool {
    user.groups.iter().any(|name| name.eq_ignore_ascii_case(group))
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let group = seen::<Group>(call)?;
    let members: Vec<_> = call
        .account()?
        .users
        .all_seen(call.view)
        .filter(|user| is_member(user, &group.name))
        .cloned()
        .collect();
    let page = page(call, members, |user| user.name.to_ascii_lowercase())?;
    Ok(Answer::fields(|xml| {
        xml.element("Group", |xml| describe(call, xml, &group));
        xml.list("Users", "member", &page.items, |xml, user| {
            described::user(call, xml, user, false);
        });
        page.write_end(xml);
    }))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let group = newest::<Group>(call)?;
    let has_members = call
        .account()?
        .users
        .all_newest()
        .any(|user| is_member(user, &group.name));
    let conflicts = [
        (
            has_members,
            "Cannot delete entity, must remove users from group first.",
        ),
        (
            !group.policies.inline.is_empty(),
            "Cannot delete entity, must delete policies first.",
        ),
        (
            !group.policies.attached.is_empty(),
            "Cannot delete entity, must detach all policies first.",
        ),
    ];
    if let Some((_, message)) = conflicts.into_iter().find(|(is_so, _)| *is_so) {
        return Err(ApiError::delete_conflict(message));
    }
    remove::<Group>(call, &group.name);
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = grammar::path_prefix(call);
    let groups: Vec<_> = call
        .account()?
        .groups
        .all_seen(call.view)
        .filter(|group| group.path.starts_with(&prefix))
        .cloned()
        .collect();
    write_page(call, groups)
}

fn list_for_user(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = seen::<User>(call)?;
    let account = call.account()?;
    let groups: Vec<_> = user
        .groups
        .iter()
        .filter_map(|name| account.groups.seen(name, call.view))
        .cloned()
        .collect();
    write_page(call, groups)
}

fn write_page(call: &Call<'_>, groups: Vec<std::sync::Arc<Group>>) -> Result<Answer, ApiError> {
    let page = page(call, groups, |group| group.name.to_ascii_lowercase())?;
    Ok(Answer::fields(|xml| {
        xml.list("Groups", "member", &page.items, |xml, group| {
            describe(call, xml, group);
        });
        page.write_end(xml);
    }))
}

fn add_user(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let group = newest::<Group>(call)?;
    let mut user = User::clone(&*newest::<User>(call)?);
    if is_member(&user, &group.name) {
        return Ok(Answer::Empty);
    }
    if user.groups.len() >= MOST_PER_USER {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for GroupsPerUser: {MOST_PER_USER}"
        )));
    }
    user.groups.push(group.name.clone());
    write(call, user);
    Ok(Answer::Empty)
}

fn remove_user(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let group = newest::<Group>(call)?;
    let mut user = User::clone(&*newest::<User>(call)?);
    if !is_member(&user, &group.name) {
        return Err(not_found::<User>(&user.name));
    }
    user.groups.retain(|name| !name.eq_ignore_ascii_case(&group.name));
    write(call, user);
    Ok(Answer::Empty)
}
