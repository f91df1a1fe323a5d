//! Users.

use super::boundaries;
use super::checks::{about, about_all, about_new, about_user_or_self};
use super::described;
use super::entity::{newest, not_found, remove, write};
use super::grammar;
use super::paging::page;
use super::{mfa_devices, tags};
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Policies, User};

/// Users of an account ("IAM and AWS STS quotas", IAM User Guide).
pub(super) const MOST: usize = 5000;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateUser",
        authorize: about_new::<User>,
        run: create,
    },
    Operation {
        service: Iam,
        name: "GetUser",
        authorize: about_user_or_self,
        run: get,
    },
    Operation {
        service: Iam,
        name: "UpdateUser",
        authorize: about::<User>,
        run: update,
    },
    Operation {
        service: Iam,
        name: "DeleteUser",
        authorize: about::<User>,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListUsers",
        authorize: about_all::<User>,
        run: list,
    },
];

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::name(call, "UserName")?;
    let path = grammar::path(call, "Path");
    let tags = tags::read(call, "Tags")?;
    let boundary = boundaries::read(call)?;
    if call.account()?.users.newest(&name).is_some() {
        return Err(already_exists(&name));
    }
    if call.account()?.users.all_newest().count() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for UsersPerAccount: {MOST}"
        )));
    }
    let user = User {
        name,
        path,
        id: call.random.unique_id("AIDA"),
        created: call.now(),
        tags,
        policies: Policies::default(),
        groups: Vec::new(),
        boundary,
        login: None,
    };
    let answer = describe_one(call, &user);
    write(call, user);
    Ok(answer)
}

fn already_exists(name: &str) -> ApiError {
    ApiError::already_exists(format!("User with name {name} already exists."))
}

fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = grammar::named_or_self(call)?;
    let user = call
        .seen(&call.account()?.users, &name)
        .cloned()
        .ok_or_else(|| not_found::<User>(&name))?;
    Ok(describe_one(call, &user))
}

fn describe_one(call: &Call<'_>, user: &User) -> Answer {
    Answer::fields(|xml| {
        xml.element("User", |xml| described::user(call, xml, user, true));
    })
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let old = newest::<User>(call)?;
    let mut user = User::clone(&old);
    if let Some(name) = call.param("NewUserName") {
        name.clone_into(&mut user.name);
    }
    if call.param("NewPath").is_some() {
        user.path = grammar::path(call, "NewPath");
    }
    let is_renamed = !user.name.eq_ignore_ascii_case(&old.name);
    if is_renamed && call.account()?.users.newest(&user.name).is_some() {
        return Err(already_exists(&user.name));
    }
    if user.name != old.name {
        mfa_devices::rename(call, &old.name, &user.name)?;
        let account = call.account_id().clone();
        let new = user.name.clone();
        for key in call.world.newest_keys_of(&account, &old.name) {
            let mut key = (*key).clone();
            key.user = Some(new.clone());
            call.change_world(|world, stamp| {
                let id = key.id.clone();
                world.keys.entry(id).or_default().write(Some(key), stamp);
            });
        }
    }
    if is_renamed {
        remove::<User>(call, &old.name);
    }
    write(call, user);
    Ok(Answer::Empty)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = newest::<User>(call)?;
    let has_keys = !call
        .world
        .newest_keys_of(call.account_id(), &user.name)
        .is_empty();
    let has_mfa = !mfa_devices::devices_of(call, &user.name)?.is_empty();
    let conflicts = [
        (
            user.login.is_some(),
            "Cannot delete entity, must delete login profile first.",
        ),
        (has_keys, "Cannot delete entity, must delete access keys first."),
        (has_mfa, "Cannot delete entity, must delete MFA device first."),
        (
            !user.policies.inline.is_empty(),
            "Cannot delete entity, must delete policies first.",
        ),
        (
            !user.policies.attached.is_empty(),
            "Cannot delete entity, must detach all policies first.",
        ),
        (
            !user.groups.is_empty(),
            "Cannot delete entity, must remove users from group first.",
        ),
    ];
    if let Some((_, message)) = conflicts.into_iter().find(|(is_so, _)| *is_so) {
        return Err(ApiError::delete_conflict(message));
    }
    call.world.uses.forget_entity(&user.id);
    remove::<User>(call, &user.name);
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = grammar::path_prefix(call);
    let users: Vec<_> = call
        .account()?
        .users
        .all_seen(call.view)
        .filter(|user| user.path.starts_with(&prefix))
        .cloned()
        .collect();
    let page = page(call, users, |user| user.name.to_ascii_lowercase())?;
    Ok(Answer::fields(|xml| {
        xml.list("Users", "member", &page.items, |xml, user| {
            described::user(call, xml, user, false);
        });
        page.write_end(xml);
    }))
}
