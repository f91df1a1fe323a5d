//! The encoded authorization message that EC2 puts behind a denial, and which sts:DecodeAuthorizationMessage reads.
//! ("DecodeAuthorizationMessage", AWS STS API Reference.) Sealed: whoever was denied is not to learn why by decoding.

use iam_policy::{Decision, Effect, StatementRef, Who};
use serde_json::{Value, json};

use super::Ruling;
use crate::operations::call::Call;
use crate::world::credential::CallerKind;

/// The longest message that DecodeAuthorizationMessage takes, in characters.
const LONGEST: usize = 10_240;
/// The sealed message for a denial.
pub(super) fn message(call: &Call<'_>, ruling: &Ruling) -> String {
    let seal = &call.world.seal;
    let whole = seal.close(&details(call, ruling, true).to_string());
    if whole.len() <= LONGEST {
        whole
    } else {
        seal.close(&details(call, ruling, false).to_string())
    }
}

/// What the message says, in the form of the example of "decode-authorization-message", AWS CLI Command Reference.
fn details(call: &Call<'_>, ruling: &Ruling, is_whole: bool) -> Value {
    let explicit = ruling.explanation.decision == Decision::ExplicitDeny;
    let mut principal = json!({ "id": call.caller.user_id(), "arn": call.caller.arn() });
    if let (CallerKind::User { name, .. }, Some(fields)) = (&call.caller.kind, principal.as_object_mut()) {
        fields.insert("name".to_owned(), json!(name));
    }
    let conditions = ruling.context.iter().filter(|_| is_whole).map(|(key, values)| {
        let values = items(values.iter().map(|value| json!({ "value": value })));
        json!({ "key": key, "values": values })
    });
    let matched = ruling.explanation.deciding.iter().filter(|_| is_whole);
    json!({
        "allowed": false,
        "explicitDeny": explicit,
        "matchedStatements": items(matched.map(|found| statement(ruling, found))),
        "failures": items([]),
        "context": {
            "principal": principal,
            "action": ruling.action,
            "resource": ruling.resource,
            "conditions": items(conditions),
        },
    })
}

fn statement(ruling: &Ruling, found: &StatementRef) -> Value {
    let texts = |texts: &mut dyn Iterator<Item = &str>| items(texts.map(|text| json!({ "value": text })));
    let effect = match found.effect {
        Effect::Allow => "ALLOW",
        Effect::Deny => "DENY",
    };
    let mut shown = json!({
        "statementId": found.sid.as_deref().unwrap_or_default(),
        "effect": effect,
        "principals": items([]),
        "principalGroups": items([]),
        "actions": items([]),
        "resources": items([]),
        "conditions": items([]),
    });
    let written = ruling
        .document(found)
        .and_then(|document| document.statements.get(found.index).cloned());
    let (Some(written), Some(fields)) = (written, shown.as_object_mut()) else {
        return shown;
    };
    fields.insert("actions".to_owned(), texts(&mut written.action.actions.texts()));
    if let Some(resource) = &written.resource {
        fields.insert("resources".to_owned(), texts(&mut resource.resources.texts()));
    }
    if let Some(Who::Listed(entries)) = written.principal.as_ref().map(|clause| &clause.who) {
        let mut all = entries.iter().flat_map(|entry| entry.values.texts());
        fields.insert("principals".to_owned(), texts(&mut all));
    }
    let conditions = written
        .conditions
        .iter()
        .map(|condition| json!({ "key": condition.key, "values": texts(&mut condition.values.texts()) }));
    let conditions = items(conditions.collect::<Vec<_>>());
    fields.insert("conditions".to_owned(), conditions);
    shown
}

fn items(values: impl IntoIterator<Item = Value>) -> Value {
    json!({ "items": values.into_iter().collect::<Vec<_>>() })
}
