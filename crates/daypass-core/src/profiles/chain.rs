//! From a profile to who one is to begin with, and the roles that are assumed one after the other from there ("Assume
//! role credential provider", AWS SDKs and Tools Reference Guide).

use std::collections::BTreeSet;

use iam_policy::Arn;
use jiff::SignedDuration;
use secrecy::SecretString;

use super::{Defect, Profile, Profiles, Setting};

/// The range of `DurationSeconds` ("AssumeRole", AWS STS API Reference).
const SECONDS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// Any of these says that a profile signs in by SSO.
const SSO: [&str; 5] = [
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
];

/// What a profile comes to.
#[derive(Debug, Clone)]
pub struct ProfileChain {
    /// Who one is to begin with.
    pub base: Base,
    /// The roles, in the order in which they are assumed; none for a profile that names credentials alone.
    pub hops: Vec<ProfileHop>,
    /// The region that the profile names.
    pub region: Option<String>,
    /// The endpoint for every service that the profile names.
    pub endpoint_url: Option<String>,
    /// The MFA device that the profile with the credentials names, where no role does.
    pub mfa_serial: Option<String>,
}

/// Who one is to begin with.
#[derive(Debug, Clone)]
pub enum Base {
    /// An access key that stands in the files.
    Keys {
        /// The profile that has it.
        profile: String,
        /// Its id.
        access_key_id: String,
        /// Its secret.
        secret_access_key: SecretString,
        /// Its session token, if it is temporary.
        session_token: Option<SecretString>,
    },
    /// A profile whose credentials somebody else gives: a process, single sign-on, a web identity.
    Provided {
        /// The profile.
        profile: String,
        /// What tells these credentials from others: the settings that say where they come from.
        settings: Vec<(String, String)>,
    },
    /// `credential_source = Environment`.
    Environment,
    /// `credential_source = Ec2InstanceMetadata`.
    InstanceMetadata,
    /// `credential_source = EcsContainer`.
    Container,
}

/// One role of a chain.
#[derive(Debug, Clone)]
pub struct ProfileHop {
    /// The profile that names it.
    pub profile: String,
    /// The role.
    pub role: Arn,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `role_session_name`.
    pub session_name: Option<String>,
    /// `mfa_serial`.
    pub mfa_serial: Option<String>,
    /// `duration_seconds`.
    pub lasts: Option<SignedDuration>,
}

impl Profiles {
    /// What the profile `name` comes to, through as many profiles as it takes.
    pub fn chain(&self, name: &str) -> Result<ProfileChain, Defect> {
        let first = self.get(name).ok_or_else(|| self.unknown(name, None))?;
        let mut seen = BTreeSet::new();
        let mut hops = Vec::new();
        let mut profile = first;
        let base = loop {
            if !seen.insert(profile.name.as_str()) {
                return Err(circle(profile, first));
            }
            // A profile that others begin from is its keys, where it has any, whatever role it names besides.
            if profile.name != first.name
                && let Some(keys) = keys(profile)?
            {
                break keys;
            }
            let Some(hop) = hop(profile)? else {
                break provided(self, profile)?;
            };
            hops.push(hop);
            match source(profile)? {
                Source::Itself => {
                    let message = format!(
                        "profile {} begins from itself and has no access key",
                        profile.name
                    );
                    break keys(profile)?.ok_or_else(|| Defect::at(&profile.place, message))?;
                }
                Source::Named(base) => break base,
                Source::Profile(next) => {
                    profile = self
                        .get(&next.value)
                        .ok_or_else(|| self.unknown(&next.value, Some(next)))?;
                }
            }
        };
        hops.reverse();
        Ok(ProfileChain {
            base,
            hops,
            region: first.get("region").map(str::to_owned),
            endpoint_url: first.get("endpoint_url").map(str::to_owned),
            mfa_serial: profile.get("mfa_serial").map(str::to_owned),
        })
    }

    fn unknown(&self, name: &str, named_by: Option<&Setting>) -> Defect {
        let help = match (self.nearest(name), self.profiles.len()) {
            (Some(nearest), _) => format!("did you mean {nearest}?"),
            (None, 0) => {
                "there are no profiles at all: is AWS_CONFIG_FILE or HOME what it should be?".to_owned()
            }
            (None, _) => {
                let names: Vec<&str> = self.names().take(12).collect();
                format!("the profiles are: {}", names.join(", "))
            }
        };
        Defect {
            place: named_by.map(|setting| setting.place.clone()),
            message: format!("there is no profile {name}"),
            help: Some(help),
        }
    }
}

fn circle(profile: &Profile, first: &Profile) -> Defect {
    let place = profile
        .setting("source_profile")
        .map_or(&profile.place, |setting| &setting.place);
    Defect::at(
        place,
        format!(
            "the chain of profile {} comes back to profile {}: nobody is left to begin as",
            first.name, profile.name
        ),
    )
    .help("one of the profiles must have credentials, or a credential_source, instead of a source_profile")
}

/// The access key of a profile, if it has one.
fn keys(profile: &Profile) -> Result<Option<Base>, Defect> {
    let (id, secret) = (
        profile.setting("aws_access_key_id"),
        profile.setting("aws_secret_access_key"),
    );
    match (id, secret) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => Ok(Some(Base::Keys {
            profile: profile.name.clone(),
            access_key_id: id.value.clone(),
            secret_access_key: secret.value.clone().into(),
            session_token: profile
                .get("aws_session_token")
                .map(|token| token.to_owned().into()),
        })),
        (Some(half), None) => Err(Defect::at(
            &half.place,
            format!("profile {} has no aws_secret_access_key", profile.name),
        )),
        (None, Some(half)) => Err(Defect::at(
            &half.place,
            format!("profile {} has no aws_access_key_id", profile.name),
        )),
    }
}

