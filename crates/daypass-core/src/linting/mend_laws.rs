//! What a mend keeps: a document allows and denies after it what it did before, as `diff` tells it.

use iam_policy::{Document, Statement, compare};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::{Task, mend};
use crate::format::{Style, formatted};
use crate::policy_text::TextFormat;

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// Values that cover each other, come twice, and differ by case.
fn some(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    let list = prop::collection::vec(prop::sample::select(of), 1..5);
    list.prop_map(|values| match values.as_slice() {
        [one] => format!("\"{one}\""),
        many => {
            let quoted: Vec<String> = many.iter().map(|value| format!("\"{value}\"")).collect();
            format!("[{}]", quoted.join(", "))
        }
    })
}

fn condition() -> impl Strategy<Value = String> {
    let values = |name: &'static str, of| some(of).prop_map(move |values| format!("{{{name}: {values}}}"));
    prop_oneof![
        4 => Just(String::new()),
        2 => values("\"aws:SourceIp\"", &["203.0.113.7/24", "203.0.113.0/24", "203.0.113.9", "2001:db8::1/32"])
            .prop_flat_map(|member| {
                prop::sample::select(&["IpAddress", "NotIpAddress", "IpAddressIfExists"][..])
                    .prop_map(move |operator| format!("\"{operator}\": {member}"))
            }),
        2 => values("\"aws:MultiFactorAuthAge\"", &["10", "20", "20.5", "-1", "x"]).prop_flat_map(|member| {
            prop::sample::select(&["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals", "NumericLessThanEqualsIfExists"][..])
                .prop_map(move |operator| format!("\"{operator}\": {member}"))
        }),
        1 => values("\"aws:PrincipalTag/team\"", &["a", "A", "a*", "${aws:username}"]).prop_flat_map(|member| {
            prop::sample::select(&["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIgnoreCase"][..])
                .prop_map(move |operator| format!("\"{operator}\": {member}"))
        }),
    ]
}

fn statement(with_principals: bool) -> impl Strategy<Value = String> {
    let actions = some(&[
        "s3:GetObject",
        "s3:Get*",
        "S3:getobject",
        "s3:*",
        "s3:GetObjectA??",
        "ec2:*",
    ]);
    let resources = some(&[
        "arn:aws:s3:::a/*",
        "arn:aws:s3:::a*",
        "arn:aws:s3:::ab",
        "arn:aws:s3:::${aws:username}/*",
        "*",
    ]);
    let principals = some(&[
        "111122223333",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::111122223333:role/r",
        "arn:aws:sts::111122223333:assumed-role/r/s",
        "444455556666",
    ]);
    let keys = (any::<bool>(), any::<bool>(), any::<bool>());
    (actions, resources, principals, condition(), keys).prop_map(
        move |(actions, resources, principals, condition, (denies, not_action, not_resource))| {
            let effect = if denies { "Deny" } else { "Allow" };
            // Seldom both, which is hardly ever written.
            let action = if not_action && !not_resource { "NotAction" } else { "Action" };
            let resource = if not_resource && not_action { "NotResource" } else { "Resource" };
            let principal = if with_principals {
                format!("\"Principal\": {{\"AWS\": {principals}}}, ")
            } else {
                String::new()
            };
            let condition = if condition.is_empty() {
                String::new()
            } else {
                format!(", \"Condition\": {{{condition}}}")
            };
            format!(
                "{{\"Effect\": \"{effect}\", {principal}\"{action}\": {actions}, \"{resource}\": {resources}{condition}}}"
            )
        },
    )
}

fn document() -> impl Strategy<Value = String> {
    let version = prop::sample::select(
        &[
            "",
            "\"Version\": \"2008-10-17\", ",
            "\"Version\": \"2012-10-17\", ",
        ][..],
    );
    (version, any::<bool>()).prop_flat_map(|(version, with_principals)| {
        prop::collection::vec(statement(with_principals), 1..4)
            .prop_map(move |statements| format!("{{{version}\"Statement\": [{}]}}", statements.join(", ")))
    })
}

/// What `diff` tells of a text and what it becomes; `None` where there is nothing to mend.
fn told(name: &str, text: &str) -> Option<String> {
    let format = TextFormat::of_name(Some(name), text);
    let parse = |text: &str| crate::policy_text::parse(text, format).unwrap();
    let after = mend(&Task::of(name, text), now())?;
    let mut difference = compare(&parse(text), &parse(&after.text));
    // What cannot be decided is no difference that was found: fractions, and what hangs on variables.
    difference.undecided.clear();
    Some(if difference.is_nothing() {
        String::new()
    } else {
        format!("{text}\n{}\n{difference:#?}", after.text)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_mended_document_says_the_same(text in document()) {
        let document = Document::parse(&text).unwrap();
        prop_assert_eq!(told("p.json", &text).unwrap_or_default(), "");
        let yaml = formatted(&document.to_json(), TextFormat::Yaml, Style::Canonical).unwrap().text;
        prop_assert_eq!(told("p.yaml", &yaml).unwrap_or_default(), "");
    }
}

/// The law is about something: of the documents that are drawn, mends are made in most.
#[test]
fn most_drawn_documents_have_something_to_mend() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mended = (0..60)
        .filter(|_| {
            let text = document().new_tree(&mut runner).unwrap().current();
            mend(&Task::of("p.json", &text), now()).is_some()
        })
        .count();
    assert!(mended > 30, "{mended}");
}

/// Over the documents that the policy engine's second evaluator is held against.
#[test]
fn drawn_documents_of_every_kind_keep_their_meaning() {
    for number in 0..150 {
        let policies = iam_policy_reference::generate::numbered(7, number).policies;
        let sources = policies
            .identity
            .iter()
            .chain(&policies.resource)
            .chain(&policies.trust);
        for source in sources {
            // Twice what is said once is what there is to mend.
            let statements: Vec<Statement> = source
                .document
                .statements
                .iter()
                .chain(&source.document.statements)
                .cloned()
                .collect();
            let text = Document::new(statements).to_json();
            if Document::parse(&text).is_err() {
                continue;
            }
            assert_eq!(told("p.json", &text).unwrap_or_default(), "");
        }
    }
}
