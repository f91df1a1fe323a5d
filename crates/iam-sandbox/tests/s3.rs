//! S3 as its clients use it: uploads with checksums and in parts, copies, tags, conditions, bucket policies; and what
//! each of them must be allowed to do.
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
use common::{ACCOUNT, Answer, Cloud, Key, signed, statement};
use http::Request;

/// A request with headers of its own, signed.
fn send(cloud: &Cloud, key: &Key, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1:4566{path}"))
        .header("host", "127.0.0.1:4566");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::from(body.to_owned())).unwrap();
    cloud.send(signed(request, key, &cloud.signing("s3")))
}

/// As the administrator.
fn admin(cloud: &Cloud, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    send(cloud, &cloud.admin(), method, path, headers, body)
}

/// An unsigned request.
fn anonymous(cloud: &Cloud, method: &str, path: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1:4566{path}"))
        .header("host", "127.0.0.1:4566")
        .body(Bytes::new())
        .unwrap();
    cloud.send(request)
}

fn header(answer: &Answer, name: &str) -> String {
    let value = answer.response.headers().get(name);
    value
        .map(|value| value.to_str().unwrap().to_owned())
        .unwrap_or_default()
}

/// The actions that a user needs for a request, found by granting what each denial names until it is answered.
fn needs(cloud: &Cloud, request: impl Fn(&Key) -> Answer) -> Vec<String> {
    let name = format!("u{}", cloud.sandbox.user_names().len());
    let key = cloud.user(&name, None);
    let mut granted: Vec<String> = Vec::new();
    loop {
        let answer = request(&key);
        if answer.status != 403 {
            assert!(answer.status < 400, "{}", answer.body);
            return granted;
        }
        let message = answer.message();
        let action = message
            .split("not authorized to perform: ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next())
            .unwrap_or_else(|| panic!("{message}"))
            .to_owned();
        assert!(!granted.contains(&action), "{action} does not suffice: {message}");
        granted.push(action);
        let policy = statement(&format!(
            r#""Effect":"Allow","Action":["{}"],"Resource":"*""#,
            granted.join("\",\"")
        ));
        let params = [
            ("UserName", name.as_str()),
            ("PolicyName", "p"),
            ("PolicyDocument", policy.as_str()),
        ];
        cloud.iam(&cloud.admin(), "PutUserPolicy", &params).ok();
    }
}

/// Method, path, headers, body; and the actions that are needed.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str, &'a [&'a str]);

/// "Required permissions for Amazon S3 API operations", Amazon S3 User Guide.
#[test]
fn every_operation_wants_its_permissions() {
    let cloud = Cloud::new();
    let q1 = "/reports/2026/q1.csv";
    admin(
        &cloud,
        "PUT",
        "/archive/tagged",
        &[("x-amz-tagging", "team=a")],
        "x",
    )
    .ok();
    let upload = admin(&cloud, "POST", "/logs/mp?uploads", &[], "")
        .ok()
        .text("UploadId")
        .unwrap();
    let part = format!("/logs/mp?partNumber=1&uploadId={upload}");
    let parts = format!("/logs/mp?uploadId={upload}");
    let source = ("x-amz-copy-source", "/reports/2026/q1.csv");
    let tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    let policy = statement(&format!(
        r#""Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::logs""#
    ));
    let cases: [Case<'_>; 24] = [
        ("GET", "/", &[], "", &["s3:ListAllMyBuckets"]),
        ("PUT", "/made-by-user", &[], "", &["s3:CreateBucket"]),
        ("HEAD", "/reports", &[], "", &[]),
        ("GET", "/reports?location", &[], "", &["s3:GetBucketLocation"]),
        ("GET", "/reports?versioning", &[], "", &["s3:GetBucketVersioning"]),
        (
            "GET",
            "/reports?encryption",
            &[],
            "",
            &["s3:GetEncryptionConfiguration"],
        ),
        ("PUT", "/reports?tagging", &[], tagging, &["s3:PutBucketTagging"]),
        ("GET", "/reports?tagging", &[], "", &["s3:GetBucketTagging"]),
        ("GET", "/reports?list-type=2", &[], "", &["s3:ListBucket"]),
        ("GET", q1, &[], "", &["s3:GetObject"]),
        (
            "GET",
            "/reports/2026/q1.csv?attributes",
            &[("x-amz-object-attributes", "ETag")],
            "",
            &["s3:GetObject", "s3:GetObjectAttributes"],
        ),
        ("PUT", "/logs/a", &[], "x", &["s3:PutObject"]),
        (
            "PUT",
            "/logs/a",
            &[
                ("x-amz-tagging", "a=b"),
                ("x-amz-acl", "bucket-owner-full-control"),
            ],
            "x",
            &["s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging"],
        ),
        (
            "PUT",
            "/logs/copy",
            &[source],
            "",
            &["s3:GetObject", "s3:PutObject"],
        ),
        (
            "PUT",
            "/logs/copy",
            &[("x-amz-copy-source", "archive/tagged")],
            "",
            &[
                "s3:GetObject",
                "s3:GetObjectTagging",
                "s3:PutObject",
                "s3:PutObjectTagging",
            ],
        ),
        ("PUT", "/logs/a?tagging", &[], tagging, &["s3:PutObjectTagging"]),
        ("GET", "/logs/a?tagging", &[], "", &["s3:GetObjectTagging"]),
        ("DELETE", "/logs/a?tagging", &[], "", &["s3:DeleteObjectTagging"]),
        ("DELETE", "/logs/a", &[], "", &["s3:DeleteObject"]),
        ("PUT", &part, &[], "x", &["s3:PutObject"]),
        ("GET", &parts, &[], "", &["s3:ListMultipartUploadParts"]),
        (
            "GET",
            "/logs?uploads",
            &[],
            "",
            &["s3:ListBucketMultipartUploads"],
        ),
        ("DELETE", &parts, &[], "", &["s3:AbortMultipartUpload"]),
        ("PUT", "/logs?policy", &[], &policy, &["s3:PutBucketPolicy"]),
    ];
    for (method, path, headers, body, wanted) in cases {
        if method == "HEAD" {
            // The answer to HEAD has no body to read the action from.
            let developer = cloud.developer();
            assert_eq!(send(&cloud, &developer, method, path, headers, body).status, 403);
            continue;
        }
        let needed = needs(&cloud, |key| send(&cloud, key, method, path, headers, body));
        assert_eq!(needed, wanted, "{method} {path}");
    }
}

#[test]
fn who_may_not_list_is_not_told_that_a_key_is_absent() {
    let cloud = Cloud::new();
    let get = common::allow("s3:GetObject", "*");
    let key = cloud.user("reader", Some(&get));
    let denial = send(&cloud, &key, "GET", "/reports/none", &[], "").refused(403, "AccessDenied");
    assert!(
        denial.contains("s3:ListBucket on resource: \"arn:aws:s3:::reports\""),
        "{denial}"
    );
    admin(&cloud, "GET", "/reports/none", &[], "").refused(404, "NoSuchKey");
}

/// "Tagging and access control policies", Amazon S3 User Guide.
#[test]
fn tags_decide() {
    let cloud = Cloud::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject"],"Resource":"*",
         "Condition":{"StringEquals":{"s3:ExistingObjectTag/class":"open"}}},
        {"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectTagging"],"Resource":"*",
         "Condition":{"StringEquals":{"s3:RequestObjectTag/class":"open"},
                      "ForAllValues:StringEquals":{"s3:RequestObjectTagKeys":["class"]}}}]}"#;
    let key = cloud.user("tagged", Some(policy));
    let put = |tags: &str| send(&cloud, &key, "PUT", "/logs/k", &[("x-amz-tagging", tags)], "x");
    put("class=secret").refused(403, "AccessDenied");
    put("class=open&more=x").refused(403, "AccessDenied");
    put("class=open").ok();
    send(&cloud, &key, "GET", "/logs/k", &[], "").ok();
    // DeleteObject does not have the condition key.
    send(&cloud, &key, "DELETE", "/logs/k", &[], "").refused(403, "AccessDenied");
    let tagging = "<Tagging><TagSet><Tag><Key>class</Key><Value>closed</Value></Tag></TagSet></Tagging>";
    admin(&cloud, "PUT", "/logs/k?tagging", &[], tagging).ok();
    send(&cloud, &key, "GET", "/logs/k", &[], "").refused(403, "AccessDenied");
    for bad in ["a=b&a=c", "aws:x=y"] {
        let code = admin(&cloud, "PUT", "/logs/k", &[("x-amz-tagging", bad)], "x").code();
        assert!(
            ["InvalidArgument", "InvalidTag"].contains(&code.as_str()),
            "{bad}: {code}"
        );
    }
}

