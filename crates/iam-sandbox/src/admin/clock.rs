//! `/_sandbox/clock`: what the world's clock shows, and changes of it.
//! `{"set": "2026-01-01T00:00:00Z"}`, `{"move": "+2d"}`, `{"frozen": true}`, or several of them, done in this order.

use bytes::Bytes;
use iam_policy::syntax::{NodeKind, parse_json};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Refused;
use crate::sandbox::Sandbox;
use crate::wire::json::Json;

pub(super) fn show(sandbox: &Sandbox, now: Timestamp) -> Json {
    Json::object([
        ("now", Json::text(sandbox.clock.now(now))),
        ("real", Json::text(now)),
        ("frozen", sandbox.clock.is_frozen().into()),
    ])
}

/// Nothing is changed unless all of it can be.
pub(super) fn change(sandbox: &Sandbox, body: &Bytes, now: Timestamp) -> Result<Json, Refused> {
    const WANTED: &str = "send an object with `set`, `move` or `frozen`";
    let text = std::str::from_utf8(body).map_err(|_| Refused::bad(WANTED))?;
    let root = parse_json(text).map_err(|_| Refused::bad(WANTED))?;
    let members = root.as_object().ok_or_else(|| Refused::bad(WANTED))?;
    let clock = &sandbox.clock;
    let (mut to, mut is_frozen) = (clock.now(now), clock.is_frozen());
    if let Some(unknown) = members
        .iter()
        .find(|member| !["set", "move", "frozen"].contains(&member.key.as_str()))
    {
        return Err(Refused::bad(format!("there is no `{}`: {WANTED}", unknown.key)));
    }
    if let Some(set) = root.get("set") {
        let read = set.as_str().and_then(|text| text.parse().ok());
        to = read.ok_or_else(|| Refused::bad("`set` wants an instant such as \"2026-01-01T00:00:00Z\""))?;
    }
    if let Some(by) = root.get("move") {
        let read = by.as_str().and_then(|text| moved(to, text));
        to = read.ok_or_else(|| Refused::bad("`move` wants a duration such as \"+2d\" or \"-90m\""))?;
    }
    if let Some(frozen) = root.get("frozen") {
        let NodeKind::Bool(frozen) = frozen.kind else {
            return Err(Refused::bad("`frozen` wants true or false"));
        };
        is_frozen = frozen;
    }
    if is_frozen {
        clock.freeze(now);
        clock.set(to, now);
    } else {
        clock.set_offset(to.duration_since(now));
    }
    Ok(show(sandbox, now))
}

/// Months and years are those of the calendar in UTC.
fn moved(from: Timestamp, by: &str) -> Option<Timestamp> {
    let by: Span = by.trim().parse().ok()?;
    let to = from.to_zoned(TimeZone::UTC).checked_add(by).ok()?;
    Some(to.timestamp())
}
