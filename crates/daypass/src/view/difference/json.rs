//! A difference as data.

use super::{Change, sides, statement_changes};
use daypass_core::difference::KnownActions;
use iam_policy::{Difference, NamePattern, Request, RequestPattern, Side, Statement, StatementChange, Who};
use serde_json::{Map, Value, json};

/// For a program.
pub(crate) fn json(change: &Change<'_>) -> String {
    let mut object = difference(change.difference);
    object.insert("old".to_owned(), json!(change.old_name));
    object.insert("new".to_owned(), json!(change.new_name));
    let statements: Vec<Value> = statement_changes(change.old, change.new)
        .iter()
        .map(statement_change)
        .collect();
    object.insert("statements".to_owned(), json!(statements));
    format!("{:#}", Value::Object(object))
}

fn difference(difference: &Difference) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("same".to_owned(), json!(difference.is_nothing()));
    object.insert("decided".to_owned(), json!(difference.is_decided()));
    for (side, patterns) in sides(difference) {
        let patterns: Vec<Value> = patterns.iter().map(pattern).collect();
        object.insert(name(side).to_owned(), json!(patterns));
    }
    let undecided: Vec<Value> = difference
        .undecided
        .iter()
        .map(|undecided| {
            json!({
                "side": name(undecided.side),
                "pattern": pattern(&undecided.pattern),
                "why": undecided.doubt.to_string(),
            })
        })
        .collect();
    object.insert("undecided".to_owned(), json!(undecided));
    object
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Gained => "gained",
        Side::Lost => "lost",
        Side::Denied => "denied",
        Side::NoLongerDenied => "no_longer_denied",
    }
}

fn pattern(pattern: &RequestPattern) -> Value {
    let known = KnownActions::of(pattern);
    let mut object = described(pattern);
    let levels: Map<String, Value> = known
        .by_level()
        .into_iter()
        .map(|(level, count)| (level.as_str().to_owned(), json!(count)))
        .collect();
    let names: Vec<String> = known.actions.iter().map(ToString::to_string).collect();
    object.insert("known_actions".to_owned(), json!(names));
    object.insert("access_levels".to_owned(), Value::Object(levels));
    let except: Vec<Value> = pattern
        .except
        .iter()
        .map(|except| Value::Object(described(except)))
        .collect();
    object.insert("except".to_owned(), json!(except));
    object.insert("example".to_owned(), json!(pattern.example.as_ref().map(request)));
    Value::Object(object)
}

fn described(pattern: &RequestPattern) -> Map<String, Value> {
    let principals: Vec<Value> = pattern
        .principals
        .iter()
        .map(|rule| {
            // `NotPrincipal` that must not match names whom it is about, and so on.
            let named = rule.holds != rule.element.negated;
            let who = match &rule.element.who {
                Who::Everyone(_) => json!("*"),
                Who::Listed(entries) => {
                    let entries = entries.iter().map(|entry| {
                        let values: Vec<&str> = entry.values.texts().collect();
                        (entry.kind.as_str().to_owned(), json!(values))
                    });
                    Value::Object(entries.collect())
                }
            };
            json!({ "named": named, "who": who })
        })
        .collect();
    let conditions: Vec<Value> = pattern
        .conditions
        .iter()
        .map(|rule| {
            json!({
                "holds": rule.holds,
                "operator": rule.condition.operator,
                "key": rule.condition.key,
                "values": rule.condition.values.texts().collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut object = Map::new();
    object.insert("actions".to_owned(), names(&pattern.actions));
    object.insert("resources".to_owned(), names(&pattern.resources));
    object.insert("principals".to_owned(), json!(principals));
    object.insert("conditions".to_owned(), json!(conditions));
    object
}

fn names(names: &NamePattern) -> Value {
    json!({ "any": names.any, "and": names.and, "except": names.except })
}

fn request(request: &Request) -> Value {
    let context: Map<String, Value> = request
        .context
        .iter()
        .map(|(key, values)| (key.to_owned(), json!(values)))
        .collect();
    json!({
        "principal": request.principal.to_string(),
        "action": request.action,
        "resource": request.resource,
        "context": context,
    })
}

fn statement_change(change: &StatementChange<'_>) -> Value {
    let sid = |statement: &Statement| statement.sid.clone();
    match change {
        StatementChange::Added(new) => json!({ "change": "added", "sid": sid(new) }),
        StatementChange::Removed(old) => json!({ "change": "removed", "sid": sid(old) }),
        StatementChange::Changed { new, .. } => json!({ "change": "changed", "sid": sid(new) }),
    }
}
