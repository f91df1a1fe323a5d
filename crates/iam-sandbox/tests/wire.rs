//! Whatever comes over the wire, there is an answer: the fuzz target's corpus, and requests drawn at random from the
//! words that S3 knows. And thousands of signed calls on kept connections, each answered as it must be.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "test code"
)]

#[path = "common/client.rs"]
mod client;
#[path = "common/sign.rs"]
mod sign;
#[path = "common/wire.rs"]
mod wire;

use std::sync::Arc;

use client::{Connection, Credentials, form, s3};
use iam_sandbox::{Sandbox, Settings, server};
use jiff::Timestamp;
use proptest::prelude::*;

#[test]
fn the_corpus_is_answered() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/sandbox_wire");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            wire::request(&bytes).is_some(),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        wire::feed(&bytes);
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

fn target() -> impl Strategy<Value = String> {
    let path = prop_oneof!["/logs", "/logs/", "/logs/[a-c%/]{0,6}", "/[!-~]{0,20}"];
    let query = prop::sample::select(vec![
        "",
        "?policy",
        "?tagging",
        "?delete",
        "?uploads",
        "?uploadId=x",
        "?uploadId=x&partNumber=1",
        "?acl",
        "?list-type=2&max-keys=1&continuation-token=YQ",
        "?list-type=2&encoding-type=url&delimiter=%2F&prefix=%zz",
        "?max-keys=-1",
        "?attributes",
        "?partNumber=99999",
        "?X-Amz-Signature=x",
        "?Action=GetCallerIdentity&Version=x",
        "?uploads&max-uploads=0&key-marker=%ff",
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=-1",
        "?location",
    ]);
    (path, query).prop_map(|(path, query)| format!("{}{query}", path.replace(['?', '#'], "-")))
}

fn header() -> impl Strategy<Value = (&'static str, String)> {
    let name = prop::sample::select(vec![
        "range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "content-md5",
        "x-amz-checksum-crc32",
        "x-amz-tagging",
        "x-amz-checksum-sha256",
        "x-amz-copy-source",
        "x-amz-copy-source-range",
        "x-amz-storage-class",
        "content-encoding",
        "x-amz-content-sha256",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "x-amz-object-attributes",
        "authorization",
        "x-amz-metadata-directive",
        "x-amz-checksum-algorithm",
        "x-amz-checksum-type",
        "x-amz-date",
        "x-amz-meta-a",
        "x-amz-target",
        "content-type",
        "x-amz-acl",
        "x-amz-security-token",
    ]);
    let value = prop_oneof![
        Just("STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
        Just("STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned()),
        Just("x-amz-checksum-crc32".to_owned()),
        Just("logs/a".to_owned()),
        Just("bytes=0-18446744073709551615".to_owned()),
        Just("CRC32".to_owned()),
        Just("*".to_owned()),
        Just("a=b&c=%zz".to_owned()),
        "[ -~]{0,30}",
    ];
    (name, value)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let frame = prop_oneof![
        Just(b"5\r\nhello\r\n".to_vec()),
        Just(b"0\r\n\r\n".to_vec()),
        Just(b"0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n".to_vec()),
        Just(b"ffffffffffffffff\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    let tag = prop::sample::select(vec![
        "<Delete>",
        "</Delete>",
        "<Object>",
        "</Object>",
        "<Key>",
        "</Key>",
        "a",
        "&amp;",
        "&#0;",
        "&#x110000;",
        "<!--",
        "-->",
        "<Tagging>",
        "<TagSet>",
        "<Tag>",
        "</Tag>",
        "</TagSet>",
        "</Tagging>",
        "<Quiet/>",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<CompleteMultipartUpload>",
        "<Part>",
        "<PartNumber>",
        "1",
        "</PartNumber>",
        "<CreateBucketConfiguration>",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{",
        "}]}",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "\u{0}",
        "Action=",
        "%",
    ]);
    prop_oneof![
        prop::collection::vec(frame, 0..6).prop_map(|frames| frames.concat()),
        prop::collection::vec(tag, 0..14).prop_map(|tags| tags.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn anything_is_answered(
        method in prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]),
        target in target(),
        headers in prop::collection::vec(header(), 0..5),
        body in body(),
    ) {
        let mut bytes = format!("{method} {target}\nhost: localhost").into_bytes();
        for (name, value) in headers {
            bytes.extend(format!("\n{name}: {value}").bytes());
        }
        bytes.extend(b"\n\n");
        bytes.extend(body);
        wire::feed(&bytes);
    }
}

/// One by one, and 64 at once.
#[tokio::test]
async fn thousands_of_signed_calls_without_an_error() {
    const CALLS: usize = 5000;
    let sandbox = Arc::new(Sandbox::new(Settings::default(), Timestamp::now()));
    let running = server::start(sandbox.clone(), ([127, 0, 0, 1], 0).into(), Timestamp::now)
        .await
        .unwrap();
    let (addr, host) = (running.addr(), running.addr().to_string());
    let key = |key: iam_sandbox::AccessKey| Credentials {
        id: key.id,
        secret: key.secret,
    };
    let admin = key(sandbox.admin());
    let developer = key(sandbox.access_keys("developer").remove(0));
    let role = format!("arn:aws:iam::{}:role/admin", sandbox.account());
    let assume = [("RoleArn", role.as_str()), ("RoleSessionName", "many")];
    let calls = Arc::new([
        (form(&host, "sts", "GetCallerIdentity", &[], &developer), 200),
        (form(&host, "iam", "GetUser", &[], &admin), 200),
        (form(&host, "sts", "AssumeRole", &assume, &admin), 200),
        (s3(&host, "GET", "/reports/2026/q1.csv", "", &admin), 200),
        (s3(&host, "PUT", "/logs/many", "x", &admin), 200),
        (form(&host, "iam", "ListUsers", &[], &developer), 403),
    ]);
    for at_once in [1, 64] {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let calls = calls.clone();
            tasks.spawn(async move {
                let mut connection = Connection::open(addr).await;
                for (call, wanted) in calls.iter().cycle().take(CALLS.div_ceil(at_once)) {
                    let (status, body) = connection.ask(call).await;
                    assert_eq!(status, *wanted, "{body}");
                }
            });
        }
        tasks.join_all().await;
    }
    // The log forgets rather than grows.
    assert_eq!(sandbox.log().len(), 10_000);
    running.shutdown().await;
}
