//! Deciding allocates nothing on the usual path: not for globs, variables, conditions of any kind, other kinds of
//! policy or another account. By itself in this file, for the counter sees every thread of the process.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "test code")]

use std::alloc::System;

use iam_policy::{Decision, Document, Engine, Level, PolicySet, Request, Source};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATIONS: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn source(text: &str) -> Source {
    Source::new("policy", Document::parse(text).expect("a policy"))
}

#[test]
fn deciding_allocates_nothing() {
    let everything = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let identity = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*", "s3:?ist*"], "Resource": "arn:aws:s3:::home/${aws:username}/*"},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:sqs:*:*:jobs-*-in", "Condition": {
            "StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]},
            "ForAnyValue:StringLike": {"aws:TagKeys": "cost-*"},
            "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"},
            "IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]},
            "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"},
            "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
            "Bool": {"aws:SecureTransport": "true"},
            "Null": {"aws:TokenIssueTime": "true"}}},
        {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]}"#;
    let queue = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"},
        "Action": "sqs:*", "Resource": "*"}}"#;
    let engine = Engine::compile(&PolicySet {
        identity: vec![source(identity)],
        resource: Some(source(queue)),
        boundary: Some(vec![source(everything)]),
        scp: Some(vec![Level {
            name: "root".to_owned(),
            policies: vec![source(everything)],
        }]),
        ..PolicySet::default()
    });
    let asked = |action: &str, resource: &str| {
        let mut request = Request::new(
            "arn:aws:iam::111122223333:user/bob".parse().unwrap(),
            action,
            resource,
        );
        request.context.extend([
            ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
            ("aws:MultiFactorAuthAge", "120"),
            ("aws:PrincipalTag/team", "blue"),
            ("aws:SecureTransport", "true"),
            ("aws:SourceArn", "arn:aws:sns:eu-central-1:111122223333:topic"),
            ("aws:SourceIp", "2001:db8::7"),
            ("aws:username", "bob"),
        ]);
        request.context.insert("aws:TagKeys", ["owner", "cost-center"]);
        request
    };
    let questions = [
        (
            asked("s3:GetObject", "arn:aws:s3:::home/bob/notes.txt"),
            Decision::Allow,
        ),
        (
            asked("s3:GetObject", "arn:aws:s3:::home/eve/notes.txt"),
            Decision::ImplicitDeny,
        ),
        (
            asked("s3:DeleteObject", "arn:aws:s3:::home/bob/notes.txt"),
            Decision::ExplicitDeny,
        ),
        (
            asked(
                "sqs:SendMessage",
                "arn:aws:sqs:eu-central-1:444455556666:jobs-7-in",
            ),
            Decision::Allow,
        ),
        (
            asked(
                "sqs:SendMessage",
                "arn:aws:sqs:eu-central-1:444455556666:jobs-7-out",
            ),
            Decision::ImplicitDeny,
        ),
    ];
    let mut decided = [Decision::Allow; 5];
    let region = Region::new(ALLOCATIONS);
    for (slot, (request, _)) in decided.iter_mut().zip(&questions) {
        *slot = engine.decide(request);
    }
    let allocations = region.change().allocations;
    for (decision, (request, expected)) in decided.into_iter().zip(&questions) {
        assert_eq!(decision, *expected, "{} {}", request.action, request.resource);
    }
    assert_eq!(allocations, 0);
}
