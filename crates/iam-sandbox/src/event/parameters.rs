//! The parameters of a request as an event tells them: what the operation's model knows, without what is secret.

use iam_policy::syntax::{NodeKind, parse_json};

use super::Asking;
use crate::models::{Kind, Member, Model, Shape};
use crate::wire::Service;
use crate::wire::error::camel;
use crate::wire::json::Json;
use crate::wire::params::Params;

/// "CloudTrail record contents: requestParameters", AWS CloudTrail User Guide: larger ones are left out.
const LARGEST: usize = 100 * 1024;

/// Beside what the models call sensitive: one-time codes, tokens of others, and where a list goes on.
const UNTOLD: [&str; 8] = [
    "AuthenticationCode1",
    "AuthenticationCode2",
    "ContextAssertion",
    "EncodedMessage",
    "NextToken",
    "TokenCode",
    "UserData",
    "WebIdentityToken",
];

/// In JSON; `null` where there are none.
pub(super) fn told(asking: &Asking<'_>) -> String {
    let members = match asking.service {
        Service::S3 => {
            let bucket = asking.target.bucket.as_deref();
            bucket
                .map(|bucket| ("bucketName".to_owned(), bucket.into()))
                .into_iter()
                .collect()
        }
        Service::CloudTrail => of_json(&String::from_utf8_lossy(asking.body)),
        Service::Iam | Service::Sts | Service::Ec2 => {
            let model = Model::of(asking.service);
            let input = model
                .operation(asking.operation)
                .map_or(&[][..], |operation| &operation.input);
            structure(model, asking.params, "", input)
        }
    };
    if members.is_empty() {
        return Json::Null.to_string();
    }
    let text = Json::Object(members).to_string();
    if text.len() > LARGEST {
        return Json::object([("omitted", true.into())]).to_string();
    }
    text
}

fn structure(model: &Model, params: &Params, prefix: &str, members: &[Member]) -> Vec<(String, Json)> {
    members
        .iter()
        .filter_map(|member| {
            let name = format!("{prefix}{}", member.name);
            let shape = model.shape_of(member)?;
            if is_untold(member.name, shape) || !params.has(&name) {
                return None;
            }
            Some((camel(member.name), value(model, params, &name, shape)))
        })
        .collect()
}

fn value(model: &Model, params: &Params, name: &str, shape: &Shape) -> Json {
    let text = params.get(name).unwrap_or_default();
    match &shape.kind {
        Kind::Structure(members) => Json::Object(structure(model, params, &format!("{name}."), members)),
        Kind::List { item } => {
            let Some(item) = model.shape(item) else {
                return Json::Null;
            };
            let items = params.members(name);
            Json::List(
                items
                    .iter()
                    .map(|name| value(model, params, name, item))
                    .collect(),
            )
        }
        Kind::Integer => match text.parse::<i64>() {
            Ok(number) => Json::number(number),
            Err(_) => text.into(),
        },
        Kind::Boolean if matches!(text, "true" | "false") => (text == "true").into(),
        Kind::Text(_) | Kind::Enum(_) | Kind::Boolean | Kind::Other => text.into(),
    }
}

fn is_untold(name: &str, shape: &Shape) -> bool {
    shape.is_sensitive || UNTOLD.contains(&name)
}

fn of_json(body: &str) -> Vec<(String, Json)> {
    let Ok(node) = parse_json(body) else {
        return Vec::new();
    };
    let NodeKind::Object(members) = &node.kind else {
        return Vec::new();
    };
    let known = Model::of(Service::CloudTrail).operation("LookupEvents");
    members
        .iter()
        .filter(|member| {
            known.is_some_and(|known| known.input.iter().any(|input| input.name == member.key))
                && !UNTOLD.contains(&member.key.as_str())
        })
        .map(|member| (camel(&member.key), camel_all(Json::from(&member.value))))
        .collect()
}

fn camel_all(value: Json) -> Json {
    match value {
        Json::List(items) => Json::List(items.into_iter().map(camel_all).collect()),
        Json::Object(members) => Json::Object(
            members
                .into_iter()
                .map(|(key, value)| (camel(&key), camel_all(value)))
                .collect(),
        ),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that sound like secrets, and are none.
    const HARMLESS: [&str; 14] = [
        "AccessKeyId",
        "AllowUsersToChangePassword",
        "AssertionEncryptionMode",
        "ClientToken",
        "GlobalEndpointTokenVersion",
        "HttpTokens",
        "KeyName",
        "MaxPasswordAge",
        "MinimumPasswordLength",
        "MinimumSessionTokenSize",
        "PasswordResetRequired",
        "PasswordReusePrevention",
        "RemovePrivateKey",
        "TagKeys",
    ];

    /// Every parameter of every operation that sounds like a secret is left out, or named above.
    #[test]
    fn no_secret_is_told() {
        let mut left_out = 0;
        for service in [Service::Iam, Service::Sts, Service::Ec2, Service::CloudTrail] {
            let model = Model::of(service);
            for member in model.members() {
                let shape = model.shape_of(member).unwrap();
                if is_untold(member.name, shape) {
                    left_out += 1;
                    continue;
                }
                let sounds = [
                    "Password",
                    "Token",
                    "Secret",
                    "PrivateKey",
                    "Assertion",
                    "Code",
                    "UserData",
                ];
                let is_suspect = sounds.iter().any(|sound| member.name.contains(sound));
                assert!(
                    !is_suspect || HARMLESS.contains(&member.name),
                    "{service} {}",
                    member.name
                );
            }
        }
        assert!(left_out >= 15, "{left_out}");
    }
}