/// "DeleteObjects", Amazon S3 API Reference: each key has an answer of its own.
#[test]
fn many_objects_are_deleted_one_by_one() {
    let cloud = Cloud::new();
    let key = cloud.user(
        "cleaner",
        Some(&common::allow(
            "s3:DeleteObject",
            "arn:aws:s3:::reports/2026/q1.csv",
        )),
    );
    let body =
        "<Delete><Object><Key>2026/q1.csv</Key></Object><Object><Key>2026/q2.csv</Key></Object></Delete>";
    send(&cloud, &key, "POST", "/reports?delete", &[], body).refused(400, "InvalidRequest");
    let wrong = [("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")];
    send(&cloud, &key, "POST", "/reports?delete", &wrong, body).refused(400, "BadDigest");
    let crc = [("x-amz-checksum-crc32", "AAAAAA==")];
    send(&cloud, &key, "POST", "/reports?delete", &crc, body).refused(400, "BadDigest");
    let md5 = [("content-md5", "yuGh+MaoYQBDJNVM4hilsA==")];
    let answer = send(&cloud, &key, "POST", "/reports?delete", &md5, body).ok();
    assert_eq!(
        answer.texts("Key"),
        ["2026/q1.csv", "2026/q2.csv"],
        "{}",
        answer.body
    );
    assert!(answer.body.contains("<Deleted><Key>2026/q1.csv</Key></Deleted>"));
    assert_eq!(answer.code(), "AccessDenied");
    assert!(
        answer
            .message()
            .contains("s3:DeleteObject on resource: \"arn:aws:s3:::reports/2026/q2.csv\"")
    );
    admin(&cloud, "GET", "/reports/2026/q1.csv", &[], "").refused(404, "NoSuchKey");
    admin(&cloud, "GET", "/reports/2026/q2.csv", &[], "").ok();
}

