//! Passwords, MFA devices, instance profiles, identity providers and settings, from the world into a seed.

use super::Members;
use crate::totp;
use crate::wire::json::Json;
use crate::world::Account;
use crate::world::identity::{InstanceProfile, MfaDevice, OidcProvider, PasswordPolicy, SamlProvider};
use crate::world::login::Login;

pub(super) fn settings(whole: &mut Members, account: &Account) {
    whole.some("alias", account.alias.newest().map(|alias| alias.0.as_str()));
    whole.some(
        "password_policy",
        account
            .password_policy
            .newest()
            .map(|policy| password_policy(policy)),
    );
}

/// What names users and roles.
pub(super) fn beside(whole: &mut Members, account: &Account) {
    let mut devices = Members::default();
    for device in account.mfa_devices.all_newest() {
        devices.put(&device.name, mfa_device(device));
    }
    whole.object("mfa_devices", devices);
    let mut profiles = Members::default();
    for profile in account.instance_profiles.all_newest() {
        profiles.put(&profile.name, instance_profile(profile));
    }
    whole.object("instance_profiles", profiles);
    let mut providers = Members::default();
    for provider in account.oidc_providers.all_newest() {
        providers.put(&format!("https://{}", provider.url), oidc_provider(provider));
    }
    whole.object("oidc_providers", providers);
    let mut providers = Members::default();
    for provider in account.saml_providers.all_newest() {
        providers.put(&provider.name, saml_provider(provider));
    }
    whole.object("saml_providers", providers);
}

pub(super) fn login(login: &Login) -> Json {
    let mut members = Members::default();
    members.put("digest", login.digest.as_str());
    members.texts("earlier", &login.earlier);
    members.instant("created", login.created);
    members.instant("changed", login.changed);
    if login.is_to_be_reset {
        members.put("reset", true);
    }
    Json::Object(members.0)
}

fn password_policy(policy: &PasswordPolicy) -> Json {
    let mut members = Members::default();
    members.put("minimum_length", Json::number(policy.least_length));
    for (key, is) in [
        ("require_symbols", policy.needs_symbols),
        ("require_numbers", policy.needs_numbers),
        ("require_uppercase", policy.needs_uppercase),
        ("require_lowercase", policy.needs_lowercase),
        ("users_may_change", policy.users_may_change),
    ] {
        if is {
            members.put(key, true);
        }
    }
    members.some("max_age_days", policy.longest_age.map(Json::number));
    members.some("remembered", policy.remembered.map(Json::number));
    members.some("hard_expiry", policy.is_expiry_hard);
    Json::Object(members.0)
}

fn mfa_device(device: &MfaDevice) -> Json {
    let mut members = Members::default();
    if device.path != "/" {
        members.put("path", device.path.as_str());
    }
    members.tags(&device.tags);
    members.put("seed", totp::base32(&device.seed).as_str());
    if let Some(assignment) = &device.assignment {
        members.put("user", assignment.user.as_str());
        members.instant("enabled", assignment.enabled);
        if assignment.drift != 0 {
            members.put("drift", Json::number(assignment.drift));
        }
    }
    Json::Object(members.0)
}

fn instance_profile(profile: &InstanceProfile) -> Json {
    let mut members = Members::default();
    members.identity(&profile.path, &profile.id, profile.created);
    members.tags(&profile.tags);
    members.some("role", profile.role.as_deref());
    Json::Object(members.0)
}

fn oidc_provider(provider: &OidcProvider) -> Json {
    let mut members = Members::default();
    members.instant("created", provider.created);
    members.tags(&provider.tags);
    members.texts("clients", &provider.clients);
    members.texts("thumbprints", &provider.thumbprints);
    Json::Object(members.0)
}

fn saml_provider(provider: &SamlProvider) -> Json {
    let mut members = Members::default();
    members.put("id", provider.id.as_str());
    members.instant("created", provider.created);
    members.tags(&provider.tags);
    members.instant("valid_until", provider.valid_until);
    members.put("metadata", provider.metadata.as_str());
    members.some("encryption", provider.encryption.as_deref());
    let keys = provider.keys.iter().map(|(id, at)| (id.clone(), Json::text(at)));
    members.object("keys", Members(keys.collect()));
    Json::Object(members.0)
}
