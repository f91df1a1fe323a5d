//! A global key or a key of a service that there is not: no request carries it.
//! IAM User Guide, "IAM policy validation check reference": Invalid global condition key, Invalid service condition key.

use iam_policy::syntax::nearest;

use super::{Report, Rule};
use crate::Level;
use super::conditions;
use super::documented;
use crate::subject::Subject;

pub(super) static RULE: Rule = Rule {
    id: "condition-key-unknown",
    level: Level::Warning,
    about: "There is no such condition key, as far as the catalog knows.",
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for condition in subject.statements().flat_map(|statement| &statement.conditions) {
        let key = condition.key.as_str();
        let Some((prefix, name)) = key.split_once(':') else {
            continue;
        };
        // What is told by the rules on old keys and on tags, and what the catalog cannot know.
        let told = conditions::is_of_provider(key) || is_old(key) || TAGS.iter().any(|tag| is_bare_tag(key, tag));
        if name.is_empty() || told || iam_catalog::condition_key(key).is_some() {
            continue;
        }
        let global = prefix.eq_ignore_ascii_case("aws");
        let service = iam_catalog::service(prefix);
        if !global && service.is_none() && iam_catalog::shared_condition_keys().any(|known| known.name.starts_with(prefix)) {
            continue;
        }
        let message = match service {
            _ if global => format!("there is no global condition key `{key}`"),
            Some(service) => format!("{} has no condition key `{key}`", service.name()),
            None => format!("no service has condition keys with the prefix `{prefix}`"),
        };
        let keys = iam_catalog::shared_condition_keys()
            .map(|known| known.name)
            .chain(service.into_iter().flat_map(iam_catalog::Service::condition_keys).map(|known| known.name));
        let help = match nearest(key, keys) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one that AWS has added since {} is unknown here", documented::as_of()),
        };
        report.say(condition.key_span, message, help);
    }
}

const TAGS: [&str; 3] = ["aws:RequestTag", "aws:ResourceTag", "aws:PrincipalTag"];

fn is_bare_tag(key: &str, tag: &str) -> bool {
    key.trim_end_matches('/').eq_ignore_ascii_case(tag)
}

fn is_old(key: &str) -> bool {
    key.eq_ignore_ascii_case("aws:ARN")
}

#[cfg(test)]
mod tests {
    use crate::DocumentUse::*;
    use crate::testing::{allow, fires, found, silent, with};

    #[test]
    fn keys_exist() {
        let rule = super::RULE.id;
        let text = |key: &str| with(&allow("\"s3:*\"", "\"*\"", &format!(r#""StringEquals": {{"{key}": "x"}}"#)));
        for wrong in ["aws:SourceIpp", "s3:prefixx", "nosuch:key"] {
            fires(rule, &text(wrong), Identity, &[&format!("\"{wrong}\"")]);
        }
        assert_eq!(
            found(rule, &text("s3:prefixx"), Identity)[0].help.as_deref(),
            Some("did you mean `s3:prefix`?")
        );
        for right in [
            "aws:sourceip",
            "S3:prefix",
            "aws:RequestTag/project",
            "s3:ExistingObjectTag/a",
            "token.actions.githubusercontent.com:sub",
            "saml:aud",
            "lambda:SourceFunctionArn",
        ] {
            silent(rule, &text(right), Identity);
        }
    }
}
