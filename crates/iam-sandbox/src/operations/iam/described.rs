//! Users and roles as answers show them, alone and in lists of several operations.

use super::{boundaries, tags};
use crate::operations::call::{Call, iso};
use crate::sigv4::encode;
use crate::wire::xml::Xml;
use crate::world::entity::{Role, User};

/// The fields of a user. Lists leave out tags and boundary ("ListUsers", IAM API Reference).
pub(super) fn user(call: &Call<'_>, xml: &mut Xml, user: &User, is_whole: bool) {
    xml.text("Path", &user.path)
        .text("UserName", &user.name)
        .text("UserId", &user.id)
        .text("Arn", user.arn(call.account_id()))
        .text("CreateDate", iso(user.created));
    if is_whole {
        boundaries::write_xml(xml, user.boundary.as_ref());
        if !user.tags.is_empty() {
            tags::write_list(xml, &user.tags);
        }
    }
}

/// The fields of a role. Lists leave out tags, boundary and last use ("ListRoles", IAM API Reference).
pub(super) fn role(call: &Call<'_>, xml: &mut Xml, role: &Role, is_whole: bool) {
    xml.text("Path", &role.path)
        .text("RoleName", &role.name)
        .text("RoleId", &role.id)
        .text("Arn", role.arn(call.account_id()))
        .text("CreateDate", iso(role.created))
        .text(
            "AssumeRolePolicyDocument",
            encode(&role.trust.shown(call.world, call.view)),
        )
        .optional("Description", role.description.as_ref())
        .text("MaxSessionDuration", role.max_session);
    if is_whole {
        boundaries::write_xml(xml, role.boundary.as_ref());
        if !role.tags.is_empty() {
            tags::write_list(xml, &role.tags);
        }
        xml.element("RoleLastUsed", |xml| {
            if let Some(used) = call.world.uses.last_of(&role.id) {
                xml.text("LastUsedDate", iso(used.at))
                    .text("Region", &used.region);
            }
        });
    }
}
