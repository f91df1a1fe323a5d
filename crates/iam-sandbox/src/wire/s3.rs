//! Which S3 operation a request means: from its method, its bucket and key, and its query.

use http::Method;
use http::header::HOST;
use http::request::Parts;

use crate::sigv4::{decode, query_pairs};

/// An S3 request, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) method: Method,
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) query: Vec<(String, String)>,
    /// A PUT that copies another object instead of bringing one.
    pub(crate) is_copy: bool,
    /// The path as it was sent.
    pub(crate) path: String,
}

impl Target {
    pub(crate) fn of(parts: &Parts) -> Target {
        let path = parts.uri.path().strip_prefix('/').unwrap_or_default();
        let (bucket, key) = if let Some(bucket) = host_bucket(parts) {
            (bucket.to_owned(), path)
        } else {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            (decode(bucket), key)
        };
        let some = |text: String| (!text.is_empty()).then_some(text);
        Target {
            method: parts.method.clone(),
            bucket: some(bucket),
            key: some(decode(key)),
            query: query_pairs(parts.uri.query().unwrap_or_default()),
            is_copy: parts.headers.contains_key("x-amz-copy-source"),
            path: parts.uri.path().to_owned(),
        }
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_presigned(&self) -> bool {
        self.query("X-Amz-Signature").is_some() || self.is_presigned_by_version_2()
    }

    /// Is the signature in the query one of Signature Version 2?
    pub(crate) fn is_presigned_by_version_2(&self) -> bool {
        self.query("AWSAccessKeyId").is_some() && self.query("Signature").is_some()
    }

    /// The operation's name as the API Reference has it, or a description of what was asked for.
    pub(crate) fn operation(&self) -> String {
        let known = match (&self.bucket, &self.key) {
            (None, _) => match self.method {
                Method::GET => Some("ListBuckets"),
                _ => None,
            },
            (Some(_), None) => self.bucket_operation(),
            (Some(_), Some(_)) => self.object_operation(),
        };
        known.map_or_else(|| self.description(), str::to_owned)
    }

    fn bucket_operation(&self) -> Option<&'static str> {
        let subresource = self.subresource();
        Some(match (self.method.as_str(), subresource) {
            ("GET", None) if self.query("list-type") == Some("2") => "ListObjectsV2",
            ("GET", None) => "ListObjects",
            ("PUT", None) => "CreateBucket",
            ("DELETE", None) => "DeleteBucket",
            ("HEAD", None) => "HeadBucket",
            ("POST", Some("delete")) => "DeleteObjects",
            ("GET", Some("uploads")) => "ListMultipartUploads",
            ("GET", Some("location")) => "GetBucketLocation",
            ("GET", Some("policy")) => "GetBucketPolicy",
            ("PUT", Some("policy")) => "PutBucketPolicy",
            ("DELETE", Some("policy")) => "DeleteBucketPolicy",
            ("GET", Some("policyStatus")) => "GetBucketPolicyStatus",
            ("GET", Some("tagging")) => "GetBucketTagging",
            ("PUT", Some("tagging")) => "PutBucketTagging",
            ("DELETE", Some("tagging")) => "DeleteBucketTagging",
            ("GET", Some("acl")) => "GetBucketAcl",
            ("GET", Some("accelerate")) => "GetBucketAccelerateConfiguration",
            ("GET", Some("cors")) => "GetBucketCors",
            ("GET", Some("encryption")) => "GetBucketEncryption",
            ("GET", Some("lifecycle")) => "GetBucketLifecycleConfiguration",
            ("GET", Some("logging")) => "GetBucketLogging",
            ("GET", Some("notification")) => "GetBucketNotificationConfiguration",
            ("GET", Some("object-lock")) => "GetObjectLockConfiguration",
            ("GET", Some("ownershipControls")) => "GetBucketOwnershipControls",
            ("GET", Some("publicAccessBlock")) => "GetPublicAccessBlock",
            ("GET", Some("replication")) => "GetBucketReplication",
            ("GET", Some("requestPayment")) => "GetBucketRequestPayment",
            ("GET", Some("versioning")) => "GetBucketVersioning",
            ("GET", Some("website")) => "GetBucketWebsite",
            _ => return None,
        })
    }

