//! What is to be assumed, and from where: arguments, environment and AWS files come to one plan, before anything is called
//! and without a network. Everything that a session depends on is in it, and so is its name in the cache.

use crate::aws_files::AwsFiles;
use crate::cli::{AssumeArgs, region};
use crate::failure::Failure;
use crate::policy_file::PolicyFile;
use crate::session_cache::SessionName;
use crate::settings::{Settings, Variables};
use daypass_aws::{Credentials, MachineCredentials};
use daypass_core::limits;
use daypass_core::profiles::{self, DEFAULT_PROFILE, ProfileChain, ProfileHop, Profiles};
use iam_lint::DocumentUse;
use iam_policy::Arn;
use jiff::SignedDuration;
use std::fmt;

/// A session of a role that a role's session begins lasts an hour at most ("Role chaining", IAM User Guide).
pub(super) const LONGEST_CHAINED: SignedDuration = SignedDuration::from_hours(1);
/// AWS's default for AssumeRole.
const USUAL: SignedDuration = SignedDuration::from_hours(1);

/// The whole plan.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Who we are to begin with.
    pub(super) base: Base,
    /// What tells the base from others.
    identity: Vec<String>,
    /// The MFA device, where MFA is to be proven.
    pub(super) mfa: Option<Device>,
    /// The roles, in order.
    pub(super) hops: Vec<Hop>,
    /// The profile whose region and endpoint count, if one does.
    pub(super) profile: Option<String>,
    /// The region, if anybody names one.
    pub(super) region: Option<String>,
    /// The endpoint that a profile names.
    pub(super) profile_endpoint: Option<String>,
    /// Where calls go, as far as it is known here.
    endpoints: Vec<String>,
}

/// Who we are to begin with.
#[derive(Debug, Clone)]
pub(super) enum Base {
    /// An access key.
    Keys(Credentials),
    /// A profile whose credentials the SDK finds: a process, single sign-on, a web identity.
    Profile(String),
    /// What the machine offers, because a profile says so.
    Machine(MachineCredentials),
    /// What the machine offers, because there is nothing else.
    Anything,
    /// The embedded AWS's admin.
    Sandbox,
}

/// An MFA device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Device {
    /// The one with this serial number.
    Serial(String),
    /// The one that the user has.
    Own,
}

/// A role by its ARN, or by its name in the account of whoever assumes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Arn(Arn),
    Named(String),
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Arn(arn) => arn.fmt(f),
            Role::Named(name) => write!(f, "role {name}"),
        }
    }
}

/// One role to assume.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    pub(super) role: Role,
    pub(super) session_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) lasts: Option<SignedDuration>,
    pub(super) session_policy: Option<String>,
    pub(super) read_only: bool,
    pub(super) tags: Vec<(String, String)>,
    pub(super) transitive_tags: Vec<String>,
    pub(super) source_identity: Option<String>,
}

impl Hop {
    fn to(role: Role) -> Self {
        Hop {
            role,
            session_name: None,
            external_id: None,
            lasts: None,
            session_policy: None,
            read_only: false,
            tags: Vec::new(),
            transitive_tags: Vec::new(),
            source_identity: None,
        }
    }

    fn of_profile(hop: &ProfileHop) -> Self {
        Hop {
            session_name: hop.session_name.clone(),
            external_id: hop.external_id.clone(),
            lasts: hop.lasts,
            ..Hop::to(Role::Arn(hop.role.clone()))
        }
    }
}

/// Where a plan begins: of a profile, or of the environment.
struct Start {
    base: Base,
    identity: Vec<String>,
    hops: Vec<Hop>,
    mfa_serial: Option<String>,
    wants_mfa: bool,
    profile: Option<String>,
    region: Option<String>,
    endpoint_url: Option<String>,
}

