//! Signatures, with the AWS SDK's signer on the other side: good requests pass, altered ones do not.
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

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use common::{BodyHash, Cloud, Key, query, signed};
use hmac::{Hmac, Mac};
use http::{HeaderValue, Request};
use jiff::{SignedDuration, Timestamp};
use sha1::Sha1;

fn identity(cloud: &Cloud) -> Request<Bytes> {
    signed(
        query("sts", "GetCallerIdentity", &[]),
        &cloud.admin(),
        &cloud.signing("sts"),
    )
}

#[test]
fn good_requests_pass_in_every_service() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    for (service, operation) in [
        ("sts", "GetCallerIdentity"),
        ("iam", "ListUsers"),
        ("ec2", "DescribeRegions"),
    ] {
        cloud.ask(&admin, service, operation, &[]).ok();
    }
    for path in [
        "/",
        "/reports?list-type=2&prefix=2026%2F&delimiter=%2F",
        "/reports/2026/q1.csv",
        "/logs?prefix=a%20b%2Bc&list-type=2",
    ] {
        cloud.s3(&admin, "GET", path, "").ok();
    }
}

#[test]
fn odd_keys_are_signed_as_s3_wants_it() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    for path in [
        "/logs/a%20b",
        "/logs/a%2Bb%3Dc%26d",
        "/logs/%C3%BCber/%E2%82%AC",
        "/logs/a//b",
        "/logs/a/../b/./c",
        "/logs/~a-b_c.d",
    ] {
        cloud.s3(&admin, "PUT", path, "text").ok();
        assert_eq!(cloud.s3(&admin, "GET", path, "").ok().body, "text", "{path}");
    }
    assert_eq!(
        cloud
            .s3(&admin, "GET", "/logs?list-type=2", "")
            .ok()
            .texts("Key")
            .len(),
        6
    );
}

#[test]
fn header_values_are_folded_as_the_signer_does_it() {
    let cloud = Cloud::new();
    let mut request = query("sts", "GetCallerIdentity", &[]);
    request
        .headers_mut()
        .insert("x-amz-meta-a", HeaderValue::from_static("  two   words "));
    request
        .headers_mut()
        .append("x-amz-meta-b", HeaderValue::from_static("1"));
    request
        .headers_mut()
        .append("x-amz-meta-b", HeaderValue::from_static("2"));
    cloud
        .send(signed(request, &cloud.admin(), &cloud.signing("sts")))
        .ok();
}

#[test]
fn every_alteration_is_found() {
    type Alter = fn(Request<Bytes>) -> Request<Bytes>;
    let alterations: [(&str, Alter); 6] = [
        ("the body", |request| {
            request.map(|body| Bytes::from([&body[..], b"&MaxItems=1"].concat()))
        }),
        ("the method", |mut request| {
            *request.method_mut() = http::Method::PUT;
            request
        }),
        ("the path", |mut request| {
            *request.uri_mut() = "http://127.0.0.1:4566/other".parse().unwrap();
            request
        }),
        ("the query", |mut request| {
            *request.uri_mut() = "http://127.0.0.1:4566/?a=b".parse().unwrap();
            request
        }),
        ("a signed header", |mut request| {
            request
                .headers_mut()
                .insert("host", HeaderValue::from_static("127.0.0.1:9"));
            request
        }),
        ("the signature", |mut request| {
            let text = request.headers()["authorization"].to_str().unwrap();
            let (rest, last) = text.split_at(text.len() - 1);
            let changed = format!("{rest}{}", if last == "0" { '1' } else { '0' });
            request
                .headers_mut()
                .insert("authorization", changed.parse().unwrap());
            request
        }),
    ];
    for (what, alter) in alterations {
        let cloud = Cloud::new();
        let answer = cloud.send(alter(identity(&cloud)));
        let message = answer.refused(403, "SignatureDoesNotMatch");
        assert!(
            message.starts_with("The request signature we calculated does not match"),
            "{what}: {message}"
        );
    }
}

#[test]
fn scope_and_date_must_agree() {
    let cloud = Cloud::new();
    for (from, to) in [
        ("us-east-1", "eu-west-1"),
        ("20261122/", "20261121/"),
        ("SignedHeaders=", "SignedHeaders=a;"),
    ] {
        let mut request = identity(&cloud);
        let text = request.headers()["authorization"]
            .to_str()
            .unwrap()
            .replacen(from, to, 1);
        request
            .headers_mut()
            .insert("authorization", text.parse().unwrap());
        cloud.send(request).refused(403, "SignatureDoesNotMatch");
    }
    // A signature that does not cover the host could be sent anywhere.
    let mut request = identity(&cloud);
    let text = request.headers()["authorization"]
        .to_str()
        .unwrap()
        .replacen(";host", "", 1);
    assert!(!text.contains("host"), "{text}");
    request
        .headers_mut()
        .insert("authorization", text.parse().unwrap());
    cloud.send(request).refused(403, "SignatureDoesNotMatch");
}

