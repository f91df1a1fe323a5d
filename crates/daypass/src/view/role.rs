//! Roles as people and programs read them: what is made, what differs, what is there.

mod difference;

use super::columns::{Cell, table};
use super::paint::{ERROR, GOOD, QUIET, STRONG, WARNING, paint};
use daypass_aws::ListedRole;
use daypass_core::expiry::instant;
use daypass_core::role::{Change, ObservedRole, Standing, Trust, WantedRole};
use difference::document_changes;
use iam_policy::{AccountId, Document};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What `role create` has to tell.
#[derive(Debug)]
pub(crate) struct Made<'a> {
    /// The role.
    pub(crate) wanted: &'a WantedRole,
    /// Its account.
    pub(crate) account: &'a AccountId,
    /// The role as it was before.
    pub(crate) observed: Option<&'a ObservedRole>,
    /// What it takes.
    pub(crate) changes: &'a [Change],
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// For a program.
    pub(crate) json: bool,
}

/// What became of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was there as asked.
    AlreadySo,
    /// It is there.
    Made,
    /// It is now as asked.
    Changed,
    /// Nothing was done, as asked.
    WouldChange,
    /// Nothing was done, since nobody could be asked.
    Pending,
}

/// Says before anything is made what it will be; on stderr.
pub(crate) fn announce(made: &Made<'_>) {
    super::say(plan_text(made));
}

/// Tells the result on stdout, and on stderr what to do with the role.
pub(crate) fn finish(made: &Made<'_>) -> std::io::Result<()> {
    if made.json {
        return super::deliver(&format!("{:#}", as_json(made)));
    }
    let name = &made.wanted.name;
    match made.outcome {
        Outcome::AlreadySo => super::deliver(&format!("Role {name} is already so: {}", made.wanted.arn))?,
        Outcome::Made => super::deliver(&format!("Made role {name}: {}", made.wanted.arn))?,
        Outcome::Changed => super::deliver(&format!("Changed role {name}: {}", made.wanted.arn))?,
        Outcome::WouldChange => return super::deliver(&plan_text(made)),
        Outcome::Pending => return Ok(()),
    }
    for line in next_steps(made.wanted) {
        super::say(line);
    }
    Ok(())
}

/// Says what a deletion takes away.
pub(crate) fn announce_removal(role: &ObservedRole, changes: &[Change]) {
    let mut text = format!("Role {} goes, and with it\n", paint(STRONG, &role.name));
    for line in changes.iter().flat_map(change_lines) {
        let _ = writeln!(text, "  {line}");
    }
    super::say(text.trim_end());
}

fn plan_text(made: &Made<'_>) -> String {
    let Made { wanted, account, .. } = made;
    let name = paint(STRONG, &wanted.name);
    let mut text = String::new();
    if made.observed.is_none() {
        let _ = writeln!(text, "Role {name} in account {account}");
        for (label, value) in facts(wanted) {
            let _ = writeln!(text, "  {} {label:<10} {value}", paint(GOOD, "+"));
        }
    } else {
        let _ = writeln!(text, "Role {name} in account {account} differs");
        for line in made.changes.iter().flat_map(change_lines) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text.trim_end().to_owned()
}

/// What a new role is, in a few lines.
fn facts(wanted: &WantedRole) -> Vec<(&'static str, String)> {
    let mut facts = vec![("role", wanted.arn.clone())];
    facts.extend(wanted.trusts.iter().map(|trust| ("trusts", trusted(trust))));
    if wanted.require_mfa {
        facts.push(("only", "with MFA".to_owned()));
    }
    if let Some(id) = &wanted.external_id {
        facts.push(("only", format!("with external id {id}")));
    }
    facts.push(("sessions", format!("of up to {}", hours(wanted.max_session))));
    facts.extend(wanted.attached.iter().map(|arn| ("policy", arn.to_string())));
    for (name, document) in &wanted.inline {
        facts.push(("policy", format!("{name} (inline, {})", statements(document))));
    }
    if wanted.attached.is_empty() && wanted.inline.is_empty() {
        facts.push((
            "policies",
            "none: it may do nothing (see --attach and --policy)".to_owned(),
        ));
    }
    if let Some(boundary) = &wanted.boundary {
        facts.push(("boundary", boundary.to_string()));
    }
    if let Some(end) = wanted.expires {
        facts.push(("ends", instant(end)));
    }
    facts
}

fn trusted(trust: &Trust) -> String {
    match trust {
        Trust::Account(account) => format!("account {account}"),
        Trust::Service(name) => name.clone(),
        Trust::Github { repository, filter } => format!("GitHub, repo:{repository}:{filter}"),
        Trust::Principal(arn) => arn.to_string(),
        Trust::Me => "whoever makes it".to_owned(),
    }
}

fn statements(document: &Document) -> String {
    match document.statements.len() {
        1 => "1 statement".to_owned(),
        many => format!("{many} statements"),
    }
}

fn hours(seconds: i32) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds % 3_600 / 60);
    if minutes == 0 {
        format!("{hours} h")
    } else {
        format!("{hours} h {minutes} min")
    }
}

