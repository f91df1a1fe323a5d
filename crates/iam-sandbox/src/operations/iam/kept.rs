//! What instance profiles, MFA devices and identity providers have in common: each is kept under one key, has an
//! ARN and tags.

use std::sync::Arc;

use iam_policy::AccountId;

use super::grammar;
use super::tags;
use crate::authorization::{Authorization, Check};
use crate::history::{Table, Travels};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::Account;
use crate::world::entity::{Tags, arn};
use crate::world::identity::{InstanceProfile, MfaDevice, OidcProvider, SamlProvider};

/// An entity that its account keeps under one key.
pub(super) trait Kept: Travels + Clone + Sized + 'static {
    /// As in AWS's messages about tags.
    const KIND: &'static str;

    fn table(account: &Account) -> &Table<Self>;
    fn table_mut(account: &mut Account) -> &mut Table<Self>;
    /// What it is kept under.
    fn key(&self, account: &AccountId) -> String;
    fn arn(&self, account: &AccountId) -> String;
    /// The key of the one that the request names, and the ARN that it has if there is none.
    fn asked(call: &Call<'_>) -> Result<(String, String), ApiError>;
    fn not_found(key: &str, arn: &str) -> ApiError;
    fn tags(&self) -> &[(String, String)];
    fn tags_mut(&mut self) -> &mut Tags;
}

impl Kept for InstanceProfile {
    const KIND: &'static str = "instance profile";

    fn table(account: &Account) -> &Table<Self> {
        &account.instance_profiles
    }
    fn table_mut(account: &mut Account) -> &mut Table<Self> {
        &mut account.instance_profiles
    }
    fn key(&self, _: &AccountId) -> String {
        self.name.clone()
    }
    fn arn(&self, account: &AccountId) -> String {
        arn(account, "instance-profile", &self.path, &self.name)
    }
    fn asked(call: &Call<'_>) -> Result<(String, String), ApiError> {
        let name = grammar::name(call, "InstanceProfileName")?;
        let arn = arn(call.account_id(), "instance-profile", "/", &name);
        Ok((name, arn))
    }
    fn not_found(key: &str, _: &str) -> ApiError {
        ApiError::no_such_entity(format!("Instance Profile {key} cannot be found."))
    }
    fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Kept for MfaDevice {
    const KIND: &'static str = "MFA device";

    fn table(account: &Account) -> &Table<Self> {
        &account.mfa_devices
    }
    fn table_mut(account: &mut Account) -> &mut Table<Self> {
        &mut account.mfa_devices
    }
    fn key(&self, account: &AccountId) -> String {
        self.serial(account)
    }
    fn arn(&self, account: &AccountId) -> String {
        self.serial(account)
    }
    fn asked(call: &Call<'_>) -> Result<(String, String), ApiError> {
        let serial = call.required("SerialNumber")?.to_owned();
        Ok((serial.clone(), serial))
    }
    fn not_found(key: &str, _: &str) -> ApiError {
        ApiError::no_such_entity(format!(
            "VirtualMFADevice with serial number {key} doesn't exist."
        ))
    }
    fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Kept for OidcProvider {
    const KIND: &'static str = "OpenIDConnect provider";

    fn table(account: &Account) -> &Table<Self> {
        &account.oidc_providers
    }
    fn table_mut(account: &mut Account) -> &mut Table<Self> {
        &mut account.oidc_providers
    }
    fn key(&self, _: &AccountId) -> String {
        self.url.clone()
    }
    fn arn(&self, account: &AccountId) -> String {
        arn(account, "oidc-provider", "/", &self.url)
    }
    fn asked(call: &Call<'_>) -> Result<(String, String), ApiError> {
        provider(call, "OpenIDConnectProviderArn", "oidc-provider")
    }
    fn not_found(_: &str, arn: &str) -> ApiError {
        ApiError::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
    }
    fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

impl Kept for SamlProvider {
    const KIND: &'static str = "SAML provider";

    fn table(account: &Account) -> &Table<Self> {
        &account.saml_providers
    }
    fn table_mut(account: &mut Account) -> &mut Table<Self> {
        &mut account.saml_providers
    }
    fn key(&self, _: &AccountId) -> String {
        self.name.clone()
    }
    fn arn(&self, account: &AccountId) -> String {
        arn(account, "saml-provider", "/", &self.name)
    }
    fn asked(call: &Call<'_>) -> Result<(String, String), ApiError> {
        provider(call, "SAMLProviderArn", "saml-provider")
    }
    fn not_found(_: &str, arn: &str) -> ApiError {
        ApiError::no_such_entity(format!("Manifest not found for arn {arn}"))
    }
    fn tags(&self) -> &[(String, String)] {
        &self.tags
    }
    fn tags_mut(&mut self) -> &mut Tags {
        &mut self.tags
    }
}

/// An identity provider by its ARN, which must be one of the caller's account.
fn provider(call: &Call<'_>, param: &str, kind: &str) -> Result<(String, String), ApiError> {
    let text = call.required(param)?;
    let key = text
        .strip_prefix(&arn(call.account_id(), kind, "/", ""))
        .filter(|key| !key.is_empty())
        .ok_or_else(|| {
            ApiError::invalid_input(format!(
                "Invalid ARN: {text} is not the ARN of an {kind} of this account."
            ))
        })?;
    Ok((key.to_owned(), text.to_owned()))
}

/// The one that the request names, as the last write left it.
pub(super) fn newest<K: Kept>(call: &Call<'_>) -> Result<Arc<K>, ApiError> {
    let (key, arn) = K::asked(call)?;
    let found = K::table(call.account()?).newest(&key);
    found.cloned().ok_or_else(|| K::not_found(&key, &arn))
}

/// The one that the request names, as this call's replica knows it.
pub(super) fn seen<K: Kept>(call: &Call<'_>) -> Result<Arc<K>, ApiError> {
    let (key, arn) = K::asked(call)?;
    let found = call.seen(K::table(call.account()?), &key);
    found.cloned().ok_or_else(|| K::not_found(&key, &arn))
}

pub(super) fn write<K: Kept>(call: &mut Call<'_>, entity: K) {
    let key = entity.key(call.account_id());
    call.change(|account, stamp| K::table_mut(account).write(&key, Some(entity), stamp));
}

pub(super) fn remove<K: Kept>(call: &mut Call<'_>, entity: &K) {
    let key = entity.key(call.account_id());
    call.change(|account, stamp| K::table_mut(account).write(&key, None, stamp));
}

/// About the one that the request names.
pub(super) fn check_about<K: Kept>(call: &Call<'_>) -> Result<Check, ApiError> {
    let (key, arn) = K::asked(call)?;
    let Some(entity) = K::table(call.account()?).newest(&key) else {
        return Ok(Check::new(call.action(), arn));
    };
    let check = Check::new(call.action(), entity.arn(call.account_id()));
    Ok(tags::resource_context(check, entity.tags()))
}

pub(super) fn about<K: Kept>(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(check_about::<K>(call)?)
}

/// About one that is to be made, whose ARN will be this.
pub(super) fn about_new(call: &Call<'_>, arn: String) -> Result<Authorization, ApiError> {
    let check = Check::new(call.action(), arn);
    tags::making(call, check)
}
