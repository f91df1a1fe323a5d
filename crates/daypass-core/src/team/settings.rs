//! `daypass.yaml`: what holds for every team of a directory, and what holds where it says nothing.

use std::collections::BTreeMap;

use iam_policy::Arn;
use iam_policy::syntax::{Node, NodeKind, nearest};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::finding::Rule;
use super::names::{IamPath, NameError, RoleName, SessionName, UserName};
use super::reader::{At, Fields, Reader, shortened};
use super::shape::{LONGEST_TERM, SETTINGS_FILE};

/// What holds for every team.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamSettings {
    /// The most days that temporary access lasts, counted from today: `6` unless said otherwise.
    pub max_days: u16,
    /// The zone of days without a time; UTC.
    pub timezone: TimeZone,
    /// The role that is assumed in each account; `AWSSelfServeDeployer`.
    pub deployer_role: RoleName,
    /// How users become IAM users.
    pub usernames: Usernames,
    /// The IAM path of what is made; `/daypass/`.
    pub policy_path: IamPath,
    /// The permissions boundary of roles that are made.
    pub boundary: Option<PolicyRef>,
    /// The name of sessions; `daypass`.
    pub session_name: SessionName,
}

/// How the users of the files become IAM users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usernames {
    /// `bert@example.com` is `bert`.
    StripDomain,
    /// As they are written.
    Keep,
    /// Those of the map as it says, the others without their domain.
    Map(BTreeMap<String, UserName>),
}

/// A managed policy, told by its ARN or by the name that it has in each account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyRef {
    /// The same policy everywhere.
    Arn(Arn),
    /// The policy of this name (with its path, if that is not `/`) in each account.
    Name(String),
}

impl TeamSettings {
    /// The role that may only look, beside the deployer role: its name with `ReadOnly` behind it.
    pub fn read_only_role(&self) -> Result<RoleName, NameError> {
        format!("{}ReadOnly", self.deployer_role).parse()
    }
}

impl Usernames {
    /// The IAM name of a user, as text that is still to be checked.
    pub(super) fn iam_name<'a>(&'a self, written: &'a str) -> &'a str {
        let without_domain = written.split_once('@').map_or(written, |(name, _)| name);
        match self {
            Usernames::StripDomain => without_domain,
            Usernames::Keep => written,
            Usernames::Map(names) => names.get(written).map_or(without_domain, UserName::as_str),
        }
    }
}

impl TeamSettings {
    /// What holds for a directory without a `daypass.yaml`.
    pub fn defaults() -> Option<TeamSettings> {
        Some(TeamSettings {
            max_days: 6,
            timezone: TimeZone::UTC,
            deployer_role: "AWSSelfServeDeployer".parse().ok()?,
            usernames: Usernames::StripDomain,
            policy_path: "/daypass/".parse().ok()?,
            boundary: None,
            session_name: "daypass".parse().ok()?,
        })
    }
}

/// Reads the settings; without a file, or where it says nothing, the defaults hold.
pub(super) fn read(reader: &mut Reader<'_>, root: Option<&Node>) -> Option<TeamSettings> {
    let mut settings = TeamSettings::defaults()?;
    let Some(root) = root.filter(|root| root.kind != NodeKind::Null) else {
        return Some(settings);
    };
    let fields = reader.fields(root, "daypass.yaml", &SETTINGS_FILE)?;
    if let Some(days) = days(reader, fields, "max_days") {
        settings.max_days = days;
    }
    if let Some(zone) = reader
        .optional_text(fields, "timezone")
        .and_then(|name| zone(reader, &name))
    {
        settings.timezone = zone;
    }
    if let Some(role) = name(reader, fields, "deployer_role") {
        settings.deployer_role = role;
    }
    if let Some(names) = fields.get("usernames").and_then(|node| usernames(reader, node)) {
        settings.usernames = names;
    }
    if let Some(path) = name(reader, fields, "policy_path") {
        settings.policy_path = path;
    }
    settings.boundary = boundary(reader, fields);
    if let Some(session) = name(reader, fields, "session_name") {
        settings.session_name = session;
    }
    Some(settings)
}

fn name<T: std::str::FromStr<Err: std::fmt::Display>>(
    reader: &mut Reader<'_>,
    fields: Fields<'_>,
    key: &str,
) -> Option<T> {
    let text = reader.optional_text(fields, key)?;
    reader.parsed(&text, Rule::WrongName).map(|name| name.value)
}

