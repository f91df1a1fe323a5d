//! An action that is none: AWS refuses it ("Actions/Conditions must be prefaced by a vendor", "Vendor ... is not valid").
//! IAM User Guide, "IAM JSON policy elements: Action": `service:Action` with wildcards in the second part, or `*`.

use super::{Report, Rule};
use crate::Level;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "action-malformed",
    level: Level::Error,
    about: "An action that is not `service:Name`.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for action in subject
        .statements()
        .flat_map(|statement| &statement.action.actions.values)
    {
        if let Some((wrong, help)) = complaint(&action.text) {
            report.say(action.span, format!("`{}` {wrong}", action.text), help);
        }
    }
}

fn complaint(action: &str) -> Option<(&'static str, String)> {
    if action == "*" {
        return None;
    }
    let Some((service, name)) = action.split_once(':') else {
        return Some((
            "names no service",
            "write service:Action, such as s3:GetObject, or * for everything".to_owned(),
        ));
    };
    if service.contains(['*', '?']) {
        return Some((
            "has a wildcard in the service",
            "name one service; a list takes several actions".to_owned(),
        ));
    }
    if service.is_empty()
        || !service
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Some((
            "has no service that could exist",
            "service prefixes are such as s3, ec2, execute-api".to_owned(),
        ));
    }
    if name.is_empty() {
        return Some((
            "names no action",
            format!("write {service}:* for every action of the service"),
        ));
    }
    if name.contains(':') {
        return Some((
            "has more than one colon",
            "an action is service:Action; ARNs belong in Resource".to_owned(),
        ));
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-'))
    {
        return Some((
            "has characters that no action has",
            "letters, digits, and * or ? as wildcards".to_owned(),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{fires, silent, with};

    #[test]
    fn an_action_is_a_service_and_a_name() {
        let rule = super::RULE.id;
        let text = |action: &str| {
            with(&format!(
                r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}"#
            ))
        };
        for wrong in [
            "s3",
            "GetObject",
            "s3:",
            ":GetObject",
            "s3*:Get",
            "*:*",
            "s3:Get:Object",
            "s3:Get Object",
            "s3:${aws:username}",
            "",
            "s 3:Get",
        ] {
            fires(rule, &text(wrong), Identity, &[&format!("\"{wrong}\"")]);
        }
        for right in [
            "*",
            "s3:*",
            "s3:Get*",
            "S3:getobject",
            "execute-api:Invoke",
            "iam:Get?ser",
        ] {
            silent(rule, &text(right), Identity);
        }
    }
}
