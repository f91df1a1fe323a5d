//! What a seed says beside users, groups, roles and policies: passwords, MFA devices, instance profiles, identity
//! providers, and the account's own settings.

use iam_policy::syntax::{Member, Node};

use super::naming::{identity, tags};
use super::parts::{LoginSeed, MfaSeed, OidcSeed, ProfileSeed, RoleSeed, SamlSeed, Settings, UserSeed};
use super::reader::{Fields, Reader};
use crate::totp;
use crate::world::identity::PasswordPolicy;

pub(super) const LOGIN: [&str; 6] = ["password", "digest", "earlier", "created", "changed", "reset"];
pub(super) const MFA_DEVICE: [&str; 6] = ["path", "tags", "seed", "user", "enabled", "drift"];
pub(super) const INSTANCE_PROFILE: [&str; 5] = ["path", "id", "created", "tags", "role"];
pub(super) const OIDC_PROVIDER: [&str; 4] = ["created", "tags", "clients", "thumbprints"];
pub(super) const SAML_PROVIDER: [&str; 7] = [
    "id",
    "created",
    "tags",
    "valid_until",
    "metadata",
    "encryption",
    "keys",
];
pub(super) const PASSWORD_POLICY: [&str; 9] = [
    "minimum_length",
    "require_symbols",
    "require_numbers",
    "require_uppercase",
    "require_lowercase",
    "users_may_change",
    "max_age_days",
    "remembered",
    "hard_expiry",
];

/// The members of the object under a key.
fn named<'n>(reader: &mut Reader, fields: Fields<'n>, key: &str) -> &'n [Member] {
    match fields.get(key) {
        Some(node) => reader.named(node, &format!("`{key}`")),
        None => &[],
    }
}

pub(super) fn settings(
    reader: &mut Reader,
    fields: Fields<'_>,
    users: &[UserSeed],
    roles: &[RoleSeed],
) -> Settings {
    Settings {
        alias: alias(reader, fields),
        password_policy: fields
            .get("password_policy")
            .map(|node| password_policy(reader, node)),
        mfa_devices: mfa_devices(reader, fields, users),
        instance_profiles: instance_profiles(reader, fields, roles),
        oidc_providers: oidc_providers(reader, fields),
        saml_providers: saml_providers(reader, fields),
    }
}

/// Lower-case letters, digits and single hyphens inside ("CreateAccountAlias", IAM API Reference).
fn alias(reader: &mut Reader, fields: Fields<'_>) -> Option<String> {
    let node = fields.get("alias")?;
    let alias = reader.text_of(node, "alias")?;
    let is_fine = (3..=63).contains(&alias.len())
        && alias
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !alias.starts_with('-')
        && !alias.ends_with('-')
        && !alias.contains("--");
    if !is_fine {
        reader.wants(
            node,
            "alias",
            "3 to 63 lower-case letters, digits and single hyphens",
        );
    }
    Some(alias)
}

pub(super) fn login(reader: &mut Reader, fields: Fields<'_>, place: &str) -> Option<LoginSeed> {
    let node = fields.get("login")?;
    let login = reader.fields(node, &format!("the login of {place}"), &LOGIN);
    if login.get("password").is_some() == login.get("digest").is_some() {
        reader.say(
            node.span,
            "a login has a `password`, or the `digest` that a dump has",
        );
    }
    let earlier = reader.texts(login, "earlier");
    Some(LoginSeed {
        password: reader.text(login, "password"),
        digest: reader.text(login, "digest"),
        earlier: earlier.into_iter().map(|(digest, _)| digest).collect(),
        created: reader.instant(login, "created"),
        changed: reader.instant(login, "changed"),
        is_to_be_reset: reader.flag(login, "reset") == Some(true),
    })
}

fn password_policy(reader: &mut Reader, node: &Node) -> PasswordPolicy {
    let fields = reader.fields(node, "the password policy", &PASSWORD_POLICY);
    let length = reader.number(fields, "minimum_length", 6, 128).unwrap_or(6);
    let remembered = reader.number(fields, "remembered", 1, 24);
    let mut flag = |key: &str| reader.flag(fields, key);
    PasswordPolicy {
        needs_symbols: flag("require_symbols") == Some(true),
        needs_numbers: flag("require_numbers") == Some(true),
        needs_uppercase: flag("require_uppercase") == Some(true),
        needs_lowercase: flag("require_lowercase") == Some(true),
        users_may_change: flag("users_may_change") == Some(true),
        is_expiry_hard: flag("hard_expiry"),
        longest_age: reader.number(fields, "max_age_days", 1, 1095),
        least_length: usize::try_from(length).unwrap_or(6),
        remembered: remembered.and_then(|number| usize::try_from(number).ok()),
    }
}