fn change_lines(change: &Change) -> Vec<String> {
    let (plus, minus, differs) = (paint(GOOD, "+"), paint(ERROR, "-"), paint(WARNING, "~"));
    let with_document = |head: String, from: &Option<Document>, to: &Document| {
        let mut lines = vec![head];
        lines.extend(document_changes(from.as_ref(), to));
        lines
    };
    match change {
        Change::Create { .. } => vec![format!("{plus} role")],
        Change::Delete => vec![format!("{minus} the role itself")],
        Change::Attach(arn) => vec![format!("{plus} policy {arn}")],
        Change::Detach(arn) => vec![format!("{minus} policy {arn}")],
        Change::PutPolicy { name, to, from: None } => {
            vec![format!("{plus} inline policy {name} ({})", statements(to))]
        }
        Change::PutPolicy { name, to, from } => {
            with_document(format!("{differs} inline policy {name}"), from, to)
        }
        Change::DeletePolicy { name } => vec![format!("{minus} inline policy {name}")],
        Change::SetBoundary { to, from: None } => vec![format!("{plus} boundary {to}")],
        Change::SetBoundary { to, from: Some(from) } => vec![format!("{differs} boundary {from} -> {to}")],
        Change::RemoveBoundary { from } => vec![format!("{minus} boundary {from}")],
        Change::SetMaxSession { to, from } => {
            vec![format!(
                "{differs} sessions of up to {} -> {}",
                hours(*from),
                hours(*to)
            )]
        }
        Change::SetTrust { to, from } => with_document(format!("{differs} trust policy"), from, to),
        Change::Tag { key, to, from: None } => vec![format!("{plus} tag {key} {to}")],
        Change::Tag {
            key,
            to,
            from: Some(from),
        } => vec![format!("{differs} tag {key} {from} -> {to}")],
        Change::Untag { key, from } => vec![format!("{minus} tag {key} {from}")],
    }
}

/// What one does with such a role.
fn next_steps(wanted: &WantedRole) -> Vec<String> {
    let mut next = Vec::new();
    let people = |trust: &Trust| matches!(trust, Trust::Principal(_) | Trust::Account(_));
    if wanted.trusts.iter().any(people) {
        let mfa = if wanted.require_mfa { " --mfa" } else { "" };
        let external_id = wanted
            .external_id
            .as_ref()
            .map(|id| format!(" --external-id {id}"));
        next.push(format!(
            "next: daypass assume {}{mfa}{} -- aws sts get-caller-identity",
            wanted.arn,
            external_id.unwrap_or_default()
        ));
    }
    if wanted
        .trusts
        .iter()
        .any(|trust| matches!(trust, Trust::Service(_)))
    {
        next.push(format!(
            "next: give it to the service; whoever does so needs iam:PassRole on {}",
            wanted.arn
        ));
    }
    if wanted.needs_github() {
        next.push(format!(
            "next: in the workflow, `permissions: {{id-token: write}}`, and for aws-actions/configure-aws-credentials \
             `role-to-assume: {}`",
            wanted.arn
        ));
    }
    next
}

fn as_json(made: &Made<'_>) -> Value {
    let changes: Vec<Value> = made.changes.iter().map(change_json).collect();
    json!({
        "role_name": made.wanted.name.as_str(),
        "role_arn": made.wanted.arn,
        "account": made.account.to_string(),
        "expires_at": made.wanted.expires.map(instant),
        "outcome": match made.outcome {
            Outcome::AlreadySo => "already_so",
            Outcome::Made => "made",
            Outcome::Changed => "changed",
            Outcome::WouldChange => "would_change",
            Outcome::Pending => "pending",
        },
        "changes": changes,
    })
}

fn change_json(change: &Change) -> Value {
    let mut value = json!({ "operation": change.operation() });
    let mut set = |key: &str, of: Value| {
        if let Value::Object(object) = &mut value {
            object.insert(key.to_owned(), of);
        }
    };
    match change {
        Change::Create { trust, boundary, .. } => {
            set("trust_policy", document_json(trust));
            set("boundary", json!(boundary.as_ref().map(ToString::to_string)));
        }
        Change::PutPolicy { name, to, .. } => {
            set("policy_name", json!(name));
            set("document", document_json(to));
        }
        Change::DeletePolicy { name } => set("policy_name", json!(name)),
        Change::Attach(arn) | Change::Detach(arn) => set("policy_arn", json!(arn.as_str())),
        Change::SetBoundary { to, .. } => set("boundary", json!(to.as_str())),
        Change::SetMaxSession { to, .. } => set("max_session_seconds", json!(to)),
        Change::SetTrust { to, .. } => set("trust_policy", document_json(to)),
        Change::Tag { key, to, .. } => {
            set("key", json!(key));
            set("value", json!(to));
        }
        Change::Untag { key, .. } => set("key", json!(key)),
        Change::RemoveBoundary { .. } | Change::Delete => {}
    }
    value
}