/// The role that a profile assumes with the credentials of another, if it does.
fn hop(profile: &Profile) -> Result<Option<ProfileHop>, Defect> {
    let Some(role) = profile.setting("role_arn") else {
        return Ok(None);
    };
    // With a web identity it is where one begins: nobody else's credentials are wanted for it.
    if profile.get("web_identity_token_file").is_some() {
        return Ok(None);
    }
    let arn = role
        .value
        .parse::<Arn>()
        .ok()
        .filter(|arn| arn.is_iam("role") && arn.account().is_some())
        .ok_or_else(|| {
            Defect::at(
                &role.place,
                format!(
                    "role_arn of profile {} is no role's ARN: {}",
                    profile.name, role.value
                ),
            )
            .help("a role's ARN looks like arn:aws:iam::111122223333:role/Admin")
        })?;
    let lasts = profile.setting("duration_seconds").map(|setting| {
        setting
            .value
            .parse()
            .ok()
            .filter(|seconds| SECONDS.contains(seconds))
            .map(SignedDuration::from_secs)
            .ok_or_else(|| {
                Defect::at(
                    &setting.place,
                    format!(
                        "duration_seconds of profile {} is {}",
                        profile.name, setting.value
                    ),
                )
                .help("it is a number of seconds from 900 to 43200")
            })
    });
    let text = |name: &str| profile.get(name).map(str::to_owned);
    Ok(Some(ProfileHop {
        profile: profile.name.clone(),
        role: arn,
        external_id: text("external_id"),
        session_name: text("role_session_name"),
        mfa_serial: text("mfa_serial"),
        lasts: lasts.transpose()?,
    }))
}

/// Whose credentials a role is assumed with.
enum Source<'a> {
    Itself,
    Profile(&'a Setting),
    Named(Base),
}

fn source(profile: &Profile) -> Result<Source<'_>, Defect> {
    match (
        profile.setting("source_profile"),
        profile.setting("credential_source"),
    ) {
        (Some(_), Some(named)) => Err(Defect::at(
            &named.place,
            format!(
                "profile {} has both source_profile and credential_source",
                profile.name
            ),
        )
        .help("leave one of them out")),
        (Some(next), None) if next.value == profile.name => Ok(Source::Itself),
        (Some(next), None) => Ok(Source::Profile(next)),
        (None, Some(named)) => match named.value.as_str() {
            "Environment" => Ok(Source::Named(Base::Environment)),
            "Ec2InstanceMetadata" => Ok(Source::Named(Base::InstanceMetadata)),
            "EcsContainer" => Ok(Source::Named(Base::Container)),
            other => Err(Defect::at(
                &named.place,
                format!("credential_source of profile {} is {other}", profile.name),
            )
            .help("it is Environment, Ec2InstanceMetadata or EcsContainer")),
        },
        (None, None) if keys(profile)?.is_some() => Ok(Source::Itself),
        (None, None) => Err(Defect::at(
            &profile.place,
            format!(
                "profile {} has a role_arn, and nobody to assume it as",
                profile.name
            ),
        )
        .help(
            "add source_profile = NAME, or credential_source = Environment, Ec2InstanceMetadata or EcsContainer",
        )),
    }
}

/// What a profile without a role to assume offers. The order is the SDKs' own.
fn provided(profiles: &Profiles, profile: &Profile) -> Result<Base, Defect> {
    let of = |settings: &[&str]| Base::Provided {
        profile: profile.name.clone(),
        settings: settings
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), profile.get(name)?.to_owned())))
            .collect(),
    };
    if profile.get("web_identity_token_file").is_some() {
        return Ok(of(&["web_identity_token_file", "role_arn", "role_session_name"]));
    }
    if let Some(setting) = SSO.iter().find_map(|name| profile.setting(name)) {
        if let Some(session) = profile.setting("sso_session")
            && !profiles.sso_sessions.contains_key(&session.value)
        {
            return Err(Defect::at(
                &session.place,
                format!("there is no [sso-session {}]", session.value),
            ));
        }
        for wanted in ["sso_account_id", "sso_role_name"] {
            if profile.get(wanted).is_none() {
                return Err(Defect::at(
                    &setting.place,
                    format!("profile {} signs in by SSO and has no {wanted}", profile.name),
                ));
            }
        }
        return Ok(of(&SSO));
    }
    if profile.get("login_session").is_some() {
        return Ok(of(&["login_session"]));
    }
    if profile.get("credential_process").is_some() {
        return Ok(of(&["credential_process"]));
    }
    if let Some(named) = profile.setting("credential_source") {
        return Err(Defect::at(
            &named.place,
            format!("profile {} has a credential_source and no role_arn", profile.name),
        )
        .help("add role_arn = ARN: a credential_source is whom a role is assumed as"));
    }
    keys(profile)?.ok_or_else(|| {
        Defect::at(
            &profile.place,
            format!("profile {} names no credentials", profile.name),
        )
        .help(
            "a profile has role_arn and source_profile, or an access key, or credential_process, or sso_session",
        )
    })
}
