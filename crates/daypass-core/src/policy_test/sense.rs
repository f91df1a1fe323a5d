//! What no request of AWS's has: a condition key that there is not, a value that the key cannot hold, a resource that the
//! action is never about. Asked about it, policies answer all the same, most of them with a deny that proves nothing.
//!
//! What AWS defines is as the Service Authorization Reference ("Actions, resources, and condition keys for AWS services")
//! and the IAM User Guide ("AWS global condition context keys") have it, by the catalog.

use std::net::IpAddr;

use iam_catalog::{ArnFormat, ConditionKey, Service, ValueType};
use iam_policy::syntax::nearest;
use iam_policy::{Arn, Comparison};

use super::actions::{ActionNames, expand_actions};
use crate::team::reader::shortened;

/// What is odd about a part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// Whether it is wrong without doubt. Else it may be newer than the catalog, or AWS's pages may be inexact.
    pub is_certain: bool,
    /// What is odd.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Oddity {
    fn perhaps(message: String, help: impl Into<String>) -> Oddity {
        Oddity {
            is_certain: false,
            message,
            help: help.into(),
        }
    }
}

/// What is odd about a condition key by its name.
pub fn odd_key(key: &str) -> Option<Oddity> {
    let quoted = shortened(key);
    let parts = key.split_once(':');
    let Some((prefix, _)) = parts.filter(|(prefix, name)| !prefix.is_empty() && !name.is_empty()) else {
        return Some(Oddity {
            is_certain: true,
            message: format!("`{quoted}` is no condition key"),
            help: "condition keys look like aws:SourceIp or s3:prefix".to_owned(),
        });
    };
    if is_of_provider(key) || iam_catalog::condition_key(key).is_some() {
        return None;
    }
    let is_global = prefix.eq_ignore_ascii_case("aws");
    let service = iam_catalog::service(prefix);
    let keys = || {
        let own = service.into_iter().flat_map(Service::condition_keys);
        iam_catalog::shared_condition_keys().chain(own)
    };
    if let Some(template) = keys().find(|known| is_without_its_part(key, *known)) {
        let start = beginning(template);
        return Some(Oddity {
            is_certain: true,
            message: format!("`{quoted}` is the beginning of a key: which tag is it about?"),
            help: format!("write {start}NAME, such as {start}team"),
        });
    }
    let is_shared = keys().any(|known| {
        let begins = known
            .name
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        begins && known.name.as_bytes().get(prefix.len()) == Some(&b':')
    });
    let message = match service {
        _ if is_global => format!("there is no global condition key `{quoted}`"),
        Some(service) => format!("{} has no condition key `{quoted}`", service.name()),
        None if is_shared => format!("there is no condition key `{quoted}`"),
        None => format!(
            "no service has condition keys with the prefix `{}`",
            shortened(prefix)
        ),
    };
    let help = match nearest(key, keys().map(|known| known.name)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!(
            "see that it is right; one that AWS has added since {} is not known here",
            iam_catalog::source().as_of
        ),
    };
    Some(Oddity::perhaps(message, help))
}

/// Whether the key's prefix is the domain of an identity provider, whose keys are its own: `accounts.google.com:aud`.
fn is_of_provider(key: &str) -> bool {
    key.split_once(':')
        .is_some_and(|(prefix, _)| prefix.contains(['.', '/']))
}

/// What stands before the variable part of a key's name: `aws:PrincipalTag/`.
fn beginning(template: ConditionKey) -> &'static str {
    template.name.split("${").next().unwrap_or(template.name)
}

/// `aws:PrincipalTag`, of a key that is `aws:PrincipalTag/${TagKey}`.
fn is_without_its_part(key: &str, known: ConditionKey) -> bool {
    known.is_template()
        && beginning(known)
            .trim_end_matches('/')
            .eq_ignore_ascii_case(key.trim_end_matches('/'))
}

