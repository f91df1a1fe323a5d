//! `permanent-access/TEAM.yaml` and `temporary-access/TEAM.yaml`: who has what, where, until when.

use std::sync::Arc;

use iam_policy::syntax::Node;
use jiff::Timestamp;

use super::desired::Entry;
use super::finding::Rule;
use super::moment::Moment;
use super::names::{Grantee, GroupName, RoleName, UserName};
use super::reader::{At, Fields, Reader, shortened};
use super::settings::{TeamSettings, is_written_user};
use super::shape::{PERMANENT, Shape, TEMPORARY};

/// An entry as read; what it names is still to be looked up.
#[derive(Debug)]
pub(super) struct AccessEntry {
    pub(super) entry: Arc<Entry>,
    pub(super) grantees: Vec<At<Grantee>>,
    /// The users of `grantees`, as they are written.
    pub(super) users: Vec<WrittenUser>,
    pub(super) environments: Vec<At<String>>,
    pub(super) grants: Vec<At<String>>,
    pub(super) lasts: Lasts,
}

#[derive(Debug)]
pub(super) struct WrittenUser {
    pub(super) written: At<String>,
    pub(super) name: UserName,
}

/// How long, as far as it could be read.
#[derive(Debug)]
pub(super) enum Lasts {
    Permanent,
    Until {
        start: Option<Timestamp>,
        end: At<Timestamp>,
    },
    /// Complained about already.
    Unknown,
}

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Permanent,
    Temporary,
}

impl Kind {
    pub(super) const fn key(self) -> &'static str {
        match self {
            Kind::Permanent => "permanent-access",
            Kind::Temporary => "temporary-access",
        }
    }

    const fn shape(self) -> &'static Shape {
        match self {
            Kind::Permanent => &PERMANENT,
            Kind::Temporary => &TEMPORARY,
        }
    }
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    kind: Kind,
    settings: &TeamSettings,
    text: &str,
) -> Vec<AccessEntry> {
    let Some(items) = node.as_array() else {
        reader.wants(
            node,
            kind.key(),
            "a list of entries",
            "begin each entry with `- `",
        );
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| entry(reader, item, kind, settings, text))
        .collect()
}

fn entry(
    reader: &mut Reader<'_>,
    node: &Node,
    kind: Kind,
    settings: &TeamSettings,
    file: &str,
) -> Option<AccessEntry> {
    let fields = reader.fields(node, "the entry", kind.shape())?;
    let text = |reader: &mut Reader<'_>, key| reader.optional_text(fields, key).map(|text| text.value);
    let entry = Entry {
        place: reader.place(node.span),
        line: u32::try_from(node.span.line_and_column(file).0).unwrap_or(u32::MAX),
        description: text(reader, "description"),
        reason: text(reader, "reason"),
        ticket: text(reader, "ticket"),
    };
    let (mut grantees, users) = users(reader, fields, settings);
    for role in reader.named(fields, "role", "roles") {
        let role = name::<RoleName>(reader, &role, "role");
        grantees.extend(role.map(|role| role.map(Grantee::Role)));
    }
    for group in reader.named(fields, "group", "groups") {
        let group = name::<GroupName>(reader, &group, "group");
        grantees.extend(group.map(|group| group.map(Grantee::Group)));
    }
    let environments = reader.named(fields, "environment", "environments");
    let grants = reader.named(fields, "grant", "grants");
    let lasts = match kind {
        Kind::Permanent => Lasts::Permanent,
        Kind::Temporary => lasts(reader, fields, settings),
    };
    Some(AccessEntry {
        entry: Arc::new(entry),
        grantees,
        users,
        environments,
        grants,
        lasts,
    })
}

impl<T> At<T> {
    pub(super) fn map<U>(self, into: impl FnOnce(T) -> U) -> At<U> {
        At {
            value: into(self.value),
            place: self.place,
        }
    }
}

fn users(
    reader: &mut Reader<'_>,
    fields: Fields<'_>,
    settings: &TeamSettings,
) -> (Vec<At<Grantee>>, Vec<WrittenUser>) {
    let (mut grantees, mut users) = (Vec::new(), Vec::new());
    for written in reader.named(fields, "user", "users") {
        if written.value.starts_with("arn:") {
            let help = "write the user's e-mail address or IAM name alone";
            reader
                .findings
                .error(&written.place, Rule::WrongName, "an ARN is no user", help);
            continue;
        }
        let name = At {
            value: settings.usernames.iam_name(&written.value).to_owned(),
            place: written.place.clone(),
        };
        if !is_written_user(&written.value) {
            let message = format!("`{}` is no user", shortened(&written.value));
            let help = "write an e-mail address, such as bert@example.com, or an IAM name: letters, digits and `+=,.@_-`";
            reader
                .findings
                .error(&written.place, Rule::WrongName, message, help);
            continue;
        }
        let Some(name) = reader.parsed::<UserName>(&name, Rule::WrongName) else {
            continue;
        };
        grantees.push(name.clone().map(Grantee::User));
        users.push(WrittenUser {
            written,
            name: name.value,
        });
    }
    (grantees, users)
}

fn name<T: std::str::FromStr<Err: std::fmt::Display>>(
    reader: &mut Reader<'_>,
    text: &At<String>,
    kind: &str,
) -> Option<At<T>> {
    if let Some((_, last)) = text
        .value
        .strip_prefix("arn:")
        .and_then(|rest| rest.rsplit_once('/'))
    {
        let message = format!("an ARN is no name of a {kind}");
        reader.findings.error(
            &text.place,
            Rule::WrongName,
            message,
            format!("write `{}`", shortened(last)),
        );
        return None;
    }
    reader.parsed(text, Rule::WrongName)
}

fn lasts(reader: &mut Reader<'_>, fields: Fields<'_>, settings: &TeamSettings) -> Lasts {
    let start = fields
        .get("starts_at")
        .map(|node| reader.moment(node, "starts_at"));
    let end = fields
        .get("expiration_date")
        .and_then(|node| reader.moment(node, "expiration_date"));
    // A start that could not be read is no start at all.
    let (Some(end), false) = (end, matches!(start, Some(None))) else {
        return Lasts::Unknown;
    };
    let start = start.flatten();
    let instant = |at: &At<Moment>, of: Option<Timestamp>, reader: &mut Reader<'_>| {
        if of.is_none() {
            let message = "the calendar does not reach that far";
            reader
                .findings
                .error(&at.place, Rule::WrongEnd, message, "write the year that is meant");
        }
        of
    };
    let zone = &settings.timezone;
    let Some(ends) = instant(&end, end.value.as_end(zone), reader) else {
        return Lasts::Unknown;
    };
    let starts = match &start {
        None => None,
        Some(start) => match instant(start, start.value.as_start(zone), reader) {
            Some(starts) => Some(starts),
            None => return Lasts::Unknown,
        },
    };
    if let (Some(starts), Some(start)) = (starts, &start)
        && starts >= ends
    {
        let message = format!("it starts at {starts} and has ended by then, at {ends}");
        let help = "the start is before the end";
        // The end is looked at all the same: it may be too far off besides.
        reader.findings.error(&start.place, Rule::WrongEnd, message, help);
    }
    Lasts::Until {
        start: starts,
        end: end.map(|_| ends),
    }
}