impl Plan {
    /// The plan for these arguments.
    pub(super) fn of(arguments: &AssumeArgs, settings: &Settings) -> Result<Plan, Failure> {
        let variables = &settings.variables;
        if settings.sandbox {
            let start = Start::bare(Base::Sandbox, vec!["sandbox".to_owned()]);
            return Plan::from(start, Some(role(&arguments.role)?), arguments, settings);
        }
        let profiles = AwsFiles::of(variables).read()?;
        let named_by_arn = arguments.role.starts_with("arn:") || arguments.role.starts_with("role/");
        if !named_by_arn && profiles.get(&arguments.role).is_some() {
            if let Some(source) = &settings.profile {
                return Err(Failure::bad_input(format!(
                    "{} is a profile, which says itself whom it begins from: --profile {source} has nothing to say here",
                    arguments.role
                ))
                .help(format!(
                    "leave out --profile; or if you mean the role of that name, write role/{}",
                    arguments.role
                )));
            }
            let start = Start::of_profile(&profiles, &arguments.role, variables)?;
            return Plan::from(start, None, arguments, settings);
        }
        let target = role(&arguments.role)?;
        let start = Start::of_environment(&profiles, settings)?;
        Plan::from(start, Some(target), arguments, settings)
    }

    fn from(
        start: Start,
        target: Option<Role>,
        arguments: &AssumeArgs,
        settings: &Settings,
    ) -> Result<Plan, Failure> {
        let variables = &settings.variables;
        let mut hops = start.hops;
        hops.extend(target.map(Hop::to));
        match hops.last_mut() {
            Some(last) => narrow(last, arguments, settings)?,
            None => nothing_to_narrow(arguments)?,
        }
        let mfa = (arguments.mfa.is_wanted() || start.wants_mfa).then(|| {
            let serial = arguments.mfa.mfa_serial.clone().or(start.mfa_serial);
            serial.map_or(Device::Own, Device::Serial)
        });
        let mut endpoints: Vec<String> = settings.endpoint_url.iter().cloned().collect();
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
            endpoints.push(variables.text(name).unwrap_or_default());
        }
        endpoints.extend(start.endpoint_url.clone());
        Ok(Plan {
            base: start.base,
            identity: start.identity,
            mfa,
            hops,
            profile: start.profile,
            region: region_of(settings, start.region)?,
            profile_endpoint: start.endpoint_url,
            endpoints,
        })
    }

    /// The profile to sign in to, where one begins by single sign-on.
    pub(super) fn single_sign_on(&self) -> Option<&str> {
        match &self.base {
            Base::Profile(profile) if self.identity.iter().any(|part| part == "sso_account_id") => {
                Some(profile)
            }
            _ => None,
        }
    }

    /// The session's name in the cache, after so many of the roles.
    pub(super) fn name(&self, hops: usize) -> SessionName {
        let mut parts = self.begin("session");
        if let Some(device) = &self.mfa {
            parts.push(device_name(device).to_owned());
        }
        for hop in self.hops.iter().take(hops) {
            let option = |value: &Option<String>| value.clone().unwrap_or_default();
            parts.extend([
                hop.role.to_string(),
                option(&hop.session_name),
                option(&hop.external_id),
                hop.lasts.unwrap_or(USUAL).as_secs().to_string(),
                option(&hop.session_policy),
                hop.read_only.to_string(),
                option(&hop.source_identity),
                hop.tags.len().to_string(),
            ]);
            for (key, value) in &hop.tags {
                parts.extend([key.clone(), value.clone()]);
            }
            parts.push(hop.transitive_tags.len().to_string());
            parts.extend(hop.transitive_tags.iter().cloned());
        }
        SessionName::of(parts.iter().map(String::as_str))
    }

    /// The name of the user's session with MFA, which all roles share.
    pub(super) fn mfa_name(&self, device: &Device) -> SessionName {
        let mut parts = self.begin("mfa");
        parts.push(device_name(device).to_owned());
        SessionName::of(parts.iter().map(String::as_str))
    }

    fn begin(&self, kind: &str) -> Vec<String> {
        let mut parts = vec![kind.to_owned(), self.endpoints.len().to_string()];
        parts.extend(self.endpoints.iter().cloned());
        parts.extend(self.identity.iter().cloned());
        parts
    }
}

fn device_name(device: &Device) -> &str {
    match device {
        Device::Serial(serial) => serial,
        Device::Own => "own",
    }
}

impl Start {
    fn bare(base: Base, identity: Vec<String>) -> Self {
        Start {
            base,
            identity,
            hops: Vec::new(),
            mfa_serial: None,
            wants_mfa: false,
            profile: None,
            region: None,
            endpoint_url: None,
        }
    }

