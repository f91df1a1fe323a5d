//! `/_sandbox/faults`: the faults that wait for calls. POST adds one, GET lists them, DELETE takes all back.
//! `{"kind": "throttle"}`, or `error` (with `status`, `code`), `reset`, `hang`, `delay` (with `milliseconds`); with
//! `operation`, `skip`, `times`, `when` ("before" or "after" the effect) and `chance` as wanted.

use std::time::Duration;

use bytes::Bytes;
use iam_policy::syntax::{Node, NodeKind, parse_json};

use super::Refused;
use crate::fault::{Fault, FaultKind};
use crate::sandbox::Sandbox;
use crate::wire::json::Json;

const MEMBERS: [&str; 9] = [
    "operation",
    "kind",
    "when",
    "status",
    "code",
    "milliseconds",
    "skip",
    "times",
    "chance",
];

pub(super) fn list(sandbox: &Sandbox) -> Json {
    let waiting = sandbox.faults();
    let shown = waiting.iter().map(|(fault, chance)| shown(fault, *chance));
    Json::object([("faults", Json::List(shown.collect()))])
}

pub(super) fn clear(sandbox: &Sandbox) -> Json {
    sandbox.clear_faults();
    list(sandbox)
}

pub(super) fn add(sandbox: &Sandbox, body: &Bytes) -> Result<Json, Refused> {
    let text = std::str::from_utf8(body).map_err(|_| Refused::bad("send an object with `kind`"))?;
    let root = parse_json(text).map_err(|_| Refused::bad("send an object with `kind`"))?;
    let members = root
        .as_object()
        .ok_or_else(|| Refused::bad("send an object with `kind`"))?;
    if let Some(unknown) = members
        .iter()
        .find(|member| !MEMBERS.contains(&member.key.as_str()))
    {
        let message = format!("there is no `{}`: there are {}", unknown.key, MEMBERS.join(", "));
        return Err(Refused::bad(message));
    }
    let kind = kind(&root)?;
    let chance = match root.get("chance") {
        None => None,
        Some(node) => Some(
            number::<f64>(node)
                .filter(|chance| (0.0..=1.0).contains(chance))
                .ok_or_else(|| Refused::bad("`chance` wants a number from 0 to 1"))?,
        ),
    };
    let fault = Fault {
        operation: text_of(&root, "operation")?.map(str::to_owned),
        skip: whole(&root, "skip")?.unwrap_or(0),
        // What strikes by chance goes on doing so until it is told otherwise.
        times: whole(&root, "times")?.unwrap_or(if chance.is_some() { usize::MAX } else { 1 }),
        kind,
    };
    match chance {
        None => sandbox.inject(fault),
        Some(chance) => sandbox.inject_by_chance(fault, chance),
    }
    Ok(list(sandbox))
}

fn kind(root: &Node) -> Result<FaultKind, Refused> {
    let is_after = match text_of(root, "when")? {
        None | Some("before") => false,
        Some("after") => true,
        Some(_) => return Err(Refused::bad("`when` wants \"before\" or \"after\"")),
    };
    let kind = text_of(root, "kind")?;
    Ok(match (kind, is_after) {
        (Some("throttle"), false) => FaultKind::Throttle,
        (Some("error"), is_after) => {
            let status = whole(root, "status")?.unwrap_or(500);
            let status = u16::try_from(status)
                .ok()
                .filter(|status| (400..600).contains(status))
                .ok_or_else(|| Refused::bad("`status` wants a number from 400 to 599"))?;
            let code = text_of(root, "code")?.unwrap_or("InternalFailure").to_owned();
            if is_after {
                FaultKind::ErrorAfter { status, code }
            } else {
                FaultKind::Error { status, code }
            }
        }
        (Some("reset"), false) => FaultKind::ResetBefore,
        (Some("reset"), true) => FaultKind::ResetAfter,
        (Some("hang"), false) => FaultKind::HangBefore,
        (Some("hang"), true) => FaultKind::HangAfter,
        (Some("delay"), false) => {
            let milliseconds =
                whole(root, "milliseconds")?.ok_or_else(|| Refused::bad("a delay wants `milliseconds`"))?;
            FaultKind::Delay(Duration::from_millis(
                u64::try_from(milliseconds).unwrap_or(u64::MAX),
            ))
        }
        (Some("throttle" | "delay"), true) => {
            return Err(Refused::bad(
                "only error, reset and hang can come after the effect",
            ));
        }
        _ => {
            return Err(Refused::bad(
                "`kind` wants \"throttle\", \"error\", \"reset\", \"hang\" or \"delay\"",
            ));
        }
    })
}

fn text_of<'n>(root: &'n Node, name: &str) -> Result<Option<&'n str>, Refused> {
    let Some(node) = root.get(name) else {
        return Ok(None);
    };
    let text = node.as_str();
    text.map(Some)
        .ok_or_else(|| Refused::bad(format!("`{name}` wants a text")))
}

fn whole(root: &Node, name: &str) -> Result<Option<usize>, Refused> {
    let Some(node) = root.get(name) else {
        return Ok(None);
    };
    let number = number(node);
    number
        .map(Some)
        .ok_or_else(|| Refused::bad(format!("`{name}` wants a whole number")))
}

fn number<N: std::str::FromStr>(node: &Node) -> Option<N> {
    match &node.kind {
        NodeKind::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn shown(fault: &Fault, chance: Option<f64>) -> Json {
    let (kind, when) = match &fault.kind {
        FaultKind::Throttle => ("throttle", "before"),
        FaultKind::Error { .. } => ("error", "before"),
        FaultKind::ErrorAfter { .. } => ("error", "after"),
        FaultKind::ResetBefore => ("reset", "before"),
        FaultKind::ResetAfter => ("reset", "after"),
        FaultKind::HangBefore => ("hang", "before"),
        FaultKind::HangAfter => ("hang", "after"),
        FaultKind::Delay(_) => ("delay", "before"),
    };
    let mut members = vec![
        ("operation".to_owned(), Json::from(fault.operation.as_deref())),
        ("kind".to_owned(), kind.into()),
        ("when".to_owned(), when.into()),
        ("skip".to_owned(), Json::number(fault.skip)),
    ];
    // Without an end there is no number to tell.
    if fault.times != usize::MAX {
        members.push(("times".to_owned(), Json::number(fault.times)));
    }
    match &fault.kind {
        FaultKind::Error { status, code } | FaultKind::ErrorAfter { status, code } => {
            members.push(("status".to_owned(), Json::number(status)));
            members.push(("code".to_owned(), code.as_str().into()));
        }
        FaultKind::Delay(delay) => {
            members.push(("milliseconds".to_owned(), Json::number(delay.as_millis())));
        }
        _ => {}
    }
    if let Some(chance) = chance {
        members.push(("chance".to_owned(), Json::number(chance)));
    }
    Json::Object(members)
}