/// "Checking object integrity", Amazon S3 User Guide.
#[test]
fn checksums_are_checked_kept_and_given_back() {
    let cloud = Cloud::new();
    let put = |headers: &[(&str, &str)]| admin(&cloud, "PUT", "/logs/k", headers, "hello");
    // Of `hello`, by other implementations.
    for (name, value) in [
        ("x-amz-checksum-crc32", "NhCmhg=="),
        ("x-amz-checksum-crc32c", "mnG7TA=="),
        ("x-amz-checksum-sha1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        (
            "x-amz-checksum-sha256",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
    ] {
        assert_eq!(header(&put(&[(name, value)]).ok(), name), value);
        let head = admin(
            &cloud,
            "HEAD",
            "/logs/k",
            &[("x-amz-checksum-mode", "ENABLED")],
            "",
        )
        .ok();
        assert_eq!(header(&head, name), value);
        assert_eq!(header(&head, "x-amz-checksum-type"), "FULL_OBJECT");
        assert_eq!(header(&admin(&cloud, "HEAD", "/logs/k", &[], "").ok(), name), "");
        let other = value.replacen(|_: char| true, "x", 1);
        put(&[(name, &other)]).refused(400, "BadDigest");
        put(&[(name, "no base 64")]).refused(400, "InvalidRequest");
    }
    put(&[("x-amz-checksum-crc32", "NhCmhg=="), ("x-amz-checksum-sha1", "x")]).refused(400, "InvalidRequest");
    put(&[("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")]).ok();
    put(&[("content-md5", "x")]).refused(400, "InvalidDigest");
    // Without one S3 adds its own.
    assert_ne!(header(&put(&[]).ok(), "x-amz-checksum-crc64nvme"), "");
}

#[test]
fn objects_keep_what_they_come_with() {
    let cloud = Cloud::new();
    let headers = [
        ("content-type", "text/plain"),
        ("content-encoding", "aws-chunked,gzip"),
        ("cache-control", "no-cache"),
        ("x-amz-meta-team", "a"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("x-amz-server-side-encryption", "aws:kms"),
    ];
    admin(&cloud, "PUT", "/logs/a%20b/%C3%BC", &headers, "hello").ok();
    let got = admin(&cloud, "GET", "/logs/a%20b/%C3%BC", &[("range", "bytes=1-2")], "").ok();
    assert_eq!((got.status, got.body.as_str()), (206, "el"));
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("cache-control", "no-cache"),
        ("x-amz-meta-team", "a"),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("content-range", "bytes 1-2/5"),
    ] {
        assert_eq!(header(&got, name), value, "{name}");
    }
    admin(&cloud, "GET", "/logs/a%20b/%C3%BC", &[("range", "bytes=9-")], "").refused(416, "InvalidRange");
    let put = |headers: &[(&str, &str)]| admin(&cloud, "PUT", "/logs/x", headers, "");
    put(&[("x-amz-storage-class", "COLD")]).refused(400, "InvalidStorageClass");
    put(&[("x-amz-acl", "public-read")]).refused(400, "AccessControlListNotSupported");
    put(&[("x-amz-meta-long", &"x".repeat(2048))]).refused(400, "MetadataTooLarge");
    put(&[("x-amz-expected-bucket-owner", "444455556666")]).refused(403, "AccessDenied");
    let long = format!("/logs/{}", "k".repeat(1025));
    admin(&cloud, "PUT", &long, &[], "").refused(400, "KeyTooLongError");
    // What a copy takes along, and what not.
    let source = ("x-amz-copy-source", "logs/a%20b/%C3%BC");
    admin(&cloud, "PUT", "/archive/copy", &[source], "").ok();
    let copied = admin(&cloud, "HEAD", "/archive/copy", &[], "").ok();
    assert_eq!(header(&copied, "x-amz-meta-team"), "a");
    assert_eq!(header(&copied, "x-amz-storage-class"), "");
    let replaced = [
        source,
        ("x-amz-metadata-directive", "REPLACE"),
        ("x-amz-meta-new", "b"),
    ];
    admin(&cloud, "PUT", "/archive/copy", &replaced, "").ok();
    let copied = admin(&cloud, "HEAD", "/archive/copy", &[], "").ok();
    assert_eq!(
        (
            header(&copied, "x-amz-meta-team"),
            header(&copied, "x-amz-meta-new")
        ),
        (String::new(), "b".into())
    );
    let itself = [("x-amz-copy-source", "archive/photo.jpg")];
    admin(&cloud, "PUT", "/archive/photo.jpg", &itself, "").refused(400, "InvalidRequest");
}

/// "Conditional requests", Amazon S3 User Guide.
#[test]
fn conditions_are_kept() {
    let cloud = Cloud::new();
    let q1 = "/reports/2026/q1.csv";
    let etag = header(&admin(&cloud, "HEAD", q1, &[], "").ok(), "etag");
    let get = |headers: &[(&str, &str)]| admin(&cloud, "GET", q1, headers, "");
    assert_eq!(get(&[("if-none-match", &etag)]).status, 304);
    assert_eq!(
        get(&[("if-modified-since", "Sun, 22 Nov 2026 12:00:00 GMT")]).status,
        304
    );
    get(&[("if-match", &etag)]).ok();
    get(&[("if-match", "\"other\"")]).refused(412, "PreconditionFailed");
    get(&[("if-unmodified-since", "Sun, 22 Nov 2020 12:00:00 GMT")]).refused(412, "PreconditionFailed");
    let put = |path: &str, headers: &[(&str, &str)]| admin(&cloud, "PUT", path, headers, "new");
    put(q1, &[("if-none-match", "*")]).refused(412, "PreconditionFailed");
    put("/reports/none", &[("if-match", &etag)]).refused(404, "NoSuchKey");
    put(q1, &[("if-match", &etag)]).ok();
    put(q1, &[("if-match", &etag)]).refused(412, "PreconditionFailed");
    put("/reports/none", &[("if-none-match", "*")]).ok();
    let copy = |name: &str, value: &str| {
        let headers = [("x-amz-copy-source", "reports/2026/q2.csv"), (name, value)];
        admin(&cloud, "PUT", "/logs/copy", &headers, "")
    };
    copy("x-amz-copy-source-if-match", "\"other\"").refused(412, "PreconditionFailed");
    copy("x-amz-copy-source-if-none-match", "\"other\"").ok();
}

/// "Uploading and copying objects using multipart upload", Amazon S3 User Guide.
#[test]
fn an_upload_in_parts() {
    let cloud = Cloud::new();
    let begin = admin(
        &cloud,
        "POST",
        "/logs/big?uploads",
        &[("x-amz-checksum-algorithm", "SHA256")],
        "",
    )
    .ok();
    assert_eq!(header(&begin, "x-amz-checksum-type"), "COMPOSITE");
    let id = begin.text("UploadId").unwrap();
    let part = |number: &str, body: &str| {
        let path = format!("/logs/big?partNumber={number}&uploadId={id}");
        admin(&cloud, "PUT", &path, &[], body)
    };
    let large = "a".repeat(5 * 1024 * 1024);
    let one = header(&part("1", &large).ok(), "etag");
    let two = header(&part("2", "end").ok(), "etag");
    for bad in ["0", "10001", "x"] {
        part(bad, "").refused(400, "InvalidArgument");
    }
    let complete = |parts: &[(&str, &str)]| {
        let body = parts.iter().fold(String::new(), |body, (number, etag)| {
            format!("{body}<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")
        });
        let body = format!("<CompleteMultipartUpload>{body}</CompleteMultipartUpload>");
        admin(&cloud, "POST", &format!("/logs/big?uploadId={id}"), &[], &body)
    };
    complete(&[("2", &two), ("1", &one)]).refused(400, "InvalidPartOrder");
    complete(&[("1", &two)]).refused(400, "InvalidPart");
    complete(&[]).refused(400, "MalformedXML");
    admin(&cloud, "DELETE", "/logs", &[], "").refused(409, "BucketNotEmpty");
    let done = complete(&[("1", &one), ("2", &two)]).ok();
    assert!(done.text("ETag").unwrap().ends_with("-2\""), "{}", done.body);
    assert!(
        done.text("ChecksumSHA256").unwrap().ends_with("-2"),
        "{}",
        done.body
    );
    complete(&[("1", &one)]).refused(404, "NoSuchUpload");
    let last = admin(&cloud, "GET", "/logs/big?partNumber=2", &[], "").ok();
    assert_eq!(
        (last.body.as_str(), header(&last, "x-amz-mp-parts-count")),
        ("end", "2".to_owned())
    );
    // Parts that are too small, all but the last.
    let id = admin(&cloud, "POST", "/logs/small?uploads", &[], "")
        .ok()
        .text("UploadId")
        .unwrap();
    for number in ["1", "2"] {
        let path = format!("/logs/small?partNumber={number}&uploadId={id}");
        admin(&cloud, "PUT", &path, &[], "x").ok();
    }
    let etag = "9dd4e461268c8034f5c8564e155c67a6";
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part>\
         <Part><PartNumber>2</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
    );
    admin(&cloud, "POST", &format!("/logs/small?uploadId={id}"), &[], &body).refused(400, "EntityTooSmall");
}

