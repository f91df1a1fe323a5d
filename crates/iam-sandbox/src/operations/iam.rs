//! The operations of IAM, by what they are about.

mod access_keys;
mod account;
mod attachments;
mod boundaries;
mod checks;
mod entity;
mod grammar;
mod groups;
mod inline;
mod managed;
mod paging;
pub(crate) mod policy_text;
mod principals;
mod roles;
mod tagging;
mod tags;
mod users;
mod versions;

use super::Operation;

pub(super) use principals::pin as pin_principals;
pub(super) use tags::{read as read_tags, request_context as tags_context};

/// All of them.
pub(super) const OPERATIONS: &[&[Operation]] = &[
    access_keys::OPERATIONS,
    account::OPERATIONS,
    attachments::OPERATIONS,
    boundaries::OPERATIONS,
    groups::OPERATIONS,
    inline::OPERATIONS,
    managed::OPERATIONS,
    roles::OPERATIONS,
    tagging::OPERATIONS,
    users::OPERATIONS,
    versions::OPERATIONS,
];
