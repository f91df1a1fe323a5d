//! What callers are told of signatures that are not good: each service in words of its own.
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

use bytes::Bytes;
use common::{ACCOUNT, Answer, BodyHash, Cloud, Key, query, signed};
use http::Request;
use jiff::SignedDuration;

fn get(uri: &str) -> Request<Bytes> {
    Request::builder()
        .uri(format!("http://127.0.0.1:4566{uri}"))
        .header("host", "127.0.0.1:4566")
        .body(Bytes::new())
        .unwrap()
}

fn presigned(cloud: &Cloud, key: &Key, ahead: SignedDuration) -> Request<Bytes> {
    let mut signing = cloud.signing("s3");
    signing.at = cloud.now.get() + ahead;
    signing.presigned_for = Some(Duration::from_mins(10));
    signing.body = BodyHash::Unsigned;
    signed(get("/reports/2026/q1.csv"), key, &signing)
}

/// The same with something else in its URI.
fn with(request: &Request<Bytes>, from: &str, to: &str) -> Request<Bytes> {
    let uri = request.uri().to_string();
    assert!(uri.contains(from), "{uri}");
    let mut other = get("/");
    *other.uri_mut() = uri.replace(from, to).parse().unwrap();
    other
}

#[track_caller]
fn details<const N: usize>(answer: &Answer, names: [&str; N]) -> [String; N] {
    names.map(|name| {
        answer
            .text(name)
            .unwrap_or_else(|| panic!("no {name}: {}", answer.body))
    })
}

/// "Troubleshoot Signature Version 4 signing for AWS API requests: canonicalization errors", IAM User Guide: the
/// service returns what it would have signed.
#[test]
fn s3_shows_what_it_would_have_signed() {
    let cloud = Cloud::new();
    let wrong = Key {
        secret: "x".repeat(40),
        ..cloud.admin()
    };
    let answer = cloud.s3(&wrong, "GET", "/reports?list-type=2&prefix=a%20b", "");
    answer.refused(403, "SignatureDoesNotMatch");
    let [key, to_sign, canonical, bytes] = details(
        &answer,
        [
            "AWSAccessKeyId",
            "StringToSign",
            "CanonicalRequest",
            "CanonicalRequestBytes",
        ],
    );
    assert_eq!(key, wrong.id);
    assert!(
        to_sign.starts_with("AWS4-HMAC-SHA256\n20261122T120000Z\n20261122/us-east-1/s3/aws4_request\n"),
        "{to_sign}"
    );
    assert!(
        canonical.starts_with("GET\n/reports\nlist-type=2&prefix=a%20b\nhost:127.0.0.1:4566\n"),
        "{canonical}"
    );
    assert!(bytes.starts_with("47 45 54 0a 2f 72"), "{bytes}");
    assert_eq!(answer.text("SignatureProvided").unwrap().len(), 64);
}

/// "Error responses: List of error codes", Amazon S3 API Reference: RequestTimeTooSkewed.
#[test]
fn s3_tells_both_times() {
    let cloud = Cloud::new();
    let mut signing = cloud.signing("s3");
    signing.at = cloud.now.get() - SignedDuration::from_mins(16);
    let answer = cloud.send(signed(get("/"), &cloud.admin(), &signing));
    answer.refused(403, "RequestTimeTooSkewed");
    assert_eq!(
        details(
            &answer,
            ["RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"]
        ),
        ["20261122T114400Z", "20261122T120000Z", "900000"]
    );
}

