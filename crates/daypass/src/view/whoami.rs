//! Who one is, as people and programs read it.

use super::paint::{QUIET, WARNING, paint};
use daypass_aws::{Identity, SessionFacts};
use daypass_core::expiry::instant;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;

/// All that is known.
#[derive(Debug)]
pub(crate) struct Me {
    /// Account, principal, key.
    pub(crate) identity: Identity,
    /// What CloudTrail knows of the session.
    pub(crate) facts: SessionFacts,
    /// When the session ends.
    pub(crate) ends: Option<Timestamp>,
    /// The region, if one is named.
    pub(crate) region: Option<String>,
    /// The names of the policies.
    pub(crate) policies: Vec<String>,
    /// The permissions boundary.
    pub(crate) boundary: Option<String>,
    /// What could not be read.
    pub(crate) unread: Vec<String>,
    /// How much is allowed; `None` when not all policies could be read.
    pub(crate) breadth: Option<Breadth>,
    /// This moment.
    pub(crate) now: Timestamp,
}

/// How many actions are allowed on every resource.
#[derive(Debug)]
pub(crate) struct Breadth {
    /// By access level.
    pub(crate) shares: Vec<Share>,
}

/// The actions of one access level.
#[derive(Debug)]
pub(crate) struct Share {
    /// Such as `Permissions management`.
    pub(crate) level: &'static str,
    /// How many are allowed on every resource.
    pub(crate) allowed: usize,
    /// How many there are.
    pub(crate) of: usize,
}

/// For people.
pub(crate) fn human(me: &Me) -> io::Result<()> {
    let caller = &me.identity.caller;
    let alias = me
        .identity
        .alias
        .as_ref()
        .map(|alias| format!(" ({alias})"))
        .unwrap_or_default();
    let mut facts = vec![
        ("account", format!("{}{alias}", caller.account)),
        ("principal", caller.arn.to_string()),
        ("is", kind(me)),
        ("key", key(me)),
        ("MFA", mfa(me)),
    ];
    if let Some(who) = &me.facts.assumed_by {
        facts.push(("assumed by", who.clone()));
    }
    if let Some(who) = &me.facts.source_identity {
        facts.push(("source", who.clone()));
    }
    facts.push((
        "region",
        me.region
            .clone()
            .unwrap_or_else(|| "none named (AWS_REGION)".to_owned()),
    ));
    facts.extend(me.policies.iter().map(|name| ("policy", name.clone())));
    if let Some(boundary) = &me.boundary {
        facts.push(("within", boundary.clone()));
    }
    facts.extend(may(me));
    let mut text = String::new();
    for (label, value) in facts {
        let _ = writeln!(text, "{} {value}", paint(QUIET, format_args!("{label:<10}")));
    }
    super::deliver(text.trim_end())?;
    for why in me.facts.unknown.iter().chain(&me.unread) {
        super::note(why);
    }
    Ok(())
}

fn kind(me: &Me) -> String {
    let arn = &me.identity.caller.arn;
    match (arn.role_session(), arn.resource()) {
        (Some((role, session)), _) => format!("session {session} of role {role}"),
        (None, "root") => "the account's root user".to_owned(),
        (None, resource) if resource.starts_with("federated-user/") => "a federated user".to_owned(),
        (None, _) if me.identity.is_temporary => "a session of a user".to_owned(),
        (None, _) => "a user".to_owned(),
    }
}

fn key(me: &Me) -> String {
    let id = &me.identity.access_key_id;
    match (me.identity.is_temporary, me.ends) {
        (false, _) => format!("{id}, for good until it is deleted"),
        (true, None) => format!("{id}, temporary; when it ends is not known"),
        (true, Some(end)) if end <= me.now => format!(
            "{id}, {}",
            paint(WARNING, format_args!("ended at {}", instant(end)))
        ),
        (true, Some(end)) => format!("{id}, until {} ({} left)", instant(end), left(me.now, end)),
    }
}

fn left(now: Timestamp, end: Timestamp) -> String {
    let minutes = end.duration_since(now).as_mins();
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format!("{} h {:02} min", minutes / 60, minutes % 60)
    }
}

fn mfa(me: &Me) -> String {
    match (me.facts.mfa, me.identity.is_temporary) {
        (Some(true), _) => "yes".to_owned(),
        (Some(false), false) => "no: a long-term key brings none".to_owned(),
        (Some(false), true) => "no".to_owned(),
        (None, _) => "not known".to_owned(),
    }
}

fn may(me: &Me) -> Vec<(&'static str, String)> {
    let Some(breadth) = &me.breadth else {
        return vec![("may", "not known: not all policies could be read".to_owned())];
    };
    let (allowed, of) = breadth.shares.iter().fold((0, 0), |(allowed, of), share| {
        (allowed + share.allowed, of + share.of)
    });
    if allowed == 0 {
        let nothing = "nothing on every resource; perhaps something on some (daypass check)";
        return vec![("may", nothing.to_owned())];
    }
    let shares: Vec<String> = breadth
        .shares
        .iter()
        .map(|share| format!("{} {} %", share.level.to_lowercase(), percent(share)))
        .collect();
    vec![
        (
            "may",
            format!("{allowed} of {of} known actions on every resource"),
        ),
        ("", shares.join(", ")),
    ]
}

/// Rounded so that neither none nor all is said of some.
fn percent(share: &Share) -> usize {
    match (share.allowed, share.of) {
        (0, _) | (_, 0) => 0,
        (allowed, of) if allowed == of => 100,
        (allowed, of) => (allowed * 100 / of).clamp(1, 99),
    }
}

/// For programs.
pub(crate) fn json(me: &Me) -> io::Result<()> {
    let caller = &me.identity.caller;
    let breadth = me.breadth.as_ref().map(|breadth| {
        let shares: Vec<Value> = breadth
            .shares
            .iter()
            .map(|share| json!({"access_level": share.level, "allowed": share.allowed, "of": share.of}))
            .collect();
        json!(shares)
    });
    let value = json!({
        "account": caller.account.to_string(),
        "account_alias": me.identity.alias,
        "arn": caller.arn.as_str(),
        "user_id": caller.user_id,
        "role_name": caller.arn.role_session().map(|(role, _)| role),
        "session_name": caller.arn.role_session().map(|(_, session)| session),
        "access_key_id": me.identity.access_key_id,
        "temporary": me.identity.is_temporary,
        "ends_at": me.ends.map(instant),
        "seconds_left": me.ends.map(|end| end.duration_since(me.now).as_secs().max(0)),
        "mfa": me.facts.mfa,
        "assumed_by": me.facts.assumed_by,
        "source_identity": me.facts.source_identity,
        "region": me.region,
        "policies": me.policies,
        "boundary": me.boundary,
        "allowed_everywhere": breadth,
        "unread": me.unread,
        "unknown": me.facts.unknown,
    });
    super::deliver(&format!("{value:#}"))
}