#[test]
fn buckets_have_a_region_an_owner_and_tags() {
    let cloud = Cloud::new();
    let body = |region: &str| {
        format!(
            "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint>\
             <Tags><Tag><Key>team</Key><Value>a</Value></Tag></Tags></CreateBucketConfiguration>"
        )
    };
    admin(&cloud, "PUT", "/europe", &[], &body("nowhere-1")).refused(400, "InvalidLocationConstraint");
    admin(&cloud, "PUT", "/europe", &[("x-amz-acl", "public-read")], "")
        .refused(400, "InvalidBucketAclWithObjectOwnership");
    let creator = common::allow("s3:CreateBucket", "*");
    let key = cloud.user("creator", Some(&creator));
    let denial = send(&cloud, &key, "PUT", "/europe", &[], &body("eu-west-1")).refused(403, "AccessDenied");
    assert!(denial.contains("s3:TagResource"), "{denial}");
    admin(&cloud, "PUT", "/europe", &[], &body("eu-west-1")).ok();
    // Signed for another region: the clients read the right one from this.
    let wrong = admin(&cloud, "GET", "/europe", &[], "");
    wrong.refused(400, "AuthorizationHeaderMalformed");
    assert_eq!(wrong.text("Region").as_deref(), Some("eu-west-1"));
    assert_eq!(header(&wrong, "x-amz-bucket-region"), "eu-west-1");
    assert_eq!(wrong.text("Resource").as_deref(), Some("/europe"));
    assert_eq!(wrong.text("HostId"), Some(header(&wrong, "x-amz-id-2")));
    let location = admin(&cloud, "GET", "/europe?location", &[], "").ok();
    assert!(location.body.contains(">eu-west-1<"), "{}", location.body);
    let request = Request::builder()
        .uri("http://europe.localhost/?tagging")
        .header("host", "europe.localhost")
        .body(Bytes::new())
        .unwrap();
    let mut signing = cloud.signing("s3");
    signing.region = "eu-west-1";
    let tags = cloud.send(signed(request, &cloud.admin(), &signing)).ok();
    assert_eq!(tags.text("Value").as_deref(), Some("a"));
}

