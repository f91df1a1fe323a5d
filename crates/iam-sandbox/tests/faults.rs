//! Faults strike before or after the effect, and the log tells of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "test code"
)]

mod common;

use std::time::Duration;

use common::{ACCOUNT, Cloud, query, signed, trust};
use iam_sandbox::{Fault, FaultKind, Outcome};

fn inject(cloud: &Cloud, kind: FaultKind) {
    cloud.sandbox.inject(Fault {
        operation: Some("CreateRole".into()),
        skip: 0,
        times: 1,
        kind,
    });
}

fn create(cloud: &Cloud) -> Outcome {
    let document = trust(ACCOUNT);
    let request = query(
        "iam",
        "CreateRole",
        &[("RoleName", "r"), ("AssumeRolePolicyDocument", &document)],
    );
    cloud
        .sandbox
        .handle(
            signed(request, &cloud.admin(), &cloud.signing("iam")),
            cloud.now.get(),
        )
        .outcome
}

#[test]
fn before_means_that_nothing_is_done_and_after_that_it_is() {
    let error = |status, code: &str| (status, code.to_owned());
    let (status, code) = error(500, "ServiceFailure");
    let cases = [
        (FaultKind::Throttle, false, "400 Throttling"),
        (
            FaultKind::Error {
                status,
                code: code.clone(),
            },
            false,
            "500 ServiceFailure",
        ),
        (FaultKind::ErrorAfter { status, code }, true, "500 ServiceFailure"),
        (FaultKind::ResetBefore, false, "reset"),
        (FaultKind::ResetAfter, true, "reset"),
        (FaultKind::HangBefore, false, "hang"),
        (FaultKind::HangAfter, true, "hang"),
    ];
    for (kind, is_done, seen) in cases {
        let cloud = Cloud::new();
        inject(&cloud, kind.clone());
        let outcome = match create(&cloud) {
            Outcome::Reset => "reset".to_owned(),
            Outcome::Hang => "hang".to_owned(),
            Outcome::Response(response) => {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                let code = body
                    .split("<Code>")
                    .nth(1)
                    .unwrap()
                    .split('<')
                    .next()
                    .unwrap()
                    .to_owned();
                format!("{} {code}", response.status().as_u16())
            }
        };
        assert_eq!(outcome, seen, "{kind:?}");
        assert_eq!(
            cloud.sandbox.role_names().contains(&"r".to_owned()),
            is_done,
            "{kind:?}"
        );
        // It struck once; the next call is as ever.
        assert!(matches!(create(&cloud), Outcome::Response(_)));
    }
}

#[test]
fn a_delay_is_told_and_not_waited_for() {
    let cloud = Cloud::new();
    cloud.sandbox.inject(Fault {
        operation: None,
        skip: 1,
        times: 1,
        kind: FaultKind::Delay(Duration::from_secs(30)),
    });
    let call = || {
        let request = signed(
            query("sts", "GetCallerIdentity", &[]),
            &cloud.admin(),
            &cloud.signing("sts"),
        );
        cloud.sandbox.handle(request, cloud.now.get()).delay
    };
    assert_eq!(
        [call(), call(), call()],
        [Duration::ZERO, Duration::from_secs(30), Duration::ZERO]
    );
}

#[test]
fn the_log_remembers_what_was_asked_and_what_came_of_it() {
    let cloud = Cloud::new();
    create(&cloud);
    create(&cloud);
    let log = cloud.sandbox.log();
    let [first, second] = log.as_slice() else {
        panic!("{log:?}")
    };
    assert_eq!(
        (first.service.as_str(), first.operation.as_str(), first.status),
        ("iam", "CreateRole", 200)
    );
    assert_eq!(first.resource, format!("arn:aws:iam::{ACCOUNT}:role/r"));
    assert_eq!(first.principal, format!("arn:aws:iam::{ACCOUNT}:user/admin"));
    assert_eq!(first.decision, Some(iam_policy::Decision::Allow));
    assert_eq!(
        (second.status, second.error_code.as_deref()),
        (409, Some("EntityAlreadyExists"))
    );
    cloud.sandbox.clear_log();
    assert!(cloud.sandbox.log().is_empty());
}

/// From any language: JSON to `/_sandbox/faults`.
#[test]
fn faults_are_asked_for_over_http() {
    let cloud = Cloud::new();
    let ask = |method: &str, body: &str| {
        let request = http::Request::builder()
            .method(method)
            .uri("http://127.0.0.1:4566/_sandbox/faults")
            .header("host", "127.0.0.1:4566")
            .header("content-type", "application/json")
            .body(bytes::Bytes::from(body.to_owned()))
            .unwrap();
        cloud.send(request)
    };
    let user = |name: &str| cloud.iam(&cloud.admin(), "CreateUser", &[("UserName", name)]);
    ask(
        "POST",
        r#"{"operation":"iam:CreateUser","kind":"throttle","skip":1}"#,
    )
    .ok();
    user("a").ok();
    user("b").refused(400, "Throttling");
    user("b").ok();
    ask("POST", r#"{"operation":"CreateUser","kind":"error","when":"after","status":503,"code":"ServiceUnavailable"}"#)
        .ok();
    user("c").refused(503, "ServiceUnavailable");
    user("c").refused(409, "EntityAlreadyExists");
    ask("POST", r#"{"kind":"reset","chance":1}"#).ok();
    let listed = ask("GET", "").ok().body;
    assert_eq!(
        listed.trim(),
        r#"{"faults":[{"operation":null,"kind":"reset","when":"before","skip":0,"chance":1}]}"#
    );
    ask("DELETE", "").ok();
    user("d").ok();
    for bad in [
        "",
        "[]",
        "{}",
        r#"{"kind":"coffee"}"#,
        r#"{"kind":"throttle","when":"after"}"#,
        r#"{"kind":"delay"}"#,
        r#"{"kind":"error","status":200}"#,
        r#"{"kind":"reset","chance":2}"#,
        r#"{"kind":"reset","times":-1}"#,
        r#"{"kind":"reset","oftn":1}"#,
    ] {
        assert_eq!(ask("POST", bad).status, 400, "{bad}");
    }
    assert_eq!(ask("PUT", "{}").status, 405);
    // An object of this name, in a bucket that the host names.
    let request = http::Request::builder()
        .uri("http://reports.localhost/_sandbox/faults")
        .header("host", "reports.localhost")
        .body(bytes::Bytes::new())
        .unwrap();
    cloud.send(request).refused(403, "AccessDenied");
}