/// A whole number of days.
pub(super) fn days(reader: &mut Reader<'_>, fields: Fields<'_>, key: &str) -> Option<u16> {
    let node = fields.get(key)?;
    let NodeKind::Number(digits) = &node.kind else {
        reader.wants(
            node,
            key,
            "a number of days",
            "write it without quotes, such as 6",
        );
        return None;
    };
    let days = digits
        .parse::<u16>()
        .ok()
        .filter(|days| (1..=LONGEST_TERM).contains(days));
    if days.is_none() {
        let message = format!(
            "{key} wants 1 to {LONGEST_TERM} whole days, this is {}",
            shortened(digits)
        );
        reader.error(
            node.span,
            Rule::WrongValue,
            message,
            "what lasts longer is permanent access",
        );
    }
    days
}

/// A `boundary` key.
pub(super) fn boundary(reader: &mut Reader<'_>, fields: Fields<'_>) -> Option<PolicyRef> {
    const LIKE: &str = "write the ARN of a managed policy, or the name of one that every account has";
    let text = reader.optional_text(fields, "boundary")?;
    let policy = if text.value.starts_with("arn:") {
        text.value
            .parse()
            .ok()
            .filter(is_managed_policy)
            .map(PolicyRef::Arn)
    } else {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@_/-".contains(c);
        let is_name = text.value.chars().all(allowed) && !text.value.ends_with('/');
        is_name.then(|| PolicyRef::Name(text.value.trim_start_matches('/').to_owned()))
    };
    if policy.is_none() {
        let message = format!("`{}` is no managed policy", shortened(&text.value));
        reader
            .findings
            .error(&text.place, Rule::WrongValue, message, LIKE);
    }
    policy
}

/// Whether an ARN is one of a managed policy, AWS's or an account's.
pub(super) fn is_managed_policy(arn: &Arn) -> bool {
    let owner_fits = arn.account_part() == "aws" || arn.account().is_some();
    let named = arn
        .resource()
        .strip_prefix("policy/")
        .is_some_and(|name| !name.is_empty() && !name.ends_with('/'));
    arn.service() == "iam" && arn.region().is_empty() && owner_fits && named
}

fn zone(reader: &mut Reader<'_>, name: &At<String>) -> Option<TimeZone> {
    let zones = TimeZoneDatabase::bundled();
    if let Ok(zone) = zones.get(&name.value) {
        return Some(zone);
    }
    let known: Vec<String> = zones.available().map(|zone| zone.to_string()).collect();
    let help = match nearest(&name.value, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "zones are named as in the IANA database, such as UTC or Europe/Berlin".to_owned(),
    };
    let message = format!("timezone `{}` is not known", shortened(&name.value));
    reader
        .findings
        .error(&name.place, Rule::WrongValue, message, help);
    None
}

fn usernames(reader: &mut Reader<'_>, node: &Node) -> Option<Usernames> {
    const WANTED: &str = "strip-domain, keep, or a map from user to IAM name";
    match &node.kind {
        NodeKind::String(text) => match text.as_str() {
            "strip-domain" => Some(Usernames::StripDomain),
            "keep" => Some(Usernames::Keep),
            other => {
                let help = match nearest(other, ["strip-domain", "keep"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("usernames takes {WANTED}"),
                };
                let message = format!("usernames has no choice `{}`", shortened(other));
                reader.error(node.span, Rule::WrongValue, message, help);
                None
            }
        },
        NodeKind::Object(members) => {
            reader.no_duplicates(members, "usernames");
            let mut names = BTreeMap::new();
            for member in members {
                let key = reader.at(member.key.clone(), member.key_span);
                // Whoever cannot stand in an access file need not be called anything.
                if !is_written_user(&key.value) {
                    let message = format!("`{}` is no user", shortened(&key.value));
                    let help = "write the user as in the access files, such as bert@example.com";
                    reader.findings.error(&key.place, Rule::WrongName, message, help);
                    continue;
                }
                let name = reader.text(&member.value, &member.key);
                if let Some(name) = name.and_then(|text| reader.parsed::<UserName>(&text, Rule::WrongName)) {
                    names.insert(key.value, name.value);
                }
            }
            Some(Usernames::Map(names))
        }
        _ => {
            reader.wants(node, "usernames", WANTED, "");
            None
        }
    }
}

/// Whether a text can be a user of an access file: an e-mail address or an IAM name.
pub(super) fn is_written_user(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,._@-".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}