/// What is odd about a value of a condition key, by the key's type.
///
/// IAM User Guide, "IAM JSON policy elements: Condition operators": which values each type has; "AWS global condition context
/// keys": the types of those. Types of services' own keys are taken from their pages, which have been wrong.
pub fn odd_value(key: &str, value: &str) -> Option<Oddity> {
    if is_of_provider(key) {
        return None;
    }
    let known = iam_catalog::condition_key(key)?;
    let (fits, wanted, help) = match known.value_type {
        ValueType::String => return None,
        ValueType::Bool => (
            ["true", "false"]
                .iter()
                .any(|text| value.eq_ignore_ascii_case(text)),
            "true or false",
            "write true or false",
        ),
        ValueType::Numeric => (
            Comparison::NumericEquals.reads(value),
            "a number",
            "write a number",
        ),
        ValueType::Date => (
            Comparison::DateEquals.reads(value),
            "an instant",
            "write an instant such as 2026-11-30T18:00:00Z, or seconds since 1970",
        ),
        ValueType::IpAddress => (
            value.parse::<IpAddr>().is_ok(),
            "an IP address",
            "write the one address that the request comes from, such as 192.0.2.7",
        ),
        ValueType::Arn => (
            value.parse::<Arn>().is_ok(),
            "an ARN",
            "write an ARN, such as arn:aws:s3:::reports",
        ),
    };
    let is_documented = known.name.starts_with("aws:") && known.value_type != ValueType::Arn;
    (!fits).then(|| Oddity {
        is_certain: is_documented,
        message: format!(
            "`{}` is no value of {}, which holds {wanted}",
            shortened(value),
            known.name
        ),
        help: help.to_owned(),
    })
}

/// What the actions that a text stands for can be about.
#[derive(Debug, Clone, Default)]
pub struct ActedOn {
    /// Of all their types of resource, each once.
    formats: Vec<ArnFormat>,
    /// Whether some of them are on no resource.
    any_without: bool,
    /// Whether nothing is known of some.
    is_open: bool,
}

impl ActedOn {
    /// Of an action, or a pattern of actions.
    pub fn of(action: &str) -> ActedOn {
        let mut acted_on = ActedOn::default();
        let ActionNames::Known(names) = expand_actions(action) else {
            acted_on.is_open = true;
            return acted_on;
        };
        for name in &names {
            let Some(known) = iam_catalog::action(name) else {
                acted_on.is_open = true;
                continue;
            };
            let before = acted_on.formats.len();
            let types = known.resource_types();
            acted_on
                .formats
                .extend(types.flat_map(|acted| acted.resource_type.arn_formats()));
            acted_on.any_without |= acted_on.formats.len() == before;
        }
        acted_on.formats.sort_unstable_by_key(|format| format.as_str());
        acted_on.formats.dedup();
        acted_on
    }

    /// Whether a resource, or some of a pattern of resources, can be one of them. `true` for what is not known.
    pub fn includes(&self, resource: &str) -> bool {
        // "All of a service" is a way to say anything: AWS's own pages allow what has no resources so.
        let is_anything = resource == "*" || self.any_without && resource.ends_with(":*");
        is_anything
            || self.is_open
            || self
                .formats
                .iter()
                .any(|format| begins_alike(format.as_str(), resource) && format.may_be(resource))
    }
}

/// Whether the service and the beginning of the resource part are the same, as far as both are written out. It tells most
/// that differ apart, and takes little time.
fn begins_alike(format: &str, resource: &str) -> bool {
    let parts = |text| {
        let mut parts = str::splitn(text, 6, ':');
        Some((parts.nth(2)?, parts.nth(2)?))
    };
    let (Some((service, form)), Some((named, rest))) = (parts(format), parts(resource)) else {
        return true;
    };
    let literal = |text: &str| text.find(['*', '?', '$']).unwrap_or(text.len());
    let alike = |one: &str, other: &str| {
        let both = literal(one).min(literal(other));
        one.as_bytes().get(..both) == other.as_bytes().get(..both)
    };
    alike(service, named) && alike(form, rest)
}

/// What to tell of an action, or a pattern of actions, that are on none of these resources.
pub fn odd_resource(action: &str, resources: &[&str]) -> Oddity {
    let quoted = shortened(action);
    let message = match resources {
        [one] => format!("{quoted} is never on {}", shortened(one)),
        _ => format!("{quoted} is never on any of these resources"),
    };
    let mut forms: Vec<&str> = match iam_catalog::action(action) {
        // A pattern of actions stands for many, and of one that is misspelt there is nothing to tell.
        None => return Oddity::perhaps(message, "name resources that these actions are about"),
        Some(known) => known
            .resource_types()
            .flat_map(|acted| acted.resource_type.arn_formats())
            .map(iam_catalog::ArnFormat::as_str)
            .collect(),
    };
    // Where some are like what is written, with a region or without, one of those was meant.
    let is_like = |form: &&str| resources.iter().any(|resource| shape(form) == shape(resource));
    if forms.iter().any(is_like) {
        forms.retain(is_like);
    }
    let help = match forms.as_slice() {
        [] => "it is on no resource that a policy can name: ask about it on `*`".to_owned(),
        [one] => format!("it is on {one}"),
        [one, other] => format!("it is on {one} or {other}"),
        [one, rest @ ..] => format!("it is on {one} and {} other forms", rest.len()),
    };
    Oddity::perhaps(message, help)
}

