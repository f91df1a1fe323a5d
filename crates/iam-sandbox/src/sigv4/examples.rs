//! AWS's own examples, with the signatures that its pages give.

use bytes::Bytes;
use http::Request;

use super::{Content, Place, Problem, SigningKeys, read};

/// The key of the examples of S3.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn verify_with(secret: &str, request: Request<Vec<u8>>) -> Result<Content, Problem> {
    let (parts, body) = request.into_parts();
    let claim = read(&parts)?.ok_or(Problem::Mismatch)?;
    claim.verify(secret, &SigningKeys::default(), &parts, &Bytes::from(body), None)
}

fn verify(request: Request<Vec<u8>>) -> Result<Content, Problem> {
    verify_with(SECRET, request)
}

fn request(method: &str, uri: &str, headers: &[(&str, &str)], body: &[u8]) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.to_vec()).unwrap()
}

fn authorization(names: &str, signature: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
         SignedHeaders={names},Signature={signature}"
    )
}

/// "Authenticating Requests: Using the Authorization Header: Examples: Signature calculations", Amazon S3 API
/// Reference.
#[test]
fn signatures_in_the_header() {
    let usual = "host;x-amz-content-sha256;x-amz-date";
    let welcome = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    for (method, uri, hash, more, names, body, signature) in [
        (
            "GET",
            "/test.txt",
            EMPTY,
            &[("range", "bytes=0-9")][..],
            "host;range;x-amz-content-sha256;x-amz-date",
            "",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test%24file.text",
            welcome,
            &[
                ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ],
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            EMPTY,
            &[],
            usual,
            "",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            EMPTY,
            &[],
            usual,
            "",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let authorization = authorization(names, signature);
        let mut headers = vec![
            ("host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-date", "20130524T000000Z"),
            ("x-amz-content-sha256", hash),
            ("authorization", authorization.as_str()),
        ];
        headers.extend(more);
        let verified = verify(request(method, uri, &headers, body.as_bytes()));
        assert_eq!(verified.unwrap().body, body, "{method} {uri}");
        headers.retain(|(name, _)| *name != "host");
        headers.push(("host", "otherbucket.s3.amazonaws.com"));
        let altered = verify(request(method, uri, &headers, body.as_bytes()));
        assert!(matches!(altered, Err(Problem::Different(_))), "{method} {uri}");
    }
}

/// "Authenticating Requests: Using Query Parameters: An example", Amazon S3 API Reference.
#[test]
fn a_presigned_url() {
    let uri = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
               &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
               &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
               &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let headers = [("host", "examplebucket.s3.amazonaws.com")];
    verify(request("GET", uri, &headers, b"")).unwrap();
    let Err(Problem::Different(ours)) = verify(request("PUT", uri, &headers, b"")) else {
        panic!("a PUT was not signed");
    };
    let canonical = ours.canonical.unwrap();
    assert!(
        canonical.starts_with("PUT\n/test.txt\nX-Amz-Algorithm="),
        "{canonical}"
    );
    assert!(
        ours.to_sign
            .starts_with("AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"),
        "{}",
        ours.to_sign
    );
}

/// "Query string request authentication alternative" ("Signing and authenticating REST requests (AWS signature
/// version 2)", Amazon S3 User Guide): the bucket is in the host.
#[test]
fn the_example_of_version_2() {
    let uri = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
    let (parts, ()) = http::Request::builder().uri(uri).body(()).unwrap().into_parts();
    let claim = read(&parts).unwrap().unwrap();
    assert_eq!(claim.place, Place::OldQuery);
    let verify = |bucket| {
        claim.verify(
            SECRET,
            &SigningKeys::default(),
            &parts,
            &Bytes::new(),
            Some(bucket),
        )
    };
    verify("johnsmith").unwrap();
    assert!(verify("janesmith").is_err());
}

/// "Create a signed AWS API request", AWS General Reference: ListUsers of IAM.
#[test]
fn the_query_protocol() {
    let headers = [
        ("host", "iam.amazonaws.com"),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-amz-date", "20150830T123600Z"),
        (
            "authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
    ];
    let list = request("GET", "/?Action=ListUsers&Version=2010-05-08", &headers, b"");
    verify_with("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", list).unwrap();
}

/// A body of 66,560 times `a`, in frames with these signatures, and what follows the last.
fn frames(signatures: [&str; 3], end: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for (size, signature) in [65_536, 1024, 0].into_iter().zip(signatures) {
        body.extend(format!("{size:x};chunk-signature={signature}\r\n").bytes());
        body.extend(std::iter::repeat_n(b'a', size));
        if size > 0 {
            body.extend(b"\r\n");
        }
    }
    body.extend(end.bytes());
    body
}

fn put(hash: &str, names: &str, signature: &str, more: &[(&str, &str)], body: &[u8]) -> Request<Vec<u8>> {
    let authorization = authorization(names, signature);
    let mut headers = vec![
        ("host", "s3.amazonaws.com"),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", hash),
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
        ("content-length", "66824"),
        ("authorization", authorization.as_str()),
    ];
    headers.extend(more);
    request("PUT", "/examplebucket/chunkObject.txt", &headers, body)
}

/// "Signature calculations for the Authorization header: Transferring payload in multiple chunks", Amazon S3 API
/// Reference.
#[test]
fn a_body_in_signed_chunks() {
    let last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
    let chunked = |last: &str| {
        put(
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
             x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            &[],
            &frames(
                [
                    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                    last,
                ],
                "\r\n",
            ),
        )
    };
    assert_eq!(verify(chunked(last)).unwrap().body.len(), 66_560);
    assert_eq!(verify(chunked(&last.replace('b', "c"))), Err(Problem::Mismatch));
    let altered = chunked(last).map(|mut body| {
        body[100] = b'b';
        body
    });
    assert_eq!(verify(altered), Err(Problem::Mismatch));
    let cut = chunked(last).map(|mut body| {
        body.truncate(65_700);
        body
    });
    assert_eq!(verify(cut), Err(Problem::ChunkedBody));
}

/// "Signature calculations for the Authorization header: Including trailing headers", Amazon S3 API Reference.
#[test]
fn a_body_in_signed_chunks_with_a_signed_trailer() {
    let with_trailer = |trailer: &str| {
        put(
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
             x-amz-storage-class;x-amz-trailer",
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
            &[("x-amz-trailer", "x-amz-checksum-crc32c")],
            &frames(
                [
                    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
                ],
                trailer,
            ),
        )
    };
    let signature =
        "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    let good = verify(with_trailer(&format!(
        "x-amz-checksum-crc32c:sOO8/Q==\r\n{signature}\r\n\r\n"
    )))
    .unwrap();
    assert_eq!(good.body.len(), 66_560);
    assert_eq!(
        good.trailer,
        [("x-amz-checksum-crc32c".to_owned(), "sOO8/Q==".to_owned())]
    );
    let other = format!("x-amz-checksum-crc32c:AAAAAA==\r\n{signature}\r\n\r\n");
    assert_eq!(verify(with_trailer(&other)), Err(Problem::Mismatch));
    let unsigned = "x-amz-checksum-crc32c:sOO8/Q==\r\n\r\n";
    assert_eq!(verify(with_trailer(unsigned)), Err(Problem::ChunkedBody));
}
