//! A question as the JSON that `daypass simulate --scenario` reads, with both answers beside it.

use iam_policy::{Level, Principal, Source};
use serde_json::{Map, Value, json};

use crate::agreement::Answers;
use crate::generate::Question;

/// The scenario, pretty-printed; whoever reads scenarios ignores `answers`.
pub fn scenario(question: &Question, answers: Answers) -> String {
    let mut scenario = to_json(question);
    if let Some(object) = scenario.as_object_mut() {
        object.insert(
            "answers".to_owned(),
            json!({
                "decide": answers.decided.as_str(),
                "explain": answers.explained.as_str(),
                "reference": answers.reference.as_str(),
            }),
        );
    }
    format!("{scenario:#}")
}

fn to_json(question: &Question) -> Value {
    let set = &question.policies;
    let request = &question.request;
    let mut policies = Map::new();
    policies.insert("identity".to_owned(), documents(&set.identity));
    let lists = [("boundary", &set.boundary), ("session", &set.session)];
    for (name, sources) in lists {
        policies.extend(
            sources
                .iter()
                .map(|sources| (name.to_owned(), documents(sources))),
        );
    }
    for (name, source) in [
        ("resource", &set.resource),
        ("trust", &set.trust),
        ("endpoint", &set.endpoint),
    ] {
        policies.extend(source.iter().map(|source| (name.to_owned(), document(source))));
    }
    for (name, levels) in [("scp", &set.scp), ("rcp", &set.rcp)] {
        policies.extend(
            levels
                .iter()
                .map(|levels| (name.to_owned(), levels.iter().map(level).collect())),
        );
    }
    let context: Map<String, Value> = request
        .context
        .iter()
        .map(|(key, values)| {
            let value = match values {
                [value] => json!(value),
                values => json!(values),
            };
            (key.to_owned(), value)
        })
        .collect();
    let mut asked = json!({
        "principal": request.principal.to_string(),
        "action": request.action,
        "resource": request.resource,
        "context": context,
    });
    if let Some(asked) = asked.as_object_mut() {
        if let Principal::RoleSession { role: Some(role), .. } = &request.principal {
            asked.insert("principal_role".to_owned(), json!(role.as_str()));
        }
        if let Some(account) = &request.resource_account {
            asked.insert("resource_account".to_owned(), json!(account.as_str()));
        }
    }
    json!({ "policies": policies, "request": asked })
}

fn documents(sources: &[Source]) -> Value {
    sources.iter().map(document).collect()
}

fn document(source: &Source) -> Value {
    // What is printed is JSON; were it not, its text would still be of use to who reads the scenario.
    let text = source.document.to_json();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

fn level(level: &Level) -> Value {
    json!({ "level": level.name, "policies": documents(&level.policies) })
}