#[test]
fn anybody_reads_what_the_bucket_policy_opens() {
    let cloud = Cloud::new();
    let policy = statement(
        r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/2026/*""#,
    );
    assert_eq!(
        anonymous(&cloud, "GET", "/reports/2026/q1.csv").refused(403, "AccessDenied"),
        "Access Denied"
    );
    admin(&cloud, "PUT", "/reports?policy", &[], &policy).ok();
    anonymous(&cloud, "GET", "/reports/2026/q1.csv").ok();
    anonymous(&cloud, "GET", "/reports/2026/none").refused(403, "AccessDenied");
    anonymous(&cloud, "PUT", "/reports/2026/q1.csv").refused(403, "AccessDenied");
    anonymous(&cloud, "GET", "/reports").refused(403, "AccessDenied");
    anonymous(&cloud, "GET", "/reports/2026/q1.csv?response-expires=x").refused(400, "InvalidRequest");
    let status = admin(&cloud, "GET", "/reports?policyStatus", &[], "").ok();
    assert_eq!(status.text("IsPublic").as_deref(), Some("true"));
}

/// "PutBucketPolicy", Amazon S3 API Reference: the owner's root user always may, others' accounts never.
#[test]
fn whose_a_bucket_policy_is() {
    let cloud = Cloud::new();
    let other: Key = cloud
        .sandbox
        .add_account(&"444455556666".parse().unwrap(), cloud.now.get())
        .into();
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]},
        {"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}]}"#;
    admin(&cloud, "PUT", "/logs?policy", &[], policy).ok();
    send(&cloud, &other, "PUT", "/logs/k", &[], "x").ok();
    send(&cloud, &other, "GET", "/logs?policy", &[], "").refused(405, "MethodNotAllowed");
    admin(&cloud, "DELETE", "/logs?policy", &[], "").refused(403, "AccessDenied");
    let root: Key = cloud.sandbox.create_root_key(cloud.now.get()).into();
    send(&cloud, &root, "DELETE", "/logs?policy", &[], "").ok();
    admin(&cloud, "GET", "/logs?policy", &[], "").refused(404, "NoSuchBucketPolicy");
}

/// `s3:x-amz-server-side-encryption` and `s3:x-amz-acl`: "Bucket policy examples using condition keys", Amazon S3 User
/// Guide.
#[test]
fn headers_decide() {
    let cloud = Cloud::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*",
         "Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::logs",
         "Condition":{"NumericGreaterThan":{"s3:max-keys":"10"}}}]}"#;
    admin(&cloud, "PUT", "/logs?policy", &[], policy).ok();
    let denial = admin(&cloud, "PUT", "/logs/k", &[], "x").refused(403, "AccessDenied");
    assert!(
        denial.ends_with("with an explicit deny in a resource-based policy"),
        "{denial}"
    );
    admin(
        &cloud,
        "PUT",
        "/logs/k",
        &[("x-amz-server-side-encryption", "aws:kms")],
        "x",
    )
    .ok();
    admin(&cloud, "GET", "/logs?max-keys=11", &[], "").refused(403, "AccessDenied");
    admin(&cloud, "GET", "/logs?max-keys=10", &[], "").ok();
}
