//! The encoded authorization message that EC2 puts behind a denial, and which sts:DecodeAuthorizationMessage reads.
//! ("DecodeAuthorizationMessage", AWS STS API Reference.) Sealed: whoever was denied is not to learn why by decoding.

use iam_policy::{Decision, Effect, StatementRef, Who};

use super::Ruling;
use crate::operations::call::Call;
use crate::wire::json::Json;
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
fn details(call: &Call<'_>, ruling: &Ruling, is_whole: bool) -> Json {
    let is_explicit = ruling.explanation.decision == Decision::ExplicitDeny;
    let mut principal = vec![("id".to_owned(), Json::text(call.caller.user_id()))];
    if let CallerKind::User { name, .. } = &call.caller.kind {
        principal.push(("name".to_owned(), Json::text(name)));
    }
    principal.push(("arn".to_owned(), Json::text(call.caller.arn())));
    let conditions = ruling.context.iter().filter(|_| is_whole).map(|(key, found)| {
        let found = values(found.iter().map(String::as_str));
        Json::object([("key", key.into()), ("values", found)])
    });
    let matched = ruling.explanation.deciding.iter().filter(|_| is_whole);
    Json::object([
        ("allowed", false.into()),
        ("explicitDeny", is_explicit.into()),
        (
            "matchedStatements",
            items(matched.map(|found| statement(ruling, found))),
        ),
        ("failures", items([])),
        (
            "context",
            Json::object([
                ("principal", Json::Object(principal)),
                ("action", Json::text(&ruling.action)),
                ("resource", Json::text(&ruling.resource)),
                ("conditions", items(conditions)),
            ]),
        ),
    ])
}

fn statement(ruling: &Ruling, found: &StatementRef) -> Json {
    let effect = match found.effect {
        Effect::Allow => "ALLOW",
        Effect::Deny => "DENY",
    };
    let written = ruling
        .document(found)
        .and_then(|document| document.statements.get(found.index));
    let who = written.and_then(|written| match &written.principal.as_ref()?.who {
        Who::Listed(entries) => Some(entries),
        Who::Everyone(_) => None,
    });
    let principals = who.into_iter().flatten().flat_map(|entry| entry.values.texts());
    let actions = written
        .into_iter()
        .flat_map(|written| written.action.actions.texts());
    let resources = written
        .and_then(|written| written.resource.as_ref())
        .into_iter()
        .flat_map(|clause| clause.resources.texts());
    let conditions = written.into_iter().flat_map(|written| &written.conditions);
    Json::object([
        ("statementId", found.sid.as_deref().unwrap_or_default().into()),
        ("effect", effect.into()),
        ("principals", values(principals)),
        ("principalGroups", items([])),
        ("actions", values(actions)),
        ("resources", values(resources)),
        (
            "conditions",
            items(conditions.map(|condition| {
                let wanted = values(condition.values.texts());
                Json::object([("key", condition.key.as_str().into()), ("values", wanted)])
            })),
        ),
    ])
}

fn values<'t>(texts: impl Iterator<Item = &'t str>) -> Json {
    items(texts.map(|text| Json::object([("value", text.into())])))
}

fn items(values: impl IntoIterator<Item = Json>) -> Json {
    Json::object([("items", Json::List(values.into_iter().collect()))])
}