/// "Create a signed AWS API request", IAM User Guide: all `x-amz-*` headers of a request must be signed.
#[test]
fn amz_headers_that_are_not_signed() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let with = |mut request: Request<Bytes>, name: &'static str| {
        request.headers_mut().insert(name, HeaderValue::from_static("x"));
        cloud.send(request)
    };
    let put = |presigned_for| {
        let request = Request::builder()
            .method("PUT")
            .uri("http://127.0.0.1:4566/logs/k")
            .header("host", "127.0.0.1:4566")
            .body(Bytes::new())
            .unwrap();
        let mut signing = cloud.signing("s3");
        signing.presigned_for = presigned_for;
        if presigned_for.is_some() {
            signing.body = BodyHash::Unsigned;
        }
        signed(request, &admin, &signing)
    };
    let lifetimes = [None, Some(Duration::from_mins(10))];
    for lifetime in lifetimes {
        let answer = with(put(lifetime), "x-amz-meta-owner");
        assert_eq!(
            answer.refused(403, "AccessDenied"),
            "There were headers present in the request which were not signed"
        );
        assert_eq!(answer.text("HeadersNotSigned").unwrap(), "x-amz-meta-owner");
        cloud.s3(&admin, "GET", "/logs/k", "").refused(404, "NoSuchKey");
    }
    for service in ["iam", "sts"] {
        let operation = if service == "iam" {
            "ListUsers"
        } else {
            "GetCallerIdentity"
        };
        let request = signed(query(service, operation, &[]), &admin, &cloud.signing(service));
        with(request, "x-amz-meta-owner").refused(403, "SignatureDoesNotMatch");
    }
    let request = signed(
        query("ec2", "DescribeRegions", &[]),
        &admin,
        &cloud.signing("ec2"),
    );
    with(request, "x-amz-meta-owner").refused(401, "AuthFailure");

    // Tracing adds this on the way, and the SDKs do not sign it.
    for lifetime in lifetimes {
        with(put(lifetime), "x-amzn-trace-id").ok();
    }
    with(identity(&cloud), "x-amzn-trace-id").ok();
}

