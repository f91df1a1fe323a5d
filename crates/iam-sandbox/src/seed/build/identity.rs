//! Passwords, MFA devices, instance profiles, identity providers and settings, from a seed into the world.

use iam_policy::AccountId;
use jiff::SignedDuration;

use super::Build;
use crate::operations::iam::password_digest;
use crate::seed::parts::{LoginSeed, MfaSeed, Settings};
use crate::world::entity::User;
use crate::world::identity::{
    AccountAlias, Assignment, InstanceProfile, MfaDevice, OidcProvider, SamlProvider,
};
use crate::world::login::Login;

/// How long a SAML provider is valid that does not say: as long as metadata without an end, a century.
const VALID: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);
/// Bytes of a seed for authenticator apps, as IAM makes them.
const MFA_SEED: usize = 40;

impl Build<'_> {
    pub(super) fn login(&self, user: &User, seed: &LoginSeed) -> Login {
        let digest = match (&seed.password, &seed.digest) {
            (Some(password), _) => password_digest(user, password),
            (None, digest) => digest.clone().unwrap_or_default(),
        };
        let created = self.at(seed.created);
        Login {
            digest,
            earlier: seed.earlier.clone(),
            created,
            changed: seed.changed.unwrap_or(created),
            is_to_be_reset: seed.is_to_be_reset,
        }
    }

    pub(super) fn settings(&mut self, account: &AccountId, seed: &Settings) {
        let created = self.created;
        if let Some(alias) = &seed.alias {
            let alias = AccountAlias(alias.clone());
            self.write(created, |world, stamp| {
                world.account_mut(account).alias.write(Some(alias), stamp);
            });
        }
        if let Some(policy) = seed.password_policy.clone() {
            self.write(created, |world, stamp| {
                world
                    .account_mut(account)
                    .password_policy
                    .write(Some(policy), stamp);
            });
        }
        for device in &seed.mfa_devices {
            self.mfa_device(account, device);
        }
        for profile in &seed.instance_profiles {
            let identity = &profile.identity;
            let profile = InstanceProfile {
                name: identity.name.clone(),
                path: identity.path.clone(),
                id: self.id(identity, "AIPA"),
                created: self.at(identity.created),
                tags: identity.tags.clone(),
                role: profile.role.clone(),
            };
            self.write(profile.created, |world, stamp| {
                let profiles = &mut world.account_mut(account).instance_profiles;
                profiles.write(&identity.name, Some(profile), stamp);
            });
        }
        for provider in &seed.oidc_providers {
            let provider = OidcProvider {
                url: provider.url.clone(),
                created: self.at(provider.created),
                clients: provider.clients.clone(),
                thumbprints: provider.thumbprints.clone(),
                tags: provider.tags.clone(),
            };
            self.write(provider.created, |world, stamp| {
                let url = provider.url.clone();
                let providers = &mut world.account_mut(account).oidc_providers;
                providers.write(&url, Some(provider), stamp);
            });
        }
        for provider in &seed.saml_providers {
            let identity = &provider.identity;
            let created = self.at(identity.created);
            let provider = SamlProvider {
                name: identity.name.clone(),
                id: identity.id.clone().unwrap_or_else(|| self.ids.capitals(24)),
                created,
                valid_until: provider
                    .valid_until
                    .unwrap_or_else(|| created.checked_add(VALID).unwrap_or(jiff::Timestamp::MAX)),
                metadata: provider.metadata.clone(),
                encryption: provider.encryption.clone(),
                keys: provider.keys.clone(),
                tags: identity.tags.clone(),
            };
            self.write(created, |world, stamp| {
                let providers = &mut world.account_mut(account).saml_providers;
                providers.write(&identity.name, Some(provider), stamp);
            });
        }
    }

    fn mfa_device(&mut self, account: &AccountId, seed: &MfaSeed) {
        let identity = &seed.identity;
        let bytes = seed.seed.clone().unwrap_or_else(|| self.random.bytes(MFA_SEED));
        let enabled = self.at(seed.enabled);
        let device = MfaDevice {
            name: identity.name.clone(),
            path: identity.path.clone(),
            seed: bytes,
            tags: identity.tags.clone(),
            assignment: seed.user.clone().map(|user| Assignment {
                user,
                enabled,
                drift: seed.drift,
            }),
        };
        let serial = device.serial(account);
        self.write(self.created, |world, stamp| {
            let devices = &mut world.account_mut(account).mfa_devices;
            devices.write(&serial, Some(device), stamp);
        });
    }
}