    /// From a profile, through all that it begins from.
    fn of_profile(profiles: &Profiles, name: &str, variables: &Variables) -> Result<Self, Failure> {
        let chain = profiles.chain(name)?;
        let ProfileChain {
            base,
            hops,
            region,
            endpoint_url,
            mfa_serial,
        } = chain;
        let of_roles = hops.iter().find_map(|hop| hop.mfa_serial.clone());
        // A profile that is a key with an MFA device is meant to be used with it; the AWS CLI knows no other use of it.
        let wants_mfa = of_roles.is_some() || (hops.is_empty() && mfa_serial.is_some());
        let (base, identity) = base_of(base, variables)?;
        Ok(Start {
            hops: hops.iter().map(Hop::of_profile).collect(),
            mfa_serial: of_roles.or(mfa_serial),
            wants_mfa,
            profile: Some(name.to_owned()),
            region,
            endpoint_url,
            ..Start::bare(base, identity)
        })
    }

    /// From the caller's own credentials, in the order of every AWS tool: the profile that an option names, the
    /// environment, the profile that it names, the default one, the machine.
    fn of_environment(profiles: &Profiles, settings: &Settings) -> Result<Self, Failure> {
        let variables = &settings.variables;
        if let Some(name) = &settings.profile {
            return Start::of_profile(profiles, name, variables);
        }
        if let Some(keys) = keys_of(variables)? {
            let identity = vec!["key".to_owned(), keys.access_key_id.clone()];
            return Ok(Start::bare(Base::Keys(keys), identity));
        }
        if let Some(name) = variables.text("AWS_PROFILE") {
            return Start::of_profile(profiles, &name, variables);
        }
        let default = profiles.get(DEFAULT_PROFILE);
        if default.is_some_and(profiles::Profile::names_credentials) {
            return Start::of_profile(profiles, DEFAULT_PROFILE, variables);
        }
        let mut identity = vec!["machine".to_owned()];
        for name in [
            "AWS_ROLE_ARN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ] {
            identity.push(variables.text(name).unwrap_or_default());
        }
        let region = default.and_then(|default| default.get("region"));
        let endpoint_url = default.and_then(|default| default.get("endpoint_url"));
        Ok(Start {
            region: region.map(str::to_owned),
            endpoint_url: endpoint_url.map(str::to_owned),
            ..Start::bare(Base::Anything, identity)
        })
    }
}

fn base_of(base: profiles::Base, variables: &Variables) -> Result<(Base, Vec<String>), Failure> {
    Ok(match base {
        profiles::Base::Keys {
            access_key_id,
            secret_access_key,
            session_token,
            ..
        } => {
            let identity = vec!["key".to_owned(), access_key_id.clone()];
            let keys = Credentials {
                session_token,
                ..Credentials::from_key(access_key_id, secret_access_key)
            };
            (Base::Keys(keys), identity)
        }
        profiles::Base::Provided { profile, settings } => {
            let mut identity = vec!["profile".to_owned(), profile.clone()];
            for (name, value) in settings {
                identity.extend([name, value]);
            }
            (Base::Profile(profile), identity)
        }
        profiles::Base::Environment => {
            let keys = keys_of(variables)?.ok_or_else(|| {
                Failure::bad_input(
                    "the profile takes its credentials from the environment, and there are none",
                )
                .help("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
            })?;
            let identity = vec!["key".to_owned(), keys.access_key_id.clone()];
            (Base::Keys(keys), identity)
        }
        profiles::Base::InstanceMetadata => (
            Base::Machine(MachineCredentials::Instance),
            vec!["instance".to_owned()],
        ),
        profiles::Base::Container => {
            let mut identity = vec!["container".to_owned()];
            for name in [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            ] {
                identity.push(variables.text(name).unwrap_or_default());
            }
            (Base::Machine(MachineCredentials::Container), identity)
        }
    })
}

/// The access key of the environment.
fn keys_of(variables: &Variables) -> Result<Option<Credentials>, Failure> {
    let Some(id) = variables.text("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret = variables.text("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
        Failure::bad_input("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not")
            .help("set both, or none")
    })?;
    Ok(Some(Credentials {
        session_token: variables.text("AWS_SESSION_TOKEN").map(Into::into),
        ..Credentials::from_key(id, secret)
    }))
}