#[test]
fn keys_that_are_not_known() {
    let cloud = Cloud::new();
    let stranger = Key {
        id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: "x".repeat(40),
        token: None,
    };
    cloud
        .iam(&stranger, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");
    cloud
        .ask(&stranger, "ec2", "DescribeRegions", &[])
        .refused(401, "AuthFailure");
    cloud
        .s3(&stranger, "GET", "/", "")
        .refused(403, "InvalidAccessKeyId");

    let wrong = Key {
        secret: "x".repeat(40),
        ..cloud.admin()
    };
    cloud
        .iam(&wrong, "ListUsers", &[])
        .refused(403, "SignatureDoesNotMatch");
    cloud
        .ask(&wrong, "ec2", "DescribeRegions", &[])
        .refused(401, "AuthFailure");
    cloud
        .s3(&wrong, "GET", "/", "")
        .refused(403, "SignatureDoesNotMatch");
}

#[test]
fn an_inactive_key_is_as_good_as_none() {
    let cloud = Cloud::new();
    let key = cloud.user("ann", None);
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
    let admin = cloud.admin();
    let status = |status| {
        cloud
            .iam(
                &admin,
                "UpdateAccessKey",
                &[("UserName", "ann"), ("AccessKeyId", &key.id), ("Status", status)],
            )
            .ok()
    };
    status("Inactive");
    cloud
        .ask(&key, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    status("Active");
    cloud.ask(&key, "sts", "GetCallerIdentity", &[]).ok();
    cloud
        .iam(
            &admin,
            "DeleteAccessKey",
            &[("UserName", "ann"), ("AccessKeyId", &key.id)],
        )
        .ok();
    cloud
        .ask(&key, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
}

#[test]
fn unsigned_requests() {
    let cloud = Cloud::new();
    cloud
        .send(query("iam", "ListUsers", &[]))
        .refused(403, "MissingAuthenticationToken");
    cloud
        .send(query("sts", "GetCallerIdentity", &[]))
        .refused(403, "MissingAuthenticationToken");
    let bucket = Request::builder()
        .uri("/reports?list-type=2")
        .header("host", "localhost")
        .body(Bytes::new())
        .unwrap();
    cloud.send(bucket).refused(403, "AccessDenied");
    let mut half = identity(&cloud);
    half.headers_mut().insert(
        "authorization",
        HeaderValue::from_static("AWS4-HMAC-SHA256 Credential=a/b/c/sts/aws4_request"),
    );
    let message = cloud.send(half).refused(400, "IncompleteSignature");
    assert!(
        message.starts_with("Authorization header requires 'Signature' parameter."),
        "{message}"
    );
}

/// "Signature expired" and "not yet current": five minutes either way, fifteen for S3.
#[test]
fn clock_skew() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let at = |service, seconds: i64| {
        let mut signing = cloud.signing(service);
        signing.at = cloud.now.get() + SignedDuration::from_secs(seconds);
        if service == "s3" {
            let request = Request::builder()
                .uri("http://localhost/")
                .header("host", "localhost")
                .body(Bytes::new())
                .unwrap();
            cloud.send(signed(request, &admin, &signing))
        } else {
            cloud.send(signed(query(service, "GetCallerIdentity", &[]), &admin, &signing))
        }
    };
    for seconds in [-300, 0, 300] {
        at("sts", seconds).ok();
    }
    let late = at("sts", -301).refused(403, "SignatureDoesNotMatch");
    assert_eq!(
        late,
        "Signature expired: 20261122T115459Z is now earlier than 20261122T115500Z (20261122T120000Z - 5 min.)"
    );
    let early = at("sts", 301).refused(403, "SignatureDoesNotMatch");
    assert!(
        early.starts_with("Signature not yet current: 20261122T120501Z is still later than 20261122T120500Z")
    );
    at("s3", -900).ok();
    at("s3", -901).refused(403, "RequestTimeTooSkewed");
    at("s3", 901).refused(403, "RequestTimeTooSkewed");
}

#[test]
fn moving_the_worlds_clock_breaks_no_signature() {
    let cloud = Cloud::new();
    for hours in [48, -500] {
        cloud.sandbox.clock().move_by(SignedDuration::from_hours(hours));
        cloud.ask(&cloud.admin(), "sts", "GetCallerIdentity", &[]).ok();
    }
}

#[test]
fn tokens_of_sessions() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let role = format!("arn:aws:iam::{}:role/admin", common::ACCOUNT);
    let session = cloud
        .assume(&admin, &role, &[("DurationSeconds", "900")])
        .ok()
        .credentials();
    cloud.ask(&session, "sts", "GetCallerIdentity", &[]).ok();
    cloud.s3(&session, "GET", "/", "").ok();

    let without = Key {
        token: None,
        ..session.clone()
    };
    cloud
        .ask(&without, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    cloud
        .s3(&without, "GET", "/", "")
        .refused(403, "InvalidAccessKeyId");
    let altered = Key {
        token: session.token.as_ref().map(|token| format!("{token}x")),
        ..session.clone()
    };
    cloud
        .ask(&altered, "sts", "GetCallerIdentity", &[])
        .refused(403, "InvalidClientTokenId");
    cloud.s3(&altered, "GET", "/", "").refused(400, "InvalidToken");
    let others = cloud.assume(&admin, &role, &[]).ok().credentials();
    let swapped = Key {
        token: others.token,
        ..session.clone()
    };
    cloud
        .iam(&swapped, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");
    let on_a_user = Key {
        token: session.token.clone(),
        ..cloud.admin()
    };
    cloud
        .iam(&on_a_user, "ListUsers", &[])
        .refused(403, "InvalidClientTokenId");

    cloud.sandbox.clock().move_by(SignedDuration::from_secs(899));
    cloud.ask(&session, "sts", "GetCallerIdentity", &[]).ok();
    cloud.sandbox.clock().move_by(SignedDuration::from_secs(1));
    cloud
        .ask(&session, "sts", "GetCallerIdentity", &[])
        .refused(403, "ExpiredToken");
    cloud
        .ask(&session, "ec2", "DescribeRegions", &[])
        .refused(400, "RequestExpired");
    cloud.s3(&session, "GET", "/", "").refused(400, "ExpiredToken");
}

#[test]
fn presigned_urls() {
    let cloud = Cloud::new();
    let mut signing = cloud.signing("s3");
    signing.presigned_for = Some(Duration::from_mins(10));
    signing.body = BodyHash::Unsigned;
    let request = || {
        let request = Request::builder()
            .uri("http://127.0.0.1:4566/reports/2026/q1.csv?response-content-type=text%2Fplain")
            .header("host", "127.0.0.1:4566")
            .body(Bytes::new())
            .unwrap();
        signed(request, &cloud.admin(), &signing)
    };
    assert!(cloud.send(request()).ok().body.starts_with("month,orders"));
    let mut other = request();
    *other.uri_mut() = other
        .uri()
        .to_string()
        .replace("q1.csv", "q2.csv")
        .parse()
        .unwrap();
    cloud.send(other).refused(403, "SignatureDoesNotMatch");
    let good = request();
    cloud.wait(SignedDuration::from_secs(601));
    assert_eq!(
        cloud.send(good).refused(403, "AccessDenied"),
        "Request has expired"
    );
}

#[test]
fn bodies_of_s3() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let put = |body: &'static str, hash| {
        let request = Request::builder()
            .method("PUT")
            .uri("http://127.0.0.1:4566/logs/k")
            .header("host", "127.0.0.1:4566")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        let mut signing = cloud.signing("s3");
        signing.body = hash;
        signed(request, &admin, &signing)
    };
    cloud.send(put("plain", BodyHash::Unsigned)).ok();
    let chunked = "5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:mobJYA==\r\n\r\n";
    cloud.send(put(chunked, BodyHash::StreamingUnsignedTrailer)).ok();
    let wrong = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:mobJYA==\r\n\r\n";
    cloud
        .send(put(wrong, BodyHash::StreamingUnsignedTrailer))
        .refused(400, "BadDigest");
    assert_eq!(cloud.s3(&admin, "GET", "/logs/k", "").ok().body, "hello!");
    cloud
        .send(put("5\r\nhel", BodyHash::StreamingUnsignedTrailer))
        .refused(400, "IncompleteBody");
    let altered = put("one", BodyHash::Real).map(|_| Bytes::from_static(b"two"));
    cloud.send(altered).refused(400, "XAmzContentSHA256Mismatch");
}

/// "Any new Regions after January 30, 2014 will support only Signature Version 4" ("Authenticating Requests (AWS
/// Signature Version 4)", Amazon S3 API Reference). boto3 and the first AWS CLI presign by version 2 wherever they may.
#[test]
fn signature_version_2_is_taken_in_urls_where_the_region_is_old() {
    let cloud = Cloud::new();
    let admin = cloud.admin();
    let now = cloud.now.get();
    let url = |path: &str, secret: &str, ends: Timestamp| {
        let ends = ends.as_second();
        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("GET\n\n\n{ends}\n{path}").as_bytes());
        let signature = common::encode(&STANDARD.encode(mac.finalize().into_bytes()));
        let id = &admin.id;
        Request::builder()
            .uri(format!(
                "http://localhost{path}?AWSAccessKeyId={id}&Signature={signature}&Expires={ends}"
            ))
            .header("host", "localhost")
            .body(Bytes::new())
            .unwrap()
    };
    let soon = now + SignedDuration::from_mins(1);
    let path = "/reports/2026/q1.csv";
    cloud.send(url(path, &admin.secret, soon)).ok();
    // It may be good for longer than one of version 4.
    cloud
        .send(url(
            path,
            &admin.secret,
            now + SignedDuration::from_hours(24 * 30),
        ))
        .ok();
    cloud
        .send(url(path, "another", soon))
        .refused(403, "SignatureDoesNotMatch");
    let said = cloud
        .send(url(path, &admin.secret, now - SignedDuration::from_secs(1)))
        .refused(403, "AccessDenied");
    assert_eq!(said, "Request has expired");
    // A bucket's policy can insist on version 4.
    let only_4 = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": "arn:aws:s3:::reports/*", "Condition": {"StringEquals": {"s3:signatureversion": "AWS"}}}]}"#;
    cloud.s3(&admin, "PUT", "/reports?policy", only_4).ok();
    let said = cloud
        .send(url(path, &admin.secret, soon))
        .refused(403, "AccessDenied");
    assert!(
        said.contains("explicit deny in a resource-based policy"),
        "{said}"
    );
    let eu = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";
    cloud.s3(&admin, "PUT", "/young", eu).ok();
    let said = cloud
        .send(url("/young/k", &admin.secret, soon))
        .refused(400, "InvalidRequest");
    assert!(said.contains("Please use AWS4-HMAC-SHA256"), "{said}");
}