fn mfa_devices(reader: &mut Reader, fields: Fields<'_>, users: &[UserSeed]) -> Vec<MfaSeed> {
    let mut read = Vec::new();
    for member in named(reader, fields, "mfa_devices") {
        let fields = reader.fields(&member.value, &format!("MFA device {}", member.key), &MFA_DEVICE);
        let given = reader.text(fields, "seed");
        let seed = given.as_deref().and_then(totp::from_base32);
        if let Some(node) = fields.get("seed")
            && seed.as_ref().is_none_or(Vec::is_empty)
        {
            reader.wants(node, "seed", "a text in base 32");
        }
        let user = reader.text(fields, "user");
        if let (Some(name), Some(node)) = (&user, fields.get("user"))
            && !users.iter().any(|user| user.identity.name == *name)
        {
            reader.say(node.span, format!("there is no user `{name}`"));
        }
        read.push(MfaSeed {
            identity: identity(reader, member, fields, "", 226),
            seed,
            user,
            enabled: reader.instant(fields, "enabled"),
            drift: reader.number(fields, "drift", -120, 120).unwrap_or(0),
        });
    }
    read
}

fn instance_profiles(reader: &mut Reader, fields: Fields<'_>, roles: &[RoleSeed]) -> Vec<ProfileSeed> {
    let mut read = Vec::new();
    for member in named(reader, fields, "instance_profiles") {
        let place = format!("instance profile {}", member.key);
        let fields = reader.fields(&member.value, &place, &INSTANCE_PROFILE);
        let role = reader.text(fields, "role");
        if let (Some(name), Some(node)) = (&role, fields.get("role"))
            && !roles.iter().any(|role| role.identity.name == *name)
        {
            reader.say(node.span, format!("there is no role `{name}`"));
        }
        read.push(ProfileSeed {
            identity: identity(reader, member, fields, "AIPA", 128),
            role,
        });
    }
    read
}

fn oidc_providers(reader: &mut Reader, fields: Fields<'_>) -> Vec<OidcSeed> {
    let mut read = Vec::new();
    for member in named(reader, fields, "oidc_providers") {
        let url = member.key.strip_prefix("https://").unwrap_or(&member.key);
        if url.is_empty() || url.len() > 255 || url.contains(|c: char| c.is_whitespace() || "?#".contains(c))
        {
            let message = format!(
                "`{}` is no issuer: it is a URL such as https://token.example.com",
                member.key
            );
            reader.say(member.key_span, message);
        }
        let fields = reader.fields(&member.value, &format!("provider {url}"), &OIDC_PROVIDER);
        let mut texts = |key: &str| {
            let texts = reader.texts(fields, key).into_iter();
            texts.map(|(text, _)| text).collect()
        };
        let (clients, thumbprints) = (texts("clients"), texts("thumbprints"));
        read.push(OidcSeed {
            url: url.to_owned(),
            clients,
            thumbprints,
            created: reader.instant(fields, "created"),
            tags: tags(reader, fields, url),
        });
    }
    read
}

fn saml_providers(reader: &mut Reader, fields: Fields<'_>) -> Vec<SamlSeed> {
    let mut read = Vec::new();
    for member in named(reader, fields, "saml_providers") {
        let place = format!("SAML provider {}", member.key);
        let fields = reader.fields(&member.value, &place, &SAML_PROVIDER);
        let encryption = reader.text(fields, "encryption");
        if let (Some(mode), Some(node)) = (encryption.as_deref(), fields.get("encryption"))
            && !["Required", "Allowed"].contains(&mode)
        {
            reader.wants(node, "encryption", "Required or Allowed");
        }
        let mut keys = Vec::new();
        for key in named(reader, fields, "keys") {
            match key.value.as_str().and_then(|text| text.parse().ok()) {
                Some(at) => keys.push((key.key.clone(), at)),
                None => reader.wants(&key.value, &key.key, "an instant such as 2026-01-01T00:00:00Z"),
            }
        }
        read.push(SamlSeed {
            identity: identity(reader, member, fields, "", 128),
            valid_until: reader.instant(fields, "valid_until"),
            metadata: reader.text(fields, "metadata").unwrap_or_default(),
            encryption,
            keys,
        });
    }
    read
}
