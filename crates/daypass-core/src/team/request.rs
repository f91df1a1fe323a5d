//! Temporary access that somebody asks for, and the entry that it becomes in the team's file.

mod insertion;
mod outcome;
mod scalar;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span as Duration, Timestamp};
use thiserror::Error;

use super::moment::{self, Moment};
use crate::expiry::whole_seconds;

pub use insertion::{EditError, EditedFile};
pub use outcome::{Requested, request_access};

/// What is asked for. Names are kept as they were written: what is wrong with them is found in the file, by the rules of
/// the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// For whom.
    pub grantee: WrittenGrantee,
    /// Environments of the team's accounts file, or patterns of them.
    pub environments: Vec<String>,
    /// Policies of the team's policies file.
    pub grants: Vec<String>,
    /// Until when.
    pub end: AccessEnd,
    /// What for.
    pub description: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where it was asked for.
    pub ticket: Option<String>,
}

/// A grantee as written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrittenGrantee {
    /// An e-mail address, or the name of an IAM user.
    User(String),
    /// The name of an IAM role.
    Role(String),
    /// The name of an IAM group.
    Group(String),
}

/// The end of an access as a file takes it: a day, or an instant. Never relative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEnd {
    moment: Moment,
    text: String,
}

/// Why a text is no end.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{text}` is neither a day, such as 2026-11-30 (through that day), nor an instant, such as 2026-11-30T18:00:00Z"
)]
pub struct EndError {
    /// The text as given.
    pub text: String,
}

impl AccessRequest {
    /// The team's temporary access file with this entry at its end, and all else as it was; `text` is `None` where there
    /// is no such file yet.
    ///
    /// # Errors
    /// When the file is not YAML, or is written in a way that leaves no place for an entry.
    pub fn added_to(&self, text: Option<&str>) -> Result<EditedFile, EditError> {
        insertion::with_entry(text.unwrap_or_default(), &self.fields())
    }

    /// The keys of the entry, in the order in which people read them.
    fn fields(&self) -> Vec<Field> {
        let text = |key, value: &Option<String>| {
            let value = value.clone()?;
            Some(Field::new(key, Value::Text(value)))
        };
        let several = |one, many, values: &[String]| match values {
            [only] => Field::new(one, Value::Text(only.clone())),
            values => Field::new(many, Value::List(values.to_vec())),
        };
        let fields = [
            text("description", &self.description),
            Some(Field::new(
                self.grantee.kind(),
                Value::Text(self.grantee.name().to_owned()),
            )),
            Some(several("environment", "environments", &self.environments)),
            Some(several("grant", "grants", &self.grants)),
            Some(Field::new(
                "expiration_date",
                Value::Moment(self.end.text.clone()),
            )),
            text("reason", &self.reason),
            text("ticket", &self.ticket),
        ];
        fields.into_iter().flatten().collect()
    }
}

impl WrittenGrantee {
    /// `user`, `role` or `group`.
    pub const fn kind(&self) -> &'static str {
        match self {
            WrittenGrantee::User(_) => "user",
            WrittenGrantee::Role(_) => "role",
            WrittenGrantee::Group(_) => "group",
        }
    }

    /// The name as written.
    pub fn name(&self) -> &str {
        match self {
            WrittenGrantee::User(name) | WrittenGrantee::Role(name) | WrittenGrantee::Group(name) => name,
        }
    }
}

impl AccessEnd {
    /// The instant that is `duration` after `now`, by the calendar of `zone`: two days later it is as late on the clock.
    /// `None` where the calendar ends, or where that is not after `now`.
    pub fn after(now: Timestamp, duration: Duration, zone: &TimeZone) -> Option<AccessEnd> {
        let now = whole_seconds(now);
        let end = now.to_zoned(zone.clone()).checked_add(duration).ok()?;
        if end.timestamp() <= now {
            return None;
        }
        // Zones of long ago differ from UTC by odd seconds, which RFC 3339 cannot write; those of today do not.
        let text = if end.offset().seconds() == 0 || end.offset().seconds() % 60 != 0 {
            end.timestamp().to_string()
        } else {
            end.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        };
        text.parse().ok()
    }

    /// Through this day.
    pub fn through(day: Date) -> AccessEnd {
        AccessEnd {
            moment: Moment::Day(day),
            text: day.to_string(),
        }
    }

    /// As written in the file.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instant from which on there is no access.
    pub fn instant(&self, zone: &TimeZone) -> Option<Timestamp> {
        self.moment.as_end(zone)
    }
}

impl std::str::FromStr for AccessEnd {
    type Err = EndError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match moment::parse(text) {
            Ok(moment) => Ok(AccessEnd {
                moment,
                text: text.to_owned(),
            }),
            Err(_) => Err(EndError {
                text: text.to_owned(),
            }),
        }
    }
}

/// A key of an entry, and what it is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    key: &'static str,
    value: Value,
}

impl Field {
    fn new(key: &'static str, value: Value) -> Self {
        Field { key, value }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
    /// Text that needs no quotes.
    Moment(String),
}