/// A role as people name it.
fn role(text: &str) -> Result<Role, Failure> {
    let wrong = |what: String| {
        Failure::bad_input(what).help(
            "write a role's ARN (arn:aws:iam::111122223333:role/Dev), its name in your account (Dev, or with its \
             path team/Dev), or the name of a profile of ~/.aws/config",
        )
    };
    if text.starts_with("arn:") {
        let arn: Option<Arn> = text.parse().ok();
        let arn = arn.filter(|arn| arn.is_iam("role") && arn.account().is_some());
        return arn
            .map(Role::Arn)
            .ok_or_else(|| wrong(format!("{text} is no role's ARN")));
    }
    let name = text.strip_prefix("role/").unwrap_or(text).trim_start_matches('/');
    let last = name.rsplit('/').next().unwrap_or(name);
    let fits = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c);
    if last.is_empty() || last.len() > 64 || !name.chars().all(|c| fits(c) || c == '/') {
        return Err(wrong(format!(
            "{text:?} is no profile, and cannot be the name of a role"
        )));
    }
    Ok(Role::Named(name.to_owned()))
}

/// What the arguments say of the last role.
fn narrow(last: &mut Hop, arguments: &AssumeArgs, settings: &Settings) -> Result<(), Failure> {
    last.lasts = arguments.lasts.or(last.lasts);
    let or = |given: &Option<String>, kept: &mut Option<String>| {
        if given.is_some() {
            kept.clone_from(given);
        }
    };
    or(&arguments.session_name, &mut last.session_name);
    or(&arguments.external_id, &mut last.external_id);
    or(&arguments.source_identity, &mut last.source_identity);
    last.read_only = arguments.read_only;
    last.tags.clone_from(&arguments.tags);
    last.transitive_tags.clone_from(&arguments.transitive_tags);
    limits::check_tags(&arguments.tags, 0).map_err(|error| Failure::bad_input(error.to_string()))?;
    let tagged = |key: &&String| {
        !arguments
            .tags
            .iter()
            .any(|(tag, _)| tag.eq_ignore_ascii_case(key))
    };
    if let Some(unknown) = arguments.transitive_tags.iter().find(tagged) {
        return Err(
            Failure::bad_input(format!("--transitive-tag {unknown}: there is no such tag"))
                .help(format!("add --tag {unknown}=VALUE")),
        );
    }
    if let Some(path) = &arguments.session_policy {
        let policy = PolicyFile::new(path).read()?;
        let document = policy.parse()?;
        limits::check_session(&document, &[]).map_err(|error| {
            Failure::bad_input(error.to_string())
                .why(format!("in {}", policy.name))
                .help("merge statements, or use wildcards")
        })?;
        policy.lint(&document, DocumentUse::Session, settings.verbose)?;
        last.session_policy = Some(document.to_minified());
    }
    Ok(())
}

/// Options that only a role has a use for.
fn nothing_to_narrow(arguments: &AssumeArgs) -> Result<(), Failure> {
    let given = [
        ("--session-policy", arguments.session_policy.is_some()),
        ("--read-only", arguments.read_only),
        ("--external-id", arguments.external_id.is_some()),
        ("--session-name", arguments.session_name.is_some()),
        ("--source-identity", arguments.source_identity.is_some()),
        ("--tag", !arguments.tags.is_empty()),
        ("--console", arguments.delivery.console),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Failure::bad_input(format!(
            "profile {} assumes no role, and {option} is for a role's session",
            arguments.role
        ))
        .help("name a role; with --profile you say whose credentials it is assumed with")),
        None => Ok(()),
    }
}

fn region_of(settings: &Settings, of_profile: Option<String>) -> Result<Option<String>, Failure> {
    if settings.region.is_some() {
        return Ok(settings.region.clone());
    }
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    let named = variables
        .iter()
        .find_map(|name| Some((*name, settings.variables.text(name)?)));
    let (by, named) = match (named, of_profile) {
        (Some(named), _) => named,
        (None, Some(named)) => ("the profile's region", named),
        (None, None) => return Ok(None),
    };
    match region(&named) {
        Ok(region) => Ok(Some(region)),
        Err(wrong) => Err(Failure::bad_input(format!("{by} is {named:?}: {wrong}"))),
    }
}
