//! Every request has a moment and is somebody's: no example hangs on a moment, or on who asks, that it does not tell.
//! IAM User Guide, "AWS global condition context keys": `aws:CurrentTime` and `aws:EpochTime` are always included in the
//! request context.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::tests::{change, document};
use super::*;
use crate::{Engine, PolicySet};

const LIST: &str = r#"{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"}"#;

fn deny_list(conditions: &str) -> String {
    format!(
        r#"{{"Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*", "Condition": {{{conditions}}}}}"#
    )
}

#[test]
fn what_is_denied_at_every_moment_is_denied() {
    let mfa = deny_list(r#""Bool": {"aws:MultiFactorAuthPresent": "true"}"#);
    let without_mfa = |condition: &str| {
        deny_list(&format!(
            r#"{condition}, "BoolIfExists": {{"aws:MultiFactorAuthPresent": "false"}}"#
        ))
    };
    for (before, after) in [
        (
            r#""DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}"#,
            r#""DateGreaterThanEquals": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}"#,
        ),
        (
            r#""NumericLessThan": {"aws:EpochTime": "1796083200"}"#,
            r#""NumericGreaterThanEquals": {"aws:EpochTime": "1796083200"}"#,
        ),
        (
            r#""DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}"#,
            r#""NumericGreaterThanEquals": {"aws:EpochTime": "1796083200"}"#,
        ),
    ] {
        let new = [without_mfa(before), without_mfa(after), mfa.clone()].join(", ");
        assert_eq!(change(LIST, &new), Vec::<String>::new(), "{new}");
    }
}

#[test]
fn an_example_tells_its_moment_where_dates_matter() {
    let old = deny_list(r#""StringEquals": {"aws:PrincipalTag/t": "a"}"#);
    let new = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"},
                      "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}"#;
    let difference = compare(&document(&old), &document(new));
    let example = difference.no_longer_denied[0].example.as_ref().unwrap();
    assert_eq!(
        example.context.get("aws:CurrentTime").unwrap(),
        ["2026-12-01T00:00:00Z"]
    );
    assert!(difference.is_decided());
}

/// The same page: `aws:PrincipalArn` is in every signed request, and tells the principal.
#[test]
fn an_example_tells_who_asks_where_it_matters() {
    let old = deny_list(r#""StringEquals": {"aws:PrincipalTag/t": "a"}"#);
    let new = r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"},
                      "BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}"#;
    let difference = compare(&document(&old), &document(new));
    let pattern = &difference.no_longer_denied[0];
    let example = pattern.example.as_ref().unwrap();
    assert!(example.context.get("aws:PrincipalArn").is_some(), "{example:?}");
    assert!(pattern.matches(&asked_at(example, Timestamp::UNIX_EPOCH)));
    assert!(difference.is_decided());
}

#[test]
fn an_example_tells_no_moment_where_no_condition_asks_for_it() {
    let old = deny_list(r#""StringEquals": {"aws:PrincipalTag/t": "a"}"#);
    let elsewhere = r#"{"Effect": "Deny", "Action": "sqs:*", "Resource": "*",
        "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}}"#;
    let difference = compare(&document(&old), &document(elsewhere));
    let example = difference.no_longer_denied[0].example.as_ref().unwrap();
    assert_eq!(example.context.get("aws:CurrentTime"), None);
}

const DAYS: [&str; 3] = [
    "2025-06-01T00:00:00Z",
    "2026-06-01T00:00:00Z",
    "2027-06-01T00:00:00Z",
];

fn date_condition() -> impl Strategy<Value = String> {
    let dates = [
        "DateLessThan",
        "DateGreaterThanEquals",
        "DateGreaterThan",
        "DateLessThanIfExists",
    ];
    let seconds = ["NumericLessThan", "NumericGreaterThanEquals"];
    prop_oneof![
        3 => (prop::sample::select(dates.to_vec()), prop::sample::select(&DAYS[..]))
            .prop_map(|(operator, day)| format!(r#""{operator}": {{"aws:CurrentTime": "{day}"}}"#)),
        1 => (prop::sample::select(seconds.to_vec()), prop::sample::select(&DAYS[..])).prop_map(|(operator, day)| {
            let seconds = day.parse::<Timestamp>().unwrap().as_second();
            format!(r#""{operator}": {{"aws:EpochTime": "{seconds}"}}"#)
        }),
    ]
}

fn other_condition() -> impl Strategy<Value = String> {
    let mfa =
        (prop::sample::select(&["Bool", "BoolIfExists"][..]), any::<bool>()).prop_map(|(operator, value)| {
            format!(r#""{operator}": {{"aws:MultiFactorAuthPresent": "{value}"}}"#)
        });
    let tag = prop::sample::select(&["StringEquals", "StringEqualsIfExists", "StringNotEquals"][..])
        .prop_map(|operator| format!(r#""{operator}": {{"aws:PrincipalTag/t": "a"}}"#));
    let asker = prop::sample::select(
        &[
            r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/*"}"#,
            r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}"#,
            r#""StringEquals": {"aws:PrincipalAccount": "111122223333"}"#,
            r#""StringNotEquals": {"aws:PrincipalAccount": "111122223333"}"#,
        ][..],
    )
    .prop_map(str::to_owned);
    prop_oneof![2 => mfa, 1 => tag, 1 => asker]
}

fn statement() -> impl Strategy<Value = String> {
    let effects = prop::sample::select(&["Allow", "Allow", "Deny"][..]);
    let actions = prop::sample::select(&["s3:*", "s3:ListBucket", "s3:Get*"][..]);
    let dated = prop::option::weighted(0.7, date_condition());
    let others = prop::collection::vec(other_condition(), 0..=2);
    (effects, actions, dated, others).prop_map(|(effect, action, dated, others)| {
        // An operator stands once in a statement.
        let by_operator: BTreeMap<String, String> = dated
            .into_iter()
            .chain(others)
            .filter_map(|condition| Some((condition.split_once(": ")?.0.to_owned(), condition)))
            .collect();
        let conditions: Vec<String> = by_operator.into_values().collect();
        format!(
            r#"{{"Effect": "{effect}", "Action": "{action}", "Resource": "*", "Condition": {{{}}}}}"#,
            conditions.join(", ")
        )
    })
}

/// The engine where this is the only policy, an Allow of everything beside it or not.
fn engine(policy: &Document, beside: bool) -> Engine {
    let mut identity = vec![Source::new("policy", policy.clone())];
    if beside {
        let everything = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
        identity.push(Source::new("everything", document(everything)));
    }
    let set = PolicySet {
        identity,
        ..PolicySet::default()
    };
    Engine::compile(&set)
}

fn moments() -> Vec<Timestamp> {
    let at = DAYS.iter().flat_map(|day| {
        let day = day.parse::<Timestamp>().unwrap().as_second();
        [day - 1, day, day + 1]
    });
    at.map(|second| Timestamp::from_second(second).unwrap()).collect()
}

/// The request as it is asked at a moment: with what every request has, as far as it does not tell that.
fn asked_at(request: &Request, at: Timestamp) -> Request {
    let mut request = request.clone();
    request.fill_in(at);
    request
}

/// Requests of each kind that the drawn statements tell apart.
fn requests() -> Vec<Request> {
    let mut requests = Vec::new();
    for at in moments() {
        for action in ["s3:ListBucket", "s3:GetObject", "s3:PutObject"] {
            for mfa in [None, Some("true"), Some("false")] {
                for tag in [None, Some("a"), Some("b")] {
                    let principal = "arn:aws:iam::111122223333:user/example".parse().unwrap();
                    let mut request = asked_at(&Request::new(principal, action, "arn:aws:s3:::example"), at);
                    for (key, value) in [("aws:MultiFactorAuthPresent", mfa), ("aws:PrincipalTag/t", tag)] {
                        if let Some(value) = value {
                            request.context.insert(key, value);
                        }
                    }
                    requests.push(request);
                }
            }
        }
    }
    requests
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_example_is_one_whenever_it_is_asked(
        old in prop::collection::vec(statement(), 1..4),
        new in prop::collection::vec(statement(), 1..4),
    ) {
        let (old, new) = (document(&old.join(", ")), document(&new.join(", ")));
        let difference = compare(&old, &new);
        prop_assert!(difference.is_decided(), "{:?}", difference.undecided);
        for (patterns, yes, no, beside) in [
            (&difference.gained, &new, &old, false),
            (&difference.lost, &old, &new, false),
            (&difference.denied, &old, &new, true),
            (&difference.no_longer_denied, &new, &old, true),
        ] {
            let (yes, no) = (engine(yes, beside), engine(no, beside));
            let differs = |request: &Request| yes.decide(request).is_allow() && !no.decide(request).is_allow();
            for pattern in patterns {
                let example = pattern.example.as_ref().unwrap();
                prop_assert!(pattern.matches(example));
                let whenever = moments().into_iter().map(|at| asked_at(example, at));
                for asked in std::iter::once(example.clone()).chain(whenever) {
                    prop_assert!(differs(&asked), "{asked:?} for {pattern}");
                }
                let mfa = example.context.get("aws:MultiFactorAuthPresent");
                prop_assert!(mfa.is_none_or(|mfa| mfa == ["true"] || mfa == ["false"]), "{mfa:?}");
            }
            for request in requests() {
                let told = patterns.iter().any(|pattern| pattern.matches(&request));
                prop_assert_eq!(told, differs(&request), "{:?}", request);
            }
        }
    }
}
