//! What the sandbox answers about itself: its clock and its log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use bytes::Bytes;
use common::{Answer, Cloud, allow};
use http::Request;
use iam_policy::syntax::{Node, parse_json};
use jiff::SignedDuration;

fn get(cloud: &Cloud, path: &str) -> Answer {
    let request = Request::get(format!("http://127.0.0.1:4566/_sandbox/{path}"));
    cloud.send(request.body(Bytes::new()).unwrap())
}

fn post(cloud: &Cloud, path: &str, body: &str) -> Answer {
    let request = Request::post(format!("http://127.0.0.1:4566/_sandbox/{path}"))
        .header("content-type", "application/json");
    cloud.send(request.body(Bytes::from(body.to_owned())).unwrap())
}

fn json(answer: Answer) -> Node {
    let answer = answer.ok();
    parse_json(&answer.body).unwrap_or_else(|wrong| panic!("{wrong:?}: {}", answer.body))
}

fn text(node: &Node, key: &str) -> String {
    let value = node.get(key).unwrap_or_else(|| panic!("no {key} in {node:?}"));
    value.as_str().unwrap().to_owned()
}

#[test]
fn the_clock_is_set_moved_frozen_and_runs_on() {
    let cloud = Cloud::new();
    let real = cloud.now.get();
    assert_eq!(text(&json(get(&cloud, "clock")), "now"), real.to_string());
    let moved = json(post(&cloud, "clock", r#"{"move": "+2d"}"#));
    assert_eq!(text(&moved, "now"), "2026-11-24T12:00:00Z");
    json(post(&cloud, "clock", r#"{"move": "-1mo"}"#));
    let moved = json(post(&cloud, "clock", r#"{"move": "-1h 30m"}"#));
    assert_eq!(text(&moved, "now"), "2026-10-24T10:30:00Z");
    json(post(
        &cloud,
        "clock",
        r#"{"set": "2031-01-01T00:00:00Z", "frozen": true}"#,
    ));
    cloud.wait(SignedDuration::from_hours(5));
    let frozen = json(get(&cloud, "clock"));
    assert_eq!(text(&frozen, "now"), "2031-01-01T00:00:00Z");
    assert_eq!(text(&frozen, "real"), "2026-11-22T17:00:00Z");
    json(post(&cloud, "clock", r#"{"move": "1h"}"#));
    json(post(&cloud, "clock", r#"{"frozen": false}"#));
    cloud.wait(SignedDuration::from_hours(1));
    assert_eq!(text(&json(get(&cloud, "clock")), "now"), "2031-01-01T02:00:00Z");
    assert!(
        cloud.sandbox.log().is_empty(),
        "the sandbox's own affairs are not in the log"
    );
}

/// Signatures stay good, and the world's dates are those of its clock.
#[test]
fn under_a_moved_clock_signatures_hold_and_sessions_end() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let role = format!("arn:aws:iam::{}:role/admin", common::ACCOUNT);
    let session = cloud.assume(&admin, &role, &[]).ok().credentials();
    cloud.ask(&session, "sts", "GetCallerIdentity", &[]).ok();
    json(post(&cloud, "clock", r#"{"move": "+2d"}"#));
    cloud
        .ask(&session, "sts", "GetCallerIdentity", &[])
        .refused(403, "ExpiredToken");
    let made = cloud.iam(&admin, "CreateUser", &[("UserName", "ann")]).ok();
    assert_eq!(made.text("CreateDate").unwrap(), "2026-11-24T12:00:00Z");
}

#[test]
fn what_the_clock_does_not_take_is_told_and_changes_nothing() {
    let cloud = Cloud::new();
    for (body, told) in [
        ("", "send an object"),
        ("[]", "send an object"),
        (r#"{"mov": "+2d"}"#, "there is no `mov`"),
        (r#"{"move": 2}"#, "`move` wants a duration"),
        (r#"{"move": "+20000y"}"#, "`move` wants a duration"),
        (r#"{"move": "+2d", "set": "soon"}"#, "`set` wants an instant"),
        (
            r#"{"move": "+2d", "frozen": "yes"}"#,
            "`frozen` wants true or false",
        ),
    ] {
        let answer = post(&cloud, "clock", body);
        assert!(
            answer.status == 400 && answer.body.contains(told),
            "{body}: {}",
            answer.body
        );
    }
    assert_eq!(
        text(&json(get(&cloud, "clock")), "now"),
        cloud.now.get().to_string()
    );
    assert_eq!(get(&cloud, "nothing").status, 404);
    assert_eq!(post(&cloud, "log", "{}").status, 405);
    // What a page in a browser could send without being asked.
    let form = Request::post("http://127.0.0.1:4566/_sandbox/clock").header("content-type", "text/plain");
    let answer = cloud.send(form.body(Bytes::from(r#"{"move": "+2d"}"#)).unwrap());
    assert_eq!(answer.status, 415);
}

fn calls(log: &Node) -> Vec<Node> {
    log.get("calls").unwrap().as_array().unwrap().to_vec()
}

#[test]
fn the_log_tells_who_did_what_and_why_it_was_decided_so() {
    let cloud = Cloud::new();
    let ann = cloud.user("ann", Some(&allow("s3:ListBucket", "arn:aws:s3:::reports")));
    cloud.s3(&ann, "GET", "/reports", "").ok();
    cloud.s3(&ann, "GET", "/archive", "").refused(403, "AccessDenied");
    cloud
        .iam(&cloud.admin(), "GetUser", &[("UserName", "nobody")])
        .refused(404, "NoSuchEntity");
    cloud.ask(&ann, "sts", "GetCallerIdentity", &[]).ok();
    let mut wrong = ann.clone();
    wrong.secret = "x".repeat(40);
    cloud
        .ask(&wrong, "sts", "GetCallerIdentity", &[])
        .refused(403, "SignatureDoesNotMatch");

    // The three calls that made the user come first.
    let page = json(get(&cloud, "log?after=3"));
    let calls = calls(&page);
    assert_eq!(calls.len(), 5);
    let told: Vec<_> = calls.iter().map(|call| text(call, "reason")).collect();
    assert_eq!(
        told,
        [
            "allowed by statement 1 of inline policy inline of user ann",
            "no identity policy allows it; statement 1 of inline policy inline of user ann would, but for its Resource",
            "allowed by statement 1 of managed policy arn:aws:iam::aws:policy/AdministratorAccess of user admin; then \
             NoSuchEntity",
            "needs no permission",
            "SignatureDoesNotMatch",
        ]
    );
    assert_eq!(text(&calls[1], "decision"), "implicitDeny");
    assert_eq!(text(&calls[1], "principal"), "arn:aws:iam::111122223333:user/ann");
    assert_eq!(text(&calls[1], "action"), "s3:ListBucket");
    assert_eq!(text(&calls[1], "resource"), "arn:aws:s3:::archive");
    assert_eq!(text(&calls[1], "error"), "AccessDenied");
    let body = get(&cloud, "log").body;
    assert!(
        !body.contains(&ann.secret) && !body.contains(&wrong.secret),
        "no secrets"
    );
}

#[test]
fn the_log_is_read_on_from_where_one_was() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    for _ in 0..5 {
        cloud.ask(&admin, "sts", "GetCallerIdentity", &[]).ok();
    }
    let number = |node: &Node, key: &str| format!("{:?}", node.get(key).unwrap().kind);
    let first = json(get(&cloud, "log?limit=3"));
    assert_eq!(
        (calls(&first).len(), number(&first, "next")),
        (3, "Number(\"3\")".to_owned())
    );
    let rest = json(get(&cloud, "log?after=3"));
    assert_eq!(
        (calls(&rest).len(), number(&rest, "next")),
        (2, "Number(\"5\")".to_owned())
    );
    let none = json(get(&cloud, "log?after=5"));
    assert_eq!(
        (calls(&none).len(), number(&none, "next")),
        (0, "Number(\"5\")".to_owned())
    );
    // A follower of a sandbox that was started anew is ahead of it.
    assert_eq!(
        number(&json(get(&cloud, "log?after=99")), "next"),
        "Number(\"5\")"
    );
    cloud.sandbox.clear_log();
    let cleared = json(get(&cloud, "log?after=2"));
    assert_eq!(
        (calls(&cleared).len(), number(&cleared, "missed")),
        (0, "Number(\"3\")".to_owned())
    );
    assert_eq!(get(&cloud, "log?after=x").status, 400);
    assert_eq!(get(&cloud, "log?before=1").status, 400);
}

#[test]
fn codes_and_tokens_for_those_outside() {
    let cloud = Cloud::new();
    let serial = cloud.mfa_device("developer");
    let code = json(post(&cloud, "mfa-code", &format!(r#"{{"serial": "{serial}"}}"#)));
    let session = cloud.ask(
        &cloud.developer(),
        "sts",
        "GetSessionToken",
        &[("SerialNumber", &serial), ("TokenCode", &text(&code, "code"))],
    );
    session.ok();
    let provider = [
        ("Url", "https://id.example.com"),
        ("ClientIDList.member.1", "app"),
    ];
    cloud.as_admin("CreateOpenIDConnectProvider", &provider).ok();
    let trust = common::statement(
        r#""Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/id.example.com"},"Action":"sts:AssumeRoleWithWebIdentity""#,
    );
    let role = cloud.role("web", &trust, None);
    let asked = r#"{"issuer": "https://id.example.com", "subject": "ann", "audience": "app", "seconds": 60, "claims": {"amr": ["pwd"]}}"#;
    let token = text(&json(post(&cloud, "web-identity-token", asked)), "token");
    let params = [
        ("RoleArn", role.as_str()),
        ("RoleSessionName", "ann"),
        ("WebIdentityToken", &token),
    ];
    let assume = || cloud.send(common::query("sts", "AssumeRoleWithWebIdentity", &params));
    assume().ok();
    cloud.wait(SignedDuration::from_secs(60));
    assume().refused(400, "ExpiredTokenException");
    for (path, body) in [
        ("mfa-code", "{}"),
        ("mfa-code", "[]"),
        ("mfa-code", r#"{"serial": "arn:aws:iam::111122223333:mfa/none"}"#),
        ("web-identity-token", r#"{"issuer": "https://id.example.com"}"#),
        (
            "web-identity-token",
            r#"{"issuer": "i", "subject": "s", "audience": "a", "claims": 1}"#,
        ),
    ] {
        assert_eq!(post(&cloud, path, body).status, 400, "{path} {body}");
    }
    assert_eq!(get(&cloud, "mfa-code").status, 405);
}
