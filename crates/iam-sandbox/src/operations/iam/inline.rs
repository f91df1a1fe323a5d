//! Inline policies of users, groups and roles.

use super::checks::about;
use super::entity::{Entity, changeable, seen, write};
use super::grammar;
use super::paging::page;
use super::policy_text;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::sigv4::encode;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Group, Role, User};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "PutUserPolicy",
        authorize: about::<User>,
        run: put::<User>,
    },
    Operation {
        service: Iam,
        name: "GetUserPolicy",
        authorize: about::<User>,
        run: get::<User>,
    },
    Operation {
        service: Iam,
        name: "DeleteUserPolicy",
        authorize: about::<User>,
        run: delete::<User>,
    },
    Operation {
        service: Iam,
        name: "ListUserPolicies",
        authorize: about::<User>,
        run: list::<User>,
    },
    Operation {
        service: Iam,
        name: "PutGroupPolicy",
        authorize: about::<Group>,
        run: put::<Group>,
    },
    Operation {
        service: Iam,
        name: "GetGroupPolicy",
        authorize: about::<Group>,
        run: get::<Group>,
    },
    Operation {
        service: Iam,
        name: "DeleteGroupPolicy",
        authorize: about::<Group>,
        run: delete::<Group>,
    },
    Operation {
        service: Iam,
        name: "ListGroupPolicies",
        authorize: about::<Group>,
        run: list::<Group>,
    },
    Operation {
        service: Iam,
        name: "PutRolePolicy",
        authorize: about::<Role>,
        run: put::<Role>,
    },
    Operation {
        service: Iam,
        name: "GetRolePolicy",
        authorize: about::<Role>,
        run: get::<Role>,
    },
    Operation {
        service: Iam,
        name: "DeleteRolePolicy",
        authorize: about::<Role>,
        run: delete::<Role>,
    },
    Operation {
        service: Iam,
        name: "ListRolePolicies",
        authorize: about::<Role>,
        run: list::<Role>,
    },
];

fn put<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    let name = grammar::name(call, "PolicyName")?;
    let policy = policy_text::inline(call.required("PolicyDocument")?)?;
    entity.policies_mut().inline.insert(name, policy);
    if entity.policies().inline_size() > E::INLINE_LIMIT {
        return Err(ApiError::limit_exceeded(format!(
            "Maximum policy size of {} bytes exceeded for {} {}",
            E::INLINE_LIMIT,
            E::KIND,
            entity.name()
        )));
    }
    write(call, entity);
    Ok(Answer::Empty)
}

fn get<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let entity = seen::<E>(call)?;
    let name = grammar::name(call, "PolicyName")?;
    let policy = entity
        .policies()
        .inline
        .get(&name)
        .ok_or_else(|| not_found::<E>(&name))?;
    Ok(Answer::fields(|xml| {
        xml.text(E::NAME, entity.name())
            .text("PolicyName", &name)
            .text("PolicyDocument", encode(&policy.text));
    }))
}

fn delete<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    let name = grammar::name(call, "PolicyName")?;
    if entity.policies_mut().inline.remove(&name).is_none() {
        return Err(not_found::<E>(&name));
    }
    write(call, entity);
    Ok(Answer::Empty)
}

fn list<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let entity = seen::<E>(call)?;
    let page = page(
        call,
        entity.policies().inline.keys().cloned().collect(),
        String::clone,
    )?;
    Ok(Answer::fields(|xml| {
        xml.element("PolicyNames", |xml| {
            for name in &page.items {
                xml.text("member", name);
            }
        });
        page.write_end(xml);
    }))
}

fn not_found<E: Entity>(name: &str) -> ApiError {
    ApiError::no_such_entity(format!(
        "The {} policy with name {name} cannot be found.",
        E::KIND
    ))
}