fn document_json(document: &Document) -> Value {
    serde_json::from_str(&document.to_minified()).unwrap_or(Value::Null)
}

/// A role with its documents.
pub(crate) fn role(role: &ObservedRole, now: Timestamp) -> String {
    let mut facts = vec![("arn", role.arn.to_string())];
    if let Some(created) = role.created {
        let by = role.tags.get(daypass_core::role::TAG_MADE_BY);
        let by = by.map(|who| format!(" by {who}")).unwrap_or_default();
        facts.push(("made", format!("{}{by}", instant(created))));
    }
    if role.standing() == Standing::Foreign {
        facts.push(("", "not by daypass role create".to_owned()));
    }
    facts.push((
        "last used",
        role.last_used.map_or_else(|| "not known".to_owned(), instant),
    ));
    facts.push(("sessions", format!("of up to {}", hours(role.max_session))));
    if let Some(end) = role.expires() {
        let over = if end <= now {
            ", which is past: it may do nothing"
        } else {
            ""
        };
        facts.push(("ends", format!("{}{over}", instant(end))));
    }
    if let Some(boundary) = &role.boundary {
        facts.push(("boundary", boundary.to_string()));
    }
    facts.extend(role.attached.iter().map(|arn| ("policy", arn.to_string())));
    if role.attached.is_empty() && role.inline.is_empty() {
        facts.push(("policies", "none: it may do nothing".to_owned()));
    }
    let mut text = format!("Role {}\n", paint(STRONG, &role.name));
    for (label, value) in facts {
        let _ = writeln!(text, "  {} {value}", paint(QUIET, format_args!("{label:<10}")));
    }
    let mut document = |title: &str, document: Option<&Document>| {
        let _ = writeln!(text, "\n{}", paint(STRONG, title));
        match document {
            Some(document) => {
                let _ = writeln!(text, "{}", document.to_json());
            }
            None => text.push_str("(not a document that can be read)\n"),
        }
    };
    document("trust policy", role.trust.as_ref());
    for (name, policy) in &role.inline {
        document(&format!("inline policy {name}"), policy.as_ref());
    }
    text.trim_end().to_owned()
}

/// A role for a program.
pub(crate) fn role_json(role: &ObservedRole) -> String {
    let inline: serde_json::Map<String, Value> = role
        .inline
        .iter()
        .map(|(name, document)| {
            let document = document.as_ref().map_or(Value::Null, document_json);
            (name.clone(), document)
        })
        .collect();
    let attached: Vec<&str> = role.attached.iter().map(iam_policy::Arn::as_str).collect();
    let value = json!({
        "role_name": role.name,
        "role_arn": role.arn.as_str(),
        "made_by_daypass": role.standing() == Standing::Ours,
        "created": role.created.map(instant),
        "last_used": role.last_used.map(instant),
        "expires_at": role.expires().map(instant),
        "max_session_seconds": role.max_session,
        "boundary": role.boundary.as_ref().map(iam_policy::Arn::as_str),
        "trust_policy": role.trust.as_ref().map(document_json),
        "attached_policies": attached,
        "inline_policies": inline,
        "tags": role.tags,
    });
    format!("{value:#}")
}

/// The roles that daypass has made.
pub(crate) fn listed(roles: &[ListedRole], account: &AccountId, now: Timestamp) -> String {
    if roles.is_empty() {
        return format!("daypass has made no roles in account {account}.");
    }
    let day = |at: Option<Timestamp>| at.map(|at| instant(at).chars().take(10).collect::<String>());
    let rows: Vec<Vec<Cell>> = roles
        .iter()
        .map(|role| {
            let ends = match role.expires {
                Some(end) if end <= now => Cell::styled(WARNING, format!("{}, past", instant(end))),
                Some(end) => Cell::plain(instant(end)),
                None => Cell::styled(QUIET, "no end"),
            };
            vec![
                Cell::plain(&role.name),
                Cell::plain(day(role.created).unwrap_or_default()),
                ends,
            ]
        })
        .collect();
    table(&["role", "made", "ends"], &rows)
}

/// The same for a program.
pub(crate) fn listed_json(roles: &[ListedRole]) -> String {
    let roles: Vec<Value> = roles
        .iter()
        .map(|role| {
            json!({
                "role_name": role.name,
                "role_arn": role.arn,
                "created": role.created.map(instant),
                "expires_at": role.expires.map(instant),
            })
        })
        .collect();
    format!("{:#}", json!({ "roles": roles }))
}
