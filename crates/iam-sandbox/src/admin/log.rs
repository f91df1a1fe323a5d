//! `/_sandbox/log`: the calls so far, oldest first, a page at a time. `after` is the number of the last call that is known
//! already, `limit` the most that are wanted; a server also knows `wait`, the seconds to wait for a first new one.

use std::time::Duration;

use super::{PREFIX, Refused};
use crate::record::CallRecord;
use crate::sandbox::Sandbox;
use crate::sigv4::query_pairs;
use crate::wire::json::Json;

/// Calls in one answer, if the request names no number.
const PAGE: usize = 1000;
/// The longest wait, in seconds.
const LONGEST_WAIT: u64 = 30;

struct Wanted {
    after: u64,
    limit: usize,
    wait: u64,
}

fn wanted(query: &str) -> Result<Wanted, Refused> {
    let mut wanted = Wanted {
        after: 0,
        limit: PAGE,
        wait: 0,
    };
    for (name, value) in query_pairs(query) {
        let number: u64 = value
            .parse()
            .map_err(|_| Refused::bad(format!("`{name}` wants a number, not `{value}`")))?;
        match name.as_str() {
            "after" => wanted.after = number,
            "limit" => wanted.limit = usize::try_from(number).unwrap_or(PAGE).clamp(1, PAGE),
            "wait" => wanted.wait = number.min(LONGEST_WAIT),
            _ => {
                let message = format!("there is no `{name}`: there are after, limit and wait");
                return Err(Refused::bad(message));
            }
        }
    }
    Ok(wanted)
}

pub(super) fn read(sandbox: &Sandbox, query: &str) -> Result<Json, Refused> {
    let wanted = wanted(query)?;
    let page = sandbox.log_after(wanted.after, wanted.limit);
    let calls = page
        .calls
        .iter()
        .zip(page.first..)
        .map(|(call, number)| described(call, number));
    Ok(Json::object([
        ("calls", Json::List(calls.collect())),
        ("next", Json::number(page.next)),
        ("missed", Json::number(page.missed)),
    ]))
}

fn described(call: &CallRecord, number: u64) -> Json {
    let named = |text: &str| (!text.is_empty()).then(|| Json::from(text));
    let decision = call.decision.map(|decision| match decision {
        iam_policy::Decision::Allow => "allow",
        iam_policy::Decision::ExplicitDeny => "explicitDeny",
        iam_policy::Decision::ImplicitDeny => "implicitDeny",
    });
    Json::object([
        ("number", Json::number(number)),
        ("at", Json::text(call.at)),
        ("principal", named(&call.principal).into()),
        ("service", call.service.as_str().into()),
        ("operation", call.operation.as_str().into()),
        ("action", named(&call.action).into()),
        ("resource", named(&call.resource).into()),
        ("decision", decision.into()),
        ("reason", Json::text(call.reason())),
        ("status", Json::number(call.status)),
        ("error", call.error_code.as_deref().into()),
    ])
}

/// A request for the log that is willing to wait.
#[cfg(feature = "server")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    /// The number of the last call that is known.
    pub(crate) after: u64,
    pub(crate) at_most: Duration,
}

#[cfg(feature = "server")]
impl Wait {
    /// Whether this is such a request.
    pub(crate) fn of(uri: &http::Uri) -> Option<Wait> {
        if uri.path().strip_prefix(PREFIX)? != "log" {
            return None;
        }
        let wanted = wanted(uri.query()?).ok()?;
        (wanted.wait > 0).then(|| Wait {
            after: wanted.after,
            at_most: Duration::from_secs(wanted.wait),
        })
    }
}
