//! Permissions boundaries of users and roles ("Permissions boundaries for IAM entities", IAM User Guide).

use super::checks::{about, about_boundary};
use super::entity::{Principal, changeable, write};
use super::{grammar, managed};
use crate::operations::Operation;
use crate::operations::call::Call;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::{Role, User};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "PutUserPermissionsBoundary",
        authorize: about_boundary::<User>,
        run: put::<User>,
    },
    Operation {
        service: Iam,
        name: "DeleteUserPermissionsBoundary",
        authorize: about::<User>,
        run: delete::<User>,
    },
    Operation {
        service: Iam,
        name: "PutRolePermissionsBoundary",
        authorize: about_boundary::<Role>,
        run: put::<Role>,
    },
    Operation {
        service: Iam,
        name: "DeleteRolePermissionsBoundary",
        authorize: about::<Role>,
        run: delete::<Role>,
    },
];

fn put<E: Principal>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    *entity.boundary_mut() = read(call)?;
    write(call, entity);
    Ok(Answer::Empty)
}

fn delete<E: Principal>(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut entity = E::clone(&*changeable::<E>(call)?);
    *entity.boundary_mut() = None;
    write(call, entity);
    Ok(Answer::Empty)
}

/// The boundary that a request brings, if any; it must exist.
pub(super) fn read(call: &Call<'_>) -> Result<Option<String>, ApiError> {
    let Some(arn) = call.param("PermissionsBoundary") else {
        return Ok(None);
    };
    if !managed::exists(call, grammar::check_policy_arn(arn)?)? {
        return Err(ApiError::no_such_entity(format!(
            "Scope ARN: {arn} does not exist or is not attachable."
        )));
    }
    managed::check_attachable(arn)?;
    Ok(Some(arn.to_owned()))
}

/// `<PermissionsBoundary>`, where there is one.
pub(super) fn write_xml(xml: &mut Xml, boundary: Option<&String>) {
    if let Some(arn) = boundary {
        xml.element("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "Policy")
                .text("PermissionsBoundaryArn", arn);
        });
    }
}