    fn object_operation(&self) -> Option<&'static str> {
        let subresource = self.subresource();
        Some(match (self.method.as_str(), subresource) {
            ("GET", None) => "GetObject",
            ("HEAD", None) => "HeadObject",
            ("PUT", None) if self.is_copy => "CopyObject",
            ("PUT", None) => "PutObject",
            ("DELETE", None) => "DeleteObject",
            ("GET", Some("tagging")) => "GetObjectTagging",
            ("PUT", Some("tagging")) => "PutObjectTagging",
            ("DELETE", Some("tagging")) => "DeleteObjectTagging",
            ("GET", Some("attributes")) => "GetObjectAttributes",
            ("POST", Some("uploads")) => "CreateMultipartUpload",
            ("PUT", Some("uploadId")) if self.is_copy => "UploadPartCopy",
            ("PUT", Some("uploadId")) => "UploadPart",
            ("POST", Some("uploadId")) => "CompleteMultipartUpload",
            ("DELETE", Some("uploadId")) => "AbortMultipartUpload",
            ("GET", Some("uploadId")) => "ListParts",
            _ => return None,
        })
    }

    /// The part of a bucket or object that the query names, such as `policy` or `tagging`. A subresource that is
    /// not known here must not be taken for the plain request.
    fn subresource(&self) -> Option<&str> {
        const PLAIN: [&str; 27] = [
            "AWSAccessKeyId",
            "Signature",
            "Expires",
            "list-type",
            "prefix",
            "delimiter",
            "max-keys",
            "marker",
            "continuation-token",
            "start-after",
            "encoding-type",
            "fetch-owner",
            "x-id",
            "response-content-type",
            "response-content-language",
            "response-content-disposition",
            "response-content-encoding",
            "response-cache-control",
            "response-expires",
            "max-buckets",
            "bucket-region",
            "partNumber",
            "key-marker",
            "upload-id-marker",
            "max-uploads",
            "part-number-marker",
            "max-parts",
        ];
        self.query
            .iter()
            .map(|(name, _)| name.as_str())
            .find(|name| !PLAIN.contains(name) && !is_of_signature(name))
    }

    fn description(&self) -> String {
        let place = match (&self.bucket, &self.key) {
            (None, _) => "/",
            (Some(_), None) => "/{bucket}",
            (Some(_), Some(_)) => "/{bucket}/{key}",
        };
        let query = self
            .subresource()
            .map(|name| format!("?{name}"))
            .unwrap_or_default();
        format!("{} {place}{query}", self.method)
    }
}

/// Is it a parameter for which no subresource is named: `X-Amz-Date`, `x-amz-security-token`?
fn is_of_signature(name: &str) -> bool {
    name.get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

/// The bucket that the request's host names, if it does.
pub(crate) fn host_bucket(parts: &Parts) -> Option<&str> {
    let host = parts
        .headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))?;
    bucket_of_host(host)
}

/// The bucket of a virtual-hosted request: `BUCKET.s3.REGION.amazonaws.com` or `BUCKET.localhost`.
pub(crate) fn bucket_of_host(host: &str) -> Option<&str> {
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(h, _)| h);
    if let Some(bucket) = host.strip_suffix(".localhost") {
        return (bucket != "s3" && !bucket.is_empty()).then(|| bucket.strip_suffix(".s3").unwrap_or(bucket));
    }
    let name = host.strip_suffix(".amazonaws.com")?;
    // The last `s3` that is a whole label, or the start of one (`s3-eu-west-1`), begins the service's own name.
    let at = name.rmatch_indices(".s3").map(|(at, _)| at).find(|at| {
        name.get(at + 3..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('-'))
    })?;
    name.get(..at).filter(|bucket| !bucket.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(method: &str, host: &str, uri: &str) -> Target {
        let request = http::Request::builder()
            .method(method)
            .uri(uri)
            .header(HOST, host)
            .body(())
            .unwrap();
        Target::of(&request.into_parts().0)
    }

    #[test]
    fn both_styles_name_the_same_bucket() {
        for (host, uri) in [
            ("127.0.0.1:4566", "/reports/2026/q1.csv"),
            ("reports.localhost:4566", "/2026/q1.csv"),
            ("reports.s3.localhost", "/2026/q1.csv"),
            ("reports.s3.eu-west-1.amazonaws.com", "/2026/q1.csv"),
            ("reports.s3.amazonaws.com", "/2026/q1.csv"),
            ("s3.eu-west-1.amazonaws.com", "/reports/2026/q1.csv"),
            ("localhost:4566", "/reports/2026/q1.csv"),
        ] {
            let target = target("GET", host, uri);
            assert_eq!(target.bucket.as_deref(), Some("reports"), "{host}");
            assert_eq!(target.key.as_deref(), Some("2026/q1.csv"), "{host}");
            assert_eq!(target.operation(), "GetObject");
        }
    }

    #[test]
    fn operations_are_told_apart() {
        for (method, uri, operation) in [
            ("GET", "/?x-id=ListBuckets", "ListBuckets"),
            ("GET", "/b?list-type=2&prefix=x", "ListObjectsV2"),
            ("GET", "/b/", "ListObjects"),
            ("HEAD", "/b", "HeadBucket"),
            ("PUT", "/b?policy", "PutBucketPolicy"),
            ("GET", "/b?tagging", "GetBucketTagging"),
            ("GET", "/b/k?tagging", "GetObjectTagging"),
            ("GET", "/b?inventory", "GET /{bucket}?inventory"),
            ("POST", "/b?delete", "DeleteObjects"),
            ("PUT", "/b/k%20k", "PutObject"),
            ("PUT", "/b/k?uploadId=1&partNumber=1", "UploadPart"),
            ("PUT", "/b/k?acl", "PUT /{bucket}/{key}?acl"),
        ] {
            assert_eq!(target(method, "localhost", uri).operation(), operation);
        }
        assert_eq!(target("PUT", "localhost", "/b/k%20k").key.as_deref(), Some("k k"));
    }
}
