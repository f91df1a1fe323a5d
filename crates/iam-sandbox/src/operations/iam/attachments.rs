//! Managed policies attached to users, groups and roles.

use super::checks::{about, about_attachment};
use super::entity::{Entity, changeable, seen, write};
use super::grammar;
use super::grammar::policy_arn;
use super::managed;
use super::paging::page;
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::{Group, Role, User};

/// Managed policies per user, group or role ("IAM and AWS STS quotas", IAM User Guide).
pub(super) const MOST: usize = 10;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "AttachUserPolicy",
        authorize: about_attachment::<User>,
        run: attach::<User>,
    },
    Operation {
        service: Iam,
        name: "DetachUserPolicy",
        authorize: about_attachment::<User>,
        run: detach::<User>,
    },
    Operation {
        service: Iam,
        name: "ListAttachedUserPolicies",
        authorize: about::<User>,
        run: list::<User>,
    },
    Operation {
        service: Iam,
        name: "AttachGroupPolicy",
        authorize: about_attachment::<Group>,
        run: attach::<Group>,
    },
    Operation {
        service: Iam,
        name: "DetachGroupPolicy",
        authorize: about_attachment::<Group>,
        run: detach::<Group>,
    },
    Operation {
        service: Iam,
        name: "ListAttachedGroupPolicies",
        authorize: about::<Group>,
        run: list::<Group>,
    },
    Operation {
        service: Iam,
        name: "AttachRolePolicy",
        authorize: about_attachment::<Role>,
        run: attach::<Role>,
    },
    Operation {
        service: Iam,
        name: "DetachRolePolicy",
        authorize: about_attachment::<Role>,
        run: detach::<Role>,
    },
    Operation {
        service: Iam,
        name: "ListAttachedRolePolicies",
        authorize: about::<Role>,
        run: list::<Role>,
    },
];

fn attach<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    let arn = policy_arn(call)?.to_owned();
    if !managed::exists(call, &arn)? {
        return Err(ApiError::no_such_entity(format!(
            "Policy {arn} does not exist or is not attachable."
        )));
    }
    managed::check_attachable(&arn)?;
    if arn.starts_with("arn:aws:iam::aws:policy/aws-service-role/") {
        return Err(ApiError::new(
            400,
            "PolicyNotAttachable",
            "Cannot attach a Service Role Policy to a Customer Role.",
        ));
    }
    let attached = &mut entity.policies_mut().attached;
    if attached.contains(&arn) {
        return Ok(Answer::Empty);
    }
    if attached.len() >= MOST {
        let title = match E::KIND {
            "user" => "User",
            "group" => "Group",
            _ => "Role",
        };
        return Err(ApiError::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPer{title}: {MOST}"
        )));
    }
    attached.push(arn);
    write(call, entity);
    Ok(Answer::Empty)
}

fn detach<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    let arn = policy_arn(call)?;
    let attached = &mut entity.policies_mut().attached;
    let before = attached.len();
    attached.retain(|held| held != arn);
    if attached.len() == before {
        return Err(ApiError::no_such_entity(format!("Policy {arn} was not found.")));
    }
    write(call, entity);
    Ok(Answer::Empty)
}

fn list<E: Entity>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let entity = seen::<E>(call)?;
    let prefix = grammar::path_prefix(call);
    let attached: Vec<String> = entity
        .policies()
        .attached
        .iter()
        .filter(|arn| managed::path(arn).starts_with(&prefix))
        .cloned()
        .collect();
    let page = page(call, attached, |arn| managed::name(arn).to_owned())?;
    Ok(Answer::fields(|xml| {
        xml.list("AttachedPolicies", "member", &page.items, |xml, arn| {
            xml.text("PolicyName", managed::name(arn)).text("PolicyArn", arn);
        });
        page.write_end(xml);
    }))
}