/// The service of an ARN, and whether it has a region and an account.
fn shape(arn: &str) -> Option<(&str, bool, bool)> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, region, account) = (parts.next()?, parts.next()?, parts.next()?);
    Some((service, region.is_empty(), account.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Condition keys for Amazon S3".
    #[test]
    fn keys_that_no_request_carries() {
        for right in [
            "aws:sourceip",
            "S3:prefix",
            "aws:PrincipalTag/team",
            "s3:ExistingObjectTag/a",
            "token.actions.githubusercontent.com:sub",
            "saml:aud",
            "sts:ExternalId",
            "kms:EncryptionContext:app",
        ] {
            assert_eq!(odd_key(right), None, "{right}");
        }
        let certain = |key: &str| odd_key(key).map(|odd| odd.is_certain);
        for wrong in [
            "SourceIp",
            "aws:",
            ":x",
            "aws:PrincipalTag",
            "aws:RequestTag/",
            "s3:existingobjecttag",
        ] {
            assert_eq!(certain(wrong), Some(true), "{wrong}");
        }
        for unknown in [
            "aws:SourceIpp",
            "s3:prefixx",
            "nosuch:key",
            "saml:nothing-like-it",
        ] {
            assert_eq!(certain(unknown), Some(false), "{unknown}");
        }
        assert_eq!(odd_key("s3:prefixx").unwrap().help, "did you mean s3:prefix?");
        assert!(
            odd_key("aws:PrincipalTag")
                .unwrap()
                .help
                .contains("aws:PrincipalTag/team")
        );
    }

    /// IAM User Guide, "IAM JSON policy elements: Condition operators".
    #[test]
    fn values_that_a_key_cannot_hold() {
        for (key, right) in [
            ("aws:MultiFactorAuthPresent", "True"),
            ("aws:MultiFactorAuthAge", "300"),
            ("aws:CurrentTime", "2026-11-30T12:00:00Z"),
            ("aws:EpochTime", "1796040000"),
            ("aws:SourceIp", "2001:db8::7"),
            ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app"),
            ("aws:PrincipalTag/team", "yes"),
            ("accounts.google.com:aud", "x"),
            ("aws:NoSuchKey", "x"),
        ] {
            assert_eq!(odd_value(key, right), None, "{key}");
        }
        for (key, wrong, certain) in [
            ("aws:MultiFactorAuthPresent", "yes", true),
            ("aws:MultiFactorAuthAge", "five", true),
            ("aws:CurrentTime", "tomorrow", true),
            ("aws:SourceIp", "192.0.2.0/24", true),
            ("aws:PrincipalArn", "role/app", false),
            ("s3:max-keys", "many", false),
        ] {
            assert_eq!(
                odd_value(key, wrong).map(|odd| odd.is_certain),
                Some(certain),
                "{key}"
            );
        }
    }

    /// Service Authorization Reference, "Actions defined by Amazon S3", "... Amazon EC2", "... AWS Identity and Access
    /// Management".
    #[test]
    fn resources_that_an_action_is_never_on() {
        for (action, resource) in [
            ("s3:GetObject", "arn:aws:s3:::reports/*"),
            ("s3:GetObject", "arn:aws:s3:::reports*"),
            ("s3:Get*", "arn:aws:s3:::reports"),
            ("s3:GetObject", "*"),
            ("s3:ListAllMyBuckets", "arn:aws:s3:::*"),
            ("iam:PassRole", "arn:aws:iam::111122223333:role/app"),
            ("nosuch:Thing", "arn:aws:s3:::reports"),
        ] {
            assert!(ActedOn::of(action).includes(resource), "{action} {resource}");
        }
        for (action, resource) in [
            ("s3:GetObject", "arn:aws:s3:::reports"),
            ("s3:ListBucket", "arn:aws:s3:::reports/*"),
            ("s3:GetObject*", "arn:aws:sqs:us-east-1:111122223333:q"),
            (
                "ec2:DescribeInstances",
                "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
            ),
            ("iam:PassRole", "arn:aws:iam::111122223333:user/bob"),
        ] {
            assert!(!ActedOn::of(action).includes(resource), "{action} {resource}");
        }
        let odd = odd_resource("s3:GetObject", &["arn:aws:s3:::reports"]);
        assert_eq!(odd.message, "s3:GetObject is never on arn:aws:s3:::reports");
        assert_eq!(
            odd.help,
            "it is on arn:${Partition}:s3:::${BucketName}/${ObjectName}"
        );
        assert!(odd_resource("ec2:DescribeInstances", &["x"]).help.contains('*'));
    }
}
