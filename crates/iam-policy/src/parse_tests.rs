//! Diagnostics as a person sees them: place, message, help.

use std::fmt::Write as _;

use crate::document::{Document, Version};

/// Every diagnostic with the text it points at.
fn shown(text: &str) -> String {
    let mut out = String::new();
    for wrong in Document::parse(text).unwrap_err() {
        let (line, column) = wrong.span.line_and_column(text);
        let at = wrong
            .span
            .of(text)
            .unwrap_or_default()
            .lines()
            .next()
            .unwrap_or_default();
        writeln!(out, "{line}:{column} {wrong}\n    at: {at}").unwrap();
        if let Some(help) = &wrong.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    out
}

#[test]
fn everything_wrong_is_told_at_once() {
    insta::assert_snapshot!(shown(
        r#"{
  "Version": "2026-11-22",
  "Statment": [],
  "Statement": [
    {
      "Sid": 7,
      "Effect": "allow",
      "Actions": "s3:GetObject",
      "Resource": {"Fn::Sub": "arn"},
      "Resource": "*"
    },
    {
      "Effect": "Deny",
      "Action": ["s3:*", 5, null],
      "NotAction": "s3:*",
      "Principal": "arn:aws:iam::111122223333:user/bob",
      "Resource": "*",
      "Condition": {
        "StringEqual": {"aws:username": "bob"},
        "ForAnyValues:StringLike": {"aws:TagKeys": "a"},
        "NullIfExists": {"aws:TagKeys": true},
        "Bool": {"aws:SecureTransport": false, "AWS:securetransport": true},
        "IpAddress": "203.0.113.0/24"
      }
    },
    "Allow",
    {
      "Effect": "Permit",
      "Principal": {"aws": "*", "Service": ["ec2.amazonaws.com"], "User": "x"},
      "NotPrincipal": {"AWS": "*"},
      "Statement": []
    },
    {"Action": "s3:*", "Resource": "*", "Version": "2012-10-17"}
  ],
  "Effect": "Allow",
  "Comment": "none"
}"#
    ));
}

#[test]
fn texts_that_are_no_policy() {
    let texts = [
        "",
        "[]",
        "{}",
        "\"policy\"",
        "Version: 2012-10-17",
        "{\"Statement\": 7}",
        "{\"Statement\": [1]}",
        "{\"Version\": \"2012-10-17\",",
    ];
    let mut all = String::new();
    for text in texts {
        write!(all, "== {text}\n{}", shown(text)).unwrap();
    }
    insta::assert_snapshot!(all);
}

// IAM API Reference, CreatePolicy: the characters of a document.
#[test]
fn characters_that_aws_refuses() {
    let text = "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::b/é/€\"}}";
    insta::assert_snapshot!(shown(text));
    let escaped = text.replace('€', "\\u20ac");
    let document = Document::parse(&escaped).unwrap();
    assert!(
        document.to_minified().contains("é/\\u20ac"),
        "{}",
        document.to_minified()
    );
}

// "Grammar of the IAM JSON policy language": what people write.
#[test]
fn loose_forms_are_read() {
    let document = Document::parse(
        "\u{feff}{\r\n \"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"NotAction\": [\"iam:*\"], \"Resource\": \"*\",\r\n \"Condition\": {\"NumericLessThan\": {\"aws:MultiFactorAuthAge\": 3600}, \"Bool\": {\"aws:SecureTransport\": [true]}}}}",
    )
    .unwrap();
    assert_eq!((document.version, document.version_span), (Version::V2008, None));
    let statement = &document.statements[0];
    assert!(statement.action.negated && statement.action.actions.written_as_list);
    assert!(!statement.resource.as_ref().unwrap().resources.written_as_list);
    assert_eq!(statement.conditions[0].values.values[0].text, "3600");
    insta::assert_snapshot!(document.to_json());
    assert_eq!(
        document.to_minified(),
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","NotAction":"iam:*","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":3600},"Bool":{"aws:SecureTransport":true}}}]}"#
    );
}

// "IAM and AWS STS quotas": white space is not counted.
#[test]
fn the_size_does_not_count_white_space_between_tokens() {
    let spaced = "{ \"Version\" : \"2012-10-17\",\n\t\"Statement\": [ {\"Effect\":\"Allow\", \"Action\":[\"s3:é\"], \"Resource\":\"*\"} ] }";
    let document = Document::parse(spaced).unwrap();
    let minified =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:é","Resource":"*"}]}"#;
    assert_eq!(document.to_minified(), minified);
    assert_eq!(document.iam_size(), minified.chars().count());
}

// "Grammar of the IAM JSON policy language": "Quotation marks are optional for numeric and Boolean values."
#[test]
fn an_account_may_stand_without_quotes() {
    let text = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": [111122223333, "444455556666"]}, "Action": "sts:AssumeRole"}}"#;
    let printed = Document::parse(text).unwrap().to_minified();
    assert!(
        printed.contains(r#"{"AWS":["111122223333","444455556666"]}"#),
        "{printed}"
    );
    let wrong = Document::parse(&text.replace("111122223333", "11112222333")).unwrap_err();
    assert!(wrong[0].message.contains("AWS wants a string"), "{wrong:?}");
}
