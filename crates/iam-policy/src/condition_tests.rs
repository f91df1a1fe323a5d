//! Every operator, with keys that are missing, empty, single and several.

use super::*;
use crate::document::{Document, Statement};

/// Evaluates `{operator: {key: values}}` in a context.
fn holds_in(operator: &str, key: &str, values: &[&str], context: &Context) -> bool {
    let statement = Statement::allow().with_condition(operator, key, values.iter().copied());
    Condition::compile(&statement.conditions[0], Version::V2012, false).holds(context)
}

/// Evaluates an operator on the key `k` of which the request has `found`.
fn holds(operator: &str, wanted: &[&str], found: &[&str]) -> bool {
    let mut context = Context::new();
    context.insert("k", found.to_vec());
    holds_in(operator, "K", wanted, &context)
}

fn holds_without_key(operator: &str, wanted: &[&str]) -> bool {
    holds_in(operator, "k", wanted, &Context::new())
}

// "String condition operators"
#[test]
fn strings() {
    assert!(holds("StringEquals", &["a", "b"], &["b"]));
    assert!(!holds("StringEquals", &["a"], &["A"]));
    assert!(!holds("StringEquals", &["a*"], &["ab"]));
    assert!(holds("StringEquals", &["a*"], &["a*"]));
    assert!(holds("StringEqualsIgnoreCase", &["ÄB"], &["äb"]));
    assert!(!holds("StringNotEqualsIgnoreCase", &["ab"], &["AB"]));
    assert!(holds("StringLike", &["a*c?"], &["abbcd"]));
    assert!(!holds("StringLike", &["a*c?"], &["abbc"]));
    assert!(!holds("StringNotLike", &["x", "a*"], &["abc"]));
    // A negated operator with several values: none of them may match ("Evaluation logic for multiple context keys or values").
    assert!(!holds("StringNotEquals", &["a", "b"], &["a"]));
    assert!(holds("StringNotEquals", &["a", "b"], &["c"]));
    assert!(holds("StringLike", &["${*}"], &["*"]) && !holds("StringLike", &["${*}"], &["x"]));
}

// "IAM policy elements: Variables and tags", "Using policy variables in the Condition element"
#[test]
fn variables_in_values() {
    let context: Context = [
        ("s3:prefix", "bob/"),
        ("aws:username", "bob"),
        ("aws:SourceArn", "arn:aws:s3:::bob"),
    ]
    .into_iter()
    .collect();
    assert!(holds_in(
        "StringEquals",
        "s3:prefix",
        &["${aws:username}/"],
        &context
    ));
    assert!(holds_in(
        "StringLike",
        "s3:prefix",
        &["", "${aws:username}*"],
        &context
    ));
    assert!(holds_in(
        "ArnLike",
        "aws:SourceArn",
        &["arn:aws:s3:::${aws:username}"],
        &context
    ));
    assert!(holds_in(
        "ArnEquals",
        "aws:SourceArn",
        &["${aws:SourceArn}"],
        &context
    ));
    assert!(holds_in(
        "StringEqualsIgnoreCase",
        "s3:prefix",
        &["${aws:username}/"],
        &context
    ));
    // Unset: equal to nothing, so its negation holds.
    assert!(!holds_in(
        "StringEquals",
        "s3:prefix",
        &["${aws:userid}"],
        &context
    ));
    assert!(holds_in(
        "StringNotEquals",
        "s3:prefix",
        &["${aws:userid}"],
        &context
    ));
    assert!(!holds_in(
        "StringEqualsIgnoreCase",
        "s3:prefix",
        &["${aws:userid}"],
        &context
    ));
    // Not in the old version.
    let document = Document::parse(
        r#"{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringEquals": {"s3:prefix": "${aws:username}/"}}}}"#,
    )
    .unwrap();
    let condition = Condition::compile(&document.statements[0].conditions[0], document.version, false);
    assert!(!condition.holds(&context));
}

// "Numeric condition operators"
#[test]
fn numbers() {
    assert!(holds("NumericLessThanEquals", &["10"], &["10.0"]));
    assert!(!holds("NumericLessThan", &["10"], &["10"]));
    assert!(holds("NumericGreaterThan", &["9"], &["10"]));
    assert!(holds("NumericGreaterThanEquals", &["9"], &["9"]));
    assert!(holds("NumericEquals", &["1", "2"], &["2"]));
    assert!(
        holds("NumericNotEquals", &["1", "2"], &["3"]) && !holds("NumericNotEquals", &["1", "2"], &["1.0"])
    );
    assert!(!holds("NumericEquals", &["ten"], &["10"]) && !holds("NumericLessThan", &["10"], &["few"]));
}

