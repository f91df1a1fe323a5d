//! The operations of IAM, by what they are about.

mod access_keys;
mod account;
mod alias;
mod attachments;
mod boundaries;
mod certificates;
mod checks;
mod context_keys;
mod credential_report;
mod described;
mod entity;
mod grammar;
mod groups;
mod inline;
mod instance_profiles;
mod kept;
mod last_accessed;
mod login_profiles;
mod managed;
mod mfa_devices;
mod oidc_providers;
mod paging;
mod passwords;
pub(crate) mod policy_text;
mod principals;
mod roles;
mod saml_providers;
mod service_roles;
mod simulate;
mod subject;
mod tagging;
mod tags;
mod users;
mod versions;

use super::Operation;

pub(crate) use passwords::digest as password_digest;
pub(super) use principals::pin as pin_principals;
pub(super) use tags::{read as read_tags, request_context as tags_context};

/// All of them.
pub(super) const OPERATIONS: &[&[Operation]] = &[
    access_keys::OPERATIONS,
    account::OPERATIONS,
    alias::OPERATIONS,
    attachments::OPERATIONS,
    boundaries::OPERATIONS,
    certificates::OPERATIONS,
    context_keys::OPERATIONS,
    credential_report::OPERATIONS,
    groups::OPERATIONS,
    inline::OPERATIONS,
    instance_profiles::OPERATIONS,
    last_accessed::OPERATIONS,
    login_profiles::OPERATIONS,
    managed::OPERATIONS,
    mfa_devices::OPERATIONS,
    oidc_providers::OPERATIONS,
    passwords::OPERATIONS,
    roles::OPERATIONS,
    saml_providers::OPERATIONS,
    service_roles::OPERATIONS,
    simulate::OPERATIONS,
    tagging::OPERATIONS,
    users::OPERATIONS,
    versions::OPERATIONS,
];
