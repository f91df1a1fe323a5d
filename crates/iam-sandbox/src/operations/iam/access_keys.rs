//! Access keys of users.

use std::sync::Arc;

use super::checks::{about_user_or_self, check_about};
use super::entity::not_found;
use super::grammar::named_or_self;
use super::paging::page;
use crate::authorization::{Authorization, Check};
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::AccessKeyRecord;
use crate::world::entity::{User, arn};

/// Access keys per user ("IAM and AWS STS quotas", IAM User Guide).
const MOST: usize = 2;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreateAccessKey",
        authorize: about_user_or_self,
        run: create,
    },
    Operation {
        service: Iam,
        name: "DeleteAccessKey",
        authorize: about_user_or_self,
        run: delete,
    },
    Operation {
        service: Iam,
        name: "ListAccessKeys",
        authorize: about_user_or_self,
        run: list,
    },
    Operation {
        service: Iam,
        name: "GetAccessKeyLastUsed",
        authorize: about_owner,
        run: last_used,
    },
    Operation {
        service: Iam,
        name: "UpdateAccessKey",
        authorize: about_user_or_self,
        run: update,
    },
];

fn status(is_active: bool) -> &'static str {
    if is_active { "Active" } else { "Inactive" }
}

fn user(call: &Call<'_>) -> Result<Arc<User>, ApiError> {
    let name = named_or_self(call)?;
    call.account()?
        .users
        .newest(&name)
        .cloned()
        .ok_or_else(|| not_found::<User>(&name))
}

fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let user = user(call)?;
    if call.world.newest_keys_of(call.account_id(), &user.name).len() >= MOST {
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for AccessKeysPerUser: {MOST}"
        )));
    }
    let key = AccessKeyRecord {
        id: call.random.unique_id("AKIA"),
        secret: call.random.secret(),
        account: call.account_id().clone(),
        user: Some(user.name.clone()),
        is_active: true,
        created: call.now(),
    };
    let answer = Answer::fields(|xml| {
        xml.element("AccessKey", |xml| {
            xml.text("UserName", &user.name)
                .text("AccessKeyId", &key.id)
                .text("Status", status(true))
                .text("SecretAccessKey", &key.secret)
                .text("CreateDate", iso(key.created));
        });
    });
    write(call, key);
    Ok(answer)
}

fn write(call: &mut Call<'_>, key: AccessKeyRecord) {
    let id = key.id.clone();
    call.change_world(|world, stamp| world.keys.entry(id).or_default().write(Some(key), stamp));
}

fn key(call: &Call<'_>) -> Result<Arc<AccessKeyRecord>, ApiError> {
    let user = user(call)?;
    let id = call.required("AccessKeyId")?;
    call.world
        .newest_keys_of(call.account_id(), &user.name)
        .into_iter()
        .find(|key| key.id == id)
        .ok_or_else(|| unknown_key(id))
}

fn unknown_key(id: &str) -> ApiError {
    ApiError::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

/// The key that the request names, of whichever user of the caller's account.
fn any_key(call: &Call<'_>) -> Result<Arc<AccessKeyRecord>, ApiError> {
    let id = call.required("AccessKeyId")?;
    call.world
        .keys
        .get(id)
        .and_then(|history| history.seen(call.view))
        .filter(|key| key.account == *call.account_id())
        .cloned()
        .ok_or_else(|| unknown_key(id))
}

/// About the user whose key it is. A key that is not there is nobody's: it takes the permission for all users to
/// be told so.
fn about_owner(call: &Call<'_>) -> Result<Authorization, ApiError> {
    match any_key(call).ok().and_then(|key| key.user.clone()) {
        Some(user) => Authorization::one(check_about::<User>(call, &user)?),
        None => Authorization::one(Check::new(
            call.action(),
            arn(call.account_id(), "user", "/", "*"),
        )),
    }
}

/// AWS does not tell a key that is not there from one of another account.
fn not_yours(call: &Call<'_>) -> ApiError {
    ApiError::access_denied(format!(
        "User: {} is not authorized to perform: {} on resource: access key {}",
        call.caller.arn(),
        call.action(),
        call.param("AccessKeyId").unwrap_or_default()
    ))
}

/// A key that was never used says so by `N/A` ("AccessKeyLastUsed", IAM API Reference).
fn last_used(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let key = any_key(call).map_err(|_| not_yours(call))?;
    let used = call.world.uses.keys.get(&key.id);
    Ok(Answer::fields(|xml| {
        xml.optional("UserName", key.user.as_ref())
            .element("AccessKeyLastUsed", |xml| {
                xml.optional("LastUsedDate", used.map(|used| iso(used.at)))
                    .text("ServiceName", used.map_or("N/A", |used| &used.service))
                    .text("Region", used.map_or("N/A", |used| &used.region));
            });
    }))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let key = key(call)?;
    let id = key.id.clone();
    let uses = &mut call.world.uses;
    uses.keys.remove(&id);
    uses.deleted_keys.insert(id.clone(), key.account.clone());
    call.change_world(|world, stamp| world.keys.entry(id).or_default().write(None, stamp));
    Ok(Answer::Empty)
}

fn update(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut key = AccessKeyRecord::clone(&*key(call)?);
    key.is_active = match call.required("Status")? {
        "Active" => true,
        "Inactive" => false,
        other => {
            return Err(ApiError::invalid_input(format!("A key cannot be made {other}.")));
        }
    };
    write(call, key);
    Ok(Answer::Empty)
}

fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = named_or_self(call)?;
    let user = call
        .seen(&call.account()?.users, &name)
        .cloned()
        .ok_or_else(|| not_found::<User>(&name))?;
    let keys = call.world.keys_of(call.account_id(), &user.name, call.view);
    let page = page(call, keys, |key| format!("{} {}", iso(key.created), key.id))?;
    Ok(Answer::fields(|xml| {
        xml.list("AccessKeyMetadata", "member", &page.items, |xml, key| {
            xml.text("UserName", &user.name)
                .text("AccessKeyId", &key.id)
                .text("Status", status(key.is_active))
                .text("CreateDate", iso(key.created));
        });
        page.write_end(xml);
    }))
}