// "Date condition operators"
#[test]
fn dates() {
    assert!(holds(
        "DateGreaterThan",
        &["2020-01-01T00:00:01Z"],
        &["2020-01-01T00:00:02Z"]
    ));
    assert!(holds("DateLessThan", &["2020-01-02"], &["2020-01-01T23:59:59Z"]));
    assert!(!holds("DateLessThan", &["2020-01-02"], &["2020-01-02T00:00:00Z"]));
    assert!(holds(
        "DateLessThanEquals",
        &["1577923200"],
        &["2020-01-02T00:00:00Z"]
    ));
    assert!(holds(
        "DateGreaterThanEquals",
        &["2020-01-02T00:00:00Z"],
        &["1577923200"]
    ));
    assert!(holds(
        "DateEquals",
        &["2020-01-02T01:00:00+01:00"],
        &["2020-01-02"]
    ));
    assert!(!holds(
        "DateNotEquals",
        &["2020-01-02"],
        &["2020-01-02T00:00:00Z"]
    ));
    assert!(!holds("DateLessThan", &["soon"], &["2020-01-02T00:00:00Z"]));
}

// "Boolean condition operators", "Binary condition operators", "IP address condition operators"
#[test]
fn booleans_bytes_and_addresses() {
    assert!(holds("Bool", &["true"], &["true"]) && holds("Bool", &["True"], &["true"]));
    assert!(!holds("Bool", &["false"], &["true"]));
    // "You can use a policy variable with the Boolean condition operator."
    assert!(holds("Bool", &["${aws:nothing, 'true'}"], &["true"]));
    assert!(!holds("Bool", &["${aws:nothing, 'true'}"], &["false"]));
    assert!(holds("Bool", &["${k}"], &["False"]) && !holds("Bool", &["${k}"], &["maybe"]));
    assert!(!holds("Bool", &["${aws:nothing}"], &["false"]));
    assert!(holds(
        "BinaryEquals",
        &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="],
        &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="]
    ));
    assert!(holds("BinaryEquals", &["QQ=="], &["A"]) && !holds("BinaryEquals", &["QQ=="], &["B"]));
    assert!(holds(
        "IpAddress",
        &["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
        &["203.0.113.9"]
    ));
    assert!(holds(
        "IpAddress",
        &["203.0.113.0/24", "2001:DB8:1234:5678::/64"],
        &["2001:db8:1234:5678::1"]
    ));
    assert!(!holds("IpAddress", &["203.0.113.0/24"], &["198.51.100.1"]));
    assert!(holds("NotIpAddress", &["203.0.113.0/24"], &["198.51.100.1"]));
    assert!(!holds("NotIpAddress", &["203.0.113.0/24"], &["203.0.113.1"]));
}

// "Amazon Resource Name (ARN) condition operators": each of the six parts is checked separately.
#[test]
fn arns_by_six_parts() {
    for operator in ["ArnEquals", "ArnLike"] {
        assert!(holds(
            operator,
            &["arn:aws:sns:*:123456789012:*"],
            &["arn:aws:sns:us-east-1:123456789012:topic:sub"]
        ));
        assert!(!holds(
            operator,
            &["arn:aws:sns:*:topic"],
            &["arn:aws:sns:us-east-1:123456789012:topic"]
        ));
        assert!(!holds(operator, &["arn:aws:s*:bucket"], &["arn:aws:s3:::bucket"]));
        assert!(holds(
            operator,
            &["arn:aws:iam::12345678901?:role/*"],
            &["arn:aws:iam::123456789012:role/a/b"]
        ));
        assert!(!holds(
            operator,
            &["arn:aws:iam::123456789012:role/a"],
            &["arn:aws:iam::123456789012:role/b"]
        ));
        assert!(!holds(operator, &["arn:aws:s3:::bucket"], &["bucket"]));
    }
    assert!(!holds(
        "ArnNotLike",
        &["arn:aws:s3:::b*"],
        &["arn:aws:s3:::bucket"]
    ));
    assert!(holds(
        "ArnNotEquals",
        &["arn:aws:s3:::b"],
        &["arn:aws:s3:::bucket"]
    ));
}

// "If the key that you specify in a policy condition is not present in the request context, the values do
// not match and the condition is false. If the policy condition requires that the key is not matched ... true."
#[test]
fn missing_keys() {
    for comparison in Comparison::ALL.iter().filter(|c| **c != Comparison::Null) {
        let name = comparison.as_str();
        let wanted = &[if name.ends_with("IpAddress") {
            "10.0.0.1"
        } else {
            "1"
        }];
        assert_eq!(holds_without_key(name, wanted), comparison.is_negated(), "{name}");
        assert!(
            holds_without_key(&format!("{name}IfExists"), wanted),
            "{name}IfExists"
        );
        // "Set operators": ForAllValues is true, ForAnyValue false, when there are no keys in the request.
        assert!(
            holds_without_key(&format!("ForAllValues:{name}"), wanted),
            "ForAllValues:{name}"
        );
        assert!(
            !holds_without_key(&format!("ForAnyValue:{name}"), wanted),
            "ForAnyValue:{name}"
        );
        assert!(holds_without_key(&format!("ForAnyValue:{name}IfExists"), wanted));
    }
    assert!(!holds("StringEqualsIfExists", &["a"], &["b"]) && holds("StringEqualsIfExists", &["a"], &["a"]));
    assert!(!holds("StringNotEqualsIfExists", &["a"], &["a"]));
}

// "Condition operator to check existence of condition keys"
#[test]
fn null_asks_whether_the_key_exists() {
    assert!(holds_without_key("Null", &["true"]) && !holds_without_key("Null", &["false"]));
    assert!(holds("Null", &["false"], &["x"]) && !holds("Null", &["true"], &["x"]));
    assert!(holds("Null", &["true"], &[]) && !holds("Null", &["false"], &[]));
}

// "Set operators for multivalued context keys"
#[test]
fn several_values() {
    let wanted = &["PostDateTime", "Message", "Tags"];
    assert!(holds("ForAllValues:StringEquals", wanted, &["Message", "Tags"]));
    assert!(!holds(
        "ForAllValues:StringEquals",
        wanted,
        &["Message", "UserName"]
    ));
    assert!(holds(
        "ForAnyValue:StringEquals",
        wanted,
        &["UserName", "Message"]
    ));
    assert!(!holds("ForAnyValue:StringEquals", wanted, &["UserName"]));
    assert!(holds("ForAllValues:StringNotEquals", wanted, &["UserName"]));
    assert!(!holds(
        "ForAllValues:StringNotEquals",
        wanted,
        &["UserName", "Tags"]
    ));
    assert!(holds("ForAnyValue:StringNotLike", wanted, &["UserName", "Tags"]));
    assert!(!holds("ForAnyValue:StringNotLike", wanted, &["Message", "Tags"]));
    for empty in [&[][..], &[""][..]] {
        assert!(holds("ForAllValues:StringEquals", wanted, empty));
        assert!(!holds("ForAnyValue:StringEquals", wanted, empty));
        assert!(!holds("ForAnyValue:StringNotEquals", wanted, empty));
    }
    assert!(!holds("StringEquals", wanted, &[]) && holds("StringNotEquals", wanted, &[]));
}

#[test]
fn an_unknown_operator_neither_widens_nor_weakens() {
    let statement = Statement::allow().with_condition("StringEqual", "k", ["a"]);
    let compile = |holds| Condition::compile(&statement.conditions[0], Version::V2012, holds);
    let context: Context = [("k", "a")].into_iter().collect();
    assert!(!compile(false).holds(&context) && compile(true).holds(&context));
}

#[test]
fn a_value_that_cannot_be_read_neither_widens_nor_weakens() {
    for (operator, key, found) in [
        ("NotIpAddress", "aws:SourceIp", "198.51.100.7"),
        ("NumericNotEquals", "s3:max-keys", "10"),
        ("DateNotEquals", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("ForAllValues:NotIpAddress", "aws:SourceIp", "198.51.100.7"),
        ("NotIpAddressIfExists", "aws:SourceIp", "198.51.100.7"),
    ] {
        for values in [&["10.0.0/8x"][..], &["soon", "1"]] {
            let statement = Statement::allow().with_condition(operator, key, values.iter().copied());
            let compile = |denies| Condition::compile(&statement.conditions[0], Version::V2012, denies);
            for context in [[(key, found)].into_iter().collect(), Context::new()] {
                assert!(!compile(false).holds(&context), "{operator} in an Allow");
                assert!(compile(true).holds(&context), "{operator} in a Deny");
            }
        }
    }
}
