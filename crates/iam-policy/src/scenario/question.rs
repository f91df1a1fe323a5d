//! The request of a scenario: who, what, on which, in which circumstances.
//! Nothing is added to the context that the scenario gives.

use std::fmt::Display;
use std::str::FromStr;

use super::object::Reader;
use crate::arn::{AccountId, Arn, is_account_id};
use crate::request::{Context, Principal, PrincipalError, Request, Values};
use crate::span::Diagnostic;
use crate::syntax::{Node, NodeKind};

const KEYS: [&str; 6] = [
    "principal",
    "principal_role",
    "action",
    "resource",
    "resource_account",
    "context",
];

pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Request> {
    let members = reader.members(node, "request")?;
    reader.no_duplicates(members, "request");
    for member in members {
        reader.unknown_key(member, "the request", &KEYS, false);
    }
    let given = |key: &str| node.get(key).filter(|node| node.kind != NodeKind::Null);
    let principal = required(
        reader,
        node,
        "principal",
        "who asks, such as \"arn:aws:iam::111122223333:user/bob\"",
    )
    .and_then(|node| principal(reader, node));
    let role = given("principal_role")
        .and_then(|node| parsed::<Arn>(reader, node, "principal_role").zip(Some(node)));
    let action = required(reader, node, "action", "what for, such as \"s3:GetObject\"")
        .and_then(|node| action(reader, node));
    // "If you do not provide this parameter, then the value defaults to *" (IAM API Reference,
    // SimulateCustomPolicy, ResourceArns).
    let resource = match given("resource") {
        None => Some("*".to_owned()),
        Some(node) => resource(reader, node),
    };
    let resource_account =
        given("resource_account").and_then(|node| parsed::<AccountId>(reader, node, "resource_account"));
    let context = given("context")
        .map(|node| context(reader, node))
        .unwrap_or_default();
    let mut principal = principal?;
    if let Some((role, node)) = role {
        act_through(reader, &mut principal, role, node);
    }
    Some(Request {
        principal,
        action: action?,
        resource: resource?,
        resource_account,
        context,
    })
}

fn required<'n>(reader: &mut Reader, request: &'n Node, key: &str, what: &str) -> Option<&'n Node> {
    let node = request.get(key).filter(|node| node.kind != NodeKind::Null);
    if node.is_none() {
        reader.say_with_help(
            request.span,
            format!("the request has no {key}"),
            format!("add \"{key}\": {what}"),
        );
    }
    node
}

/// A string; an account id may stand without quotes.
fn text<'n>(reader: &mut Reader, node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.kind {
        NodeKind::String(text) => Some(text),
        NodeKind::Number(digits) if is_account_id(digits) => Some(digits),
        _ => {
            reader.wants(node, key, "a string");
            None
        }
    }
}

fn parsed<T: FromStr<Err: Display>>(reader: &mut Reader, node: &Node, key: &str) -> Option<T> {
    match text(reader, node, key)?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            reader.say(node.span, error.to_string());
            None
        }
    }
}

fn principal(reader: &mut Reader, node: &Node) -> Option<Principal> {
    let text = text(reader, node, "principal")?;
    // As in a policy's Principal, the account stands for itself.
    if let Ok(account) = text.parse::<AccountId>() {
        return Some(Principal::Root { account });
    }
    match text.parse::<Principal>() {
        Ok(principal) => Some(principal),
        Err(error) => {
            let mut wrong = Diagnostic::new(node.span, error.to_string());
            if let PrincipalError::RoleWithoutSession { session, role } = &error {
                wrong = wrong.with_help(format!(
                    "write \"principal\": \"{session}\" and \"principal_role\": \"{role}\""
                ));
            }
            reader.say_all(vec![wrong]);
            None
        }
    }
}

/// Tells a session which role it is one of.
fn act_through(reader: &mut Reader, principal: &mut Principal, given: Arn, node: &Node) {
    let wrong = match principal {
        Principal::RoleSession { session, role } => {
            let is_its_role = given.is_iam("role")
                && given.account_part() == session.account_part()
                && given.iam_name() == session.iam_name();
            if is_its_role {
                *role = Some(given);
                return;
            }
            format!("`{given}` is not the role of the session {session}")
        }
        other => format!("{other} is no role session: it has no role"),
    };
    let help = "principal_role is the ARN, with its path, of the role that the session is one of";
    reader.say_with_help(node.span, wrong, help);
}

fn action(reader: &mut Reader, node: &Node) -> Option<String> {
    let text = text(reader, node, "action")?;
    let parts = text
        .split_once(':')
        .filter(|(service, name)| !service.is_empty() && !name.is_empty());
    let (wrong, help) = match parts {
        None => (
            "is not an action",
            "an action looks like s3:GetObject: a service's prefix and a name",
        ),
        Some(_) if text.contains(['*', '?']) => (
            "is a pattern",
            "a request is for one action; patterns stand in policies",
        ),
        Some(_) => return Some(text.to_owned()),
    };
    reader.say_with_help(node.span, format!("`{text}` {wrong}"), help);
    None
}

fn resource(reader: &mut Reader, node: &Node) -> Option<String> {
    let Some(text) = node.as_str() else {
        reader.wants(node, "resource", "an ARN or \"*\"");
        return None;
    };
    if text == "*" {
        return Some(text.to_owned());
    }
    match text.parse::<Arn>() {
        Ok(arn) => Some(arn.to_string()),
        Err(error) => {
            let help = "write \"*\" for an action that takes no resource";
            reader.say_with_help(node.span, error.to_string(), help);
            None
        }
    }
}

fn context(reader: &mut Reader, node: &Node) -> Context {
    let mut context = Context::new();
    let Some(members) = reader.members(node, "context") else {
        return context;
    };
    // "Condition keys are case-insensitive" (IAM User Guide, "IAM JSON policy elements: Condition").
    reader.no_duplicates_of_any_case(members, "context");
    for member in members {
        // As everywhere in a scenario: what is null is left out.
        if member.value.kind == NodeKind::Null {
            continue;
        }
        let items = member
            .value
            .as_array()
            .unwrap_or(std::slice::from_ref(&member.value));
        let values = items
            .iter()
            .filter_map(|item| value(reader, item, &member.key))
            .collect();
        context.insert(member.key.clone(), Values(values));
    }
    context
}

/// A value as on the wire: everything is a string there.
fn value(reader: &mut Reader, node: &Node, key: &str) -> Option<String> {
    match &node.kind {
        NodeKind::String(text) | NodeKind::Number(text) => Some(text.clone()),
        NodeKind::Bool(value) => Some(value.to_string()),
        NodeKind::Null | NodeKind::Array(_) | NodeKind::Object(_) => {
            reader.wants(node, key, "a string or a list of strings");
            None
        }
    }
}