/// "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3 API Reference: from 1 second
/// to seven days, and all of the parameters.
#[test]
fn presigned_urls_that_are_malformed() {
    let cloud = Cloud::new();
    let good = presigned(&cloud, &cloud.admin(), SignedDuration::ZERO);
    let expires = "X-Amz-Expires=600";
    let date = "X-Amz-Date=20261122T120000Z";
    for (from, to, message) in [
        (
            expires,
            "X-Amz-Expires=604801",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
        (expires, "X-Amz-Expires=-1", "X-Amz-Expires must be non-negative"),
        (expires, "X-Amz-Expires=soon", "X-Amz-Expires should be a number"),
        (
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-MD5",
            "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"",
        ),
        (
            "aws4_request",
            "aws5_request",
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".",
        ),
        (
            date,
            "X-Amz-Date=yesterday",
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        ),
    ] {
        let said = cloud
            .send(with(&good, from, to))
            .refused(400, "AuthorizationQueryParametersError");
        assert_eq!(said, message, "{to}");
    }
    for needed in [
        "X-Amz-Expires",
        "X-Amz-Credential",
        "X-Amz-SignedHeaders",
        "X-Amz-Date",
    ] {
        let said = cloud
            .send(with(&good, &format!("{needed}="), "other="))
            .refused(400, "AuthorizationQueryParametersError");
        assert!(
            said.starts_with("Query-string authentication version 4 requires"),
            "{said}"
        );
    }
    cloud
        .send(with(&good, expires, "X-Amz-Expires=604800"))
        .refused(403, "SignatureDoesNotMatch");
    cloud.send(good).ok();
}

#[test]
fn presigned_urls_at_the_wrong_time() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let early = cloud.send(presigned(&cloud, &admin, SignedDuration::from_mins(16)));
    assert_eq!(early.refused(403, "AccessDenied"), "Request is not valid yet");
    cloud
        .send(presigned(&cloud, &admin, SignedDuration::from_mins(14)))
        .ok();
    let late = cloud.send(presigned(&cloud, &admin, SignedDuration::from_mins(-11)));
    assert_eq!(late.refused(403, "AccessDenied"), "Request has expired");
    assert_eq!(
        details(&late, ["Expires", "ServerTime"]),
        ["2026-11-22T11:59:00Z", "20261122T120000Z"]
    );
    // The others say it as they do of signed requests.
    let mut signing = cloud.signing("sts");
    signing.at = cloud.now.get() - SignedDuration::from_mins(11);
    signing.presigned_for = Some(Duration::from_mins(10));
    let identity = signed(
        get("/?Action=GetCallerIdentity&Version=2011-06-15"),
        &admin,
        &signing,
    );
    let said = cloud.send(identity).refused(403, "SignatureDoesNotMatch");
    assert_eq!(
        said,
        "Signature expired: 20261122T114900Z is now earlier than 20261122T115000Z (20261122T120000Z - 10 min.)"
    );
}

#[test]
fn a_session_in_a_presigned_url() {
    let cloud = Cloud::new();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/admin");
    let session = cloud.assume(&cloud.admin(), &role, &[]).ok().credentials();
    let good = presigned(&cloud, &session, SignedDuration::ZERO);
    assert!(good.uri().query().unwrap().contains("X-Amz-Security-Token="));
    cloud.send(with(&good, "q1.csv", "q1.csv")).ok();
    let altered = Key {
        token: session.token.as_ref().map(|token| format!("{token}x")),
        ..session.clone()
    };
    cloud
        .send(presigned(&cloud, &altered, SignedDuration::ZERO))
        .refused(400, "InvalidToken");
    let without = Key {
        token: None,
        ..session.clone()
    };
    cloud
        .send(presigned(&cloud, &without, SignedDuration::ZERO))
        .refused(403, "InvalidAccessKeyId");
    // The URL is good, but its session has ended.
    cloud.sandbox.clock().move_by(SignedDuration::from_mins(60));
    cloud.send(good).refused(400, "ExpiredToken");
}

/// "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", Amazon S3 API Reference, and
/// "Common Errors", IAM API Reference: IncompleteSignature.
#[test]
fn headers_that_are_malformed() {
    let cloud = Cloud::new();
    let with_header = |service: &'static str, change: &dyn Fn(&str) -> String| {
        let request = match service {
            "s3" => get("/"),
            _ => query(service, "GetCallerIdentity", &[]),
        };
        let mut request = signed(request, &cloud.admin(), &cloud.signing(service));
        let text = change(request.headers()["authorization"].to_str().unwrap());
        request
            .headers_mut()
            .insert("authorization", text.parse().unwrap());
        cloud.send(request)
    };
    let no_signature = |text: &str| text.split(", Signature=").next().unwrap().to_owned();
    let bad_scope = |text: &str| text.replace("/aws4_request", "");
    let version_2 = |_: &str| "AWS AKIAIOSFODNN7EXAMPLE:c2lnbmF0dXJl".to_owned();
    assert_eq!(
        with_header("s3", &bad_scope).refused(400, "AuthorizationHeaderMalformed"),
        "The authorization header is malformed; the Credential is mal-formed; expecting \
         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
    );
    assert_eq!(
        with_header("s3", &version_2).refused(400, "InvalidRequest"),
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    );
    assert_eq!(
        with_header("s3", &no_signature).refused(400, "AuthorizationHeaderMalformed"),
        "The authorization header is malformed; the authorization header requires three components: Credential, \
         SignedHeaders, and Signature."
    );
    let said = with_header("sts", &bad_scope).refused(400, "IncompleteSignature");
    assert!(
        said.starts_with("Credential must have exactly 5 slash-delimited elements"),
        "{said}"
    );
    let said = with_header("sts", &|text| text.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"))
        .refused(400, "IncompleteSignature");
    assert_eq!(said, "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5'.");
}
