//! Input made to hurt: what is too deep or too large is refused with a word, and nothing costs more than about the
//! length.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

use std::time::Duration;

use iam_policy::{Decision, Document, DocumentUse, Engine, PolicySet, Request, Scenario, Source, Statement};
use rustix::time::{ClockId, clock_gettime};

const DEEP: usize = 100_000;

/// The message and the help line of the only complaint.
fn complaint(wrong: Result<Document, Vec<iam_policy::Diagnostic>>) -> (String, String) {
    let wrong = wrong.expect_err("it is refused");
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    (
        wrong[0].message.clone(),
        wrong[0].help.clone().unwrap_or_default(),
    )
}

#[test]
fn json_that_is_nested_too_deep_is_refused() {
    let lists = "[".repeat(DEEP) + &"]".repeat(DEEP);
    let objects = "{\"a\":".repeat(DEEP) + "1" + &"}".repeat(DEEP);
    let in_a_statement = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": {lists}, "Resource": "*"}}]}}"#
    );
    for text in [&lists, &objects, &in_a_statement] {
        let (message, _) = complaint(Document::parse(text));
        assert_eq!(message, "nested more than 128 levels deep");
        assert!(Scenario::parse(text).is_err());
    }
}

#[test]
fn a_text_that_is_too_large_is_refused() {
    let name = "a".repeat(1024 * 1024);
    let text =
        format!(r#"{{"Statement": {{"Sid": "{name}", "Effect": "Allow", "Action": "*", "Resource": "*"}}}}"#);
    let (message, help) = complaint(Document::parse(&text));
    assert!(
        message.contains("more than the 1048576 that are read"),
        "{message}"
    );
    assert!(help.contains("20,480 characters"), "{help}");
}

/// The processor's time, not the clock's: a machine that does other things meanwhile proves nothing.
fn fastest(of: impl Fn()) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
    };
    let times = (0..3).map(|_| {
        let started = now();
        of();
        now().saturating_sub(started)
    });
    times.min().unwrap_or_default().max(Duration::from_micros(50))
}

/// Eight times the length costs 8 times as much; with room for caches that overflow, but not for the square of it (64),
/// let alone two to the power of it.
fn assert_bounded(what: &str, cost_at: impl Fn(usize) -> Duration, length: usize) {
    let (short, long) = (cost_at(length), cost_at(8 * length));
    assert!(
        long < short * 40,
        "{what}: {short:?} at {length}, {long:?} at 8 times that"
    );
}

fn engine(statement: Statement) -> Engine {
    Engine::compile(&PolicySet {
        identity: vec![Source::new("p", Document::new(vec![statement]))],
        ..PolicySet::default()
    })
}

fn request(action: &str, resource: &str) -> Request {
    Request::new(
        "arn:aws:iam::111122223333:user/bob".parse().unwrap(),
        action,
        resource,
    )
}

fn ask(engine: &Engine, request: &Request) {
    assert_eq!(engine.decide(request), Decision::ImplicitDeny);
    assert_eq!(engine.explain(request).decision, Decision::ImplicitDeny);
}

/// `*a*a*a*b` against many `a` that no `b` follows: up to 100 kB.
#[test]
fn many_stars_against_a_long_text() {
    const STARS: [&str; 5] = [
        "*a*a*a*b",
        "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
        "?*?*?*?*?*?*b",
        "*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
        "*a${*}*a*a*${app:Missing, 'a'}*b",
    ];
    const LENGTH: usize = 12_500;
    for pattern in STARS {
        let as_resource = engine(Statement::allow().with_actions(["*"]).with_resources([pattern]));
        let cost = |length: usize| {
            let request = request("app:Do", &"a".repeat(length));
            fastest(|| ask(&as_resource, &request))
        };
        assert_bounded(&format!("Resource {pattern}"), cost, LENGTH);
        let as_action = engine(Statement::allow().with_actions([pattern]).with_resources(["*"]));
        let cost = |length: usize| {
            let request = request(&format!("app:{}", "a".repeat(length)), "*");
            fastest(|| ask(&as_action, &request))
        };
        assert_bounded(&format!("Action {pattern}"), cost, LENGTH);
        for (operator, wanted) in [
            ("StringLike", pattern.to_owned()),
            ("ArnLike", format!("arn:{pattern}:*:*:*:{pattern}")),
        ] {
            let in_condition = engine(
                Statement::allow()
                    .with_actions(["*"])
                    .with_resources(["*"])
                    .with_condition(operator, "app:Text", [wanted]),
            );
            let cost = |length: usize| {
                let text = "a".repeat(length);
                let value = match operator {
                    "ArnLike" => format!("arn:{text}b:::111122223333:{text}:{text}"),
                    _ => text,
                };
                let request = request("app:Do", "*").with_context("app:Text", value);
                fastest(|| ask(&in_condition, &request))
            };
            assert_bounded(&format!("{operator} {pattern}"), cost, LENGTH);
        }
    }
}

/// Documents of many parts, right or wrong: reading, checking and comparing them costs no more than about their
/// length.
#[test]
fn documents_of_many_parts() {
    let read = |text: &str| {
        if let Ok(document) = Document::parse(text) {
            document.check_as(DocumentUse::Identity);
            assert!(document.same_meaning(&document));
        }
    };
    let in_statement = |element: &str| {
        format!(r#"{{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*", {element}}}]}}"#)
    };
    let numbered = |count: usize, one: fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(",");
    let cost = |text: String| fastest(|| read(&text));
    let statement =
        |n| format!(r#"{{"Sid": "s{n}", "Effect": "Allow", "Action": "a:b{n}", "Resource": "*"}}"#);
    let statements = |count| cost(format!(r#"{{"Statement": [{}]}}"#, numbered(count, statement)));
    assert_bounded("statements", statements, 1_500);
    let unknown = |count| cost(in_statement(&numbered(count, |n| format!(r#""k{n}": 1"#))));
    assert_bounded("unknown elements", unknown, 250);
    let conditions = |count| {
        let keys = numbered(count, |n| format!(r#""k{n}": "1""#));
        cost(in_statement(&format!(
            r#""Condition": {{"StringEquals": {{{keys}}}}}"#
        )))
    };
    assert_bounded("conditions", conditions, 250);
    let name = |length| cost(in_statement(&format!(r#""{}": 1"#, "x".repeat(length))));
    assert_bounded("the name of an element", name, 20_000);
}
