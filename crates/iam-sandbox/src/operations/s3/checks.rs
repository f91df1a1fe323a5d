//! What S3's operations require ("Actions, resources, and condition keys for Amazon S3", Service Authorization
//! Reference; "Required permissions for Amazon S3 API operations", Amazon S3 User Guide).

use super::tags;
use super::wanted;
use iam_policy::Source;

use super::source::CopySource;
use super::{bucket_name, key};
use crate::authorization::{ALL_BUCKETS, Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;
use crate::world::entity::Tags;
use crate::world::storage::Bucket;

/// The action is not always called as the operation is.
fn action(call: &Call<'_>) -> String {
    let action = match call.operation {
        "ListBuckets" => "ListAllMyBuckets",
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => "ListBucket",
        "HeadObject" => "GetObject",
        "CopyObject"
        | "CreateMultipartUpload"
        | "UploadPart"
        | "UploadPartCopy"
        | "CompleteMultipartUpload" => "PutObject",
        "ListParts" => "ListMultipartUploadParts",
        "ListMultipartUploads" => "ListBucketMultipartUploads",
        "DeleteBucketTagging" => "PutBucketTagging",
        "GetBucketAccelerateConfiguration" => "GetAccelerateConfiguration",
        "GetBucketCors" => "GetBucketCORS",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "GetBucketNotificationConfiguration" => "GetBucketNotification",
        "GetBucketReplication" => "GetReplicationConfiguration",
        "GetObjectLockConfiguration" => "GetBucketObjectLockConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        _ => return call.action(),
    };
    format!("s3:{action}")
}

/// The listing of buckets is about no bucket, yet policies that grant it on `arn:aws:s3:::*` work, as in the examples
/// of "User policy examples", Amazon S3 User Guide.
pub(super) fn all_buckets(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(Check::new(action(call), ALL_BUCKETS))
}

pub(super) fn new_bucket(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let resource = format!("arn:aws:s3:::{}", bucket_name(call));
    let wanted = wanted::wanted(&call.input.body)?;
    let mut check = with_headers(
        call,
        Check::new(action(call), resource.as_str()),
        &["x-amz-object-ownership"],
    );
    if let Some(region) = &wanted.region {
        check = check.with("s3:LocationConstraint", region.as_str());
    }
    let mut checks = Checks::new(check);
    if call.header("x-amz-acl").is_some() {
        checks.push(Check::new("s3:PutBucketAcl", resource.as_str()));
    }
    if !wanted.tags.is_empty() {
        let keys: Vec<String> = wanted.tags.iter().map(|(key, _)| key.clone()).collect();
        let check = Check::new("s3:TagResource", resource).with("aws:TagKeys", keys);
        let with_tag = |check: Check, (key, value): &(String, String)| {
            check.with(format!("aws:RequestTag/{key}"), value.as_str())
        };
        checks.push(wanted.tags.iter().fold(check, with_tag));
    }
    Ok(checks.required())
}

/// A check about a bucket or what is in it: the bucket's policy and owner come with it.
fn about(call: &Call<'_>, action: String, resource: String, name: &str, bucket: &Bucket) -> Check {
    let owner = bucket.account.to_string();
    let auth_type = if call.input.target.is_presigned() {
        "REST-QUERY-STRING"
    } else {
        "REST-HEADER"
    };
    // "Amazon S3 Signature Version 4 authentication-specific policy keys", Amazon S3 API Reference.
    let version = if call.input.target.is_presigned_by_version_2() {
        "AWS"
    } else {
        "AWS4-HMAC-SHA256"
    };
    let mut check = Check::new(action, resource)
        .with("aws:ResourceAccount", owner.as_str())
        .with("s3:ResourceAccount", owner)
        .with("s3:authType", auth_type)
        .with("s3:signatureversion", version);
    check = with_headers(call, check, &["x-amz-content-sha256"]);
    check.owner = Some(bucket.account.clone());
    check.resource_policy = bucket.policy.as_ref().map(|policy| {
        Source::new(
            format!("bucket policy of {name}"),
            policy.effective(call.world, call.view),
        )
    });
    check
}

/// Headers whose condition key is `s3:` and their name.
fn with_headers(call: &Call<'_>, check: Check, names: &[&str]) -> Check {
    names
        .iter()
        .chain(&["x-amz-acl"])
        .filter_map(|name| Some((name, call.header(name)?)))
        .fold(check, |check, (name, value)| {
            check.with(format!("s3:{name}"), value)
        })
}

pub(super) fn bucket_check(call: &Call<'_>, action: String) -> Result<Check, ApiError> {
    let resource = format!("arn:aws:s3:::{}", bucket_name(call));
    let bucket = super::reached(call)?;
    Ok(about(call, action, resource, bucket_name(call), bucket))
}

pub(super) fn bucket(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(bucket_check(call, action(call))?)
}

/// The policy of a bucket. The root user of its account may always deal with it; accounts other than the owner's may
/// not even where they are permitted ("PutBucketPolicy", Amazon S3 API Reference).
pub(super) fn bucket_policy(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let check = bucket_check(call, action(call))?;
    let is_own = check.owner.as_ref() == Some(call.account_id());
    if is_own && matches!(call.caller.kind, CallerKind::Root) {
        return Ok(Authorization::Open);
    }
    Authorization::one(check)
}

/// `s3:ListBucket` with what the listing asks for.
pub(super) fn list(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let mut check = bucket_check(call, action(call))?;
    for parameter in ["prefix", "delimiter", "max-keys"] {
        if let Some(value) = call.input.target.query(parameter) {
            check = check.with(format!("s3:{parameter}"), value);
        }
    }
    Authorization::one(check)
}

/// Each object is decided on by itself while the operation runs.
pub(super) fn each_object(call: &Call<'_>) -> Result<Authorization, ApiError> {
    super::reached(call)?;
    Ok(Authorization::Within)
}

pub(super) fn object_check(call: &Call<'_>, action: impl Into<String>, key: &str) -> Result<Check, ApiError> {
    let name = bucket_name(call);
    let resource = format!("arn:aws:s3:::{name}/{key}");
    Ok(about(call, action.into(), resource, name, super::reached(call)?))
}

/// What there is at the key already is known by its tags. Not so for PutObject and DeleteObject: there "this condition
/// key isn't supported" ("Tagging and access control policies", Amazon S3 User Guide).
fn with_existing_tags(check: Check, tags: &Tags) -> Check {
    tags.iter().fold(check, |check, (key, value)| {
        check.with(format!("s3:ExistingObjectTag/{key}"), value.as_str())
    })
}

fn with_request_tags(check: Check, tags: &Tags) -> Check {
    let keys: Vec<String> = tags.iter().map(|(key, _)| key.clone()).collect();
    let check = check.with("s3:RequestObjectTagKeys", keys);
    tags.iter().fold(check, |check, (key, value)| {
        check.with(format!("s3:RequestObjectTag/{key}"), value.as_str())
    })
}

/// Something is done with an object that is there, or its absence noticed.
pub(super) fn object(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(existing(call, action(call))?)
}

fn existing(call: &Call<'_>, action: String) -> Result<Check, ApiError> {
    let check = object_check(call, action, key(call))?;
    Ok(match super::reached(call)?.objects.get(key(call)) {
        Some(object) => with_existing_tags(check, &object.tags),
        None => check,
    })
}

/// GetObjectAttributes wants two actions ("GetObjectAttributes", Amazon S3 API Reference).
pub(super) fn attributes(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let mut checks = Checks::new(existing(call, "s3:GetObject".to_owned())?);
    checks.push(existing(call, action(call))?);
    Ok(checks.required())
}

/// Tags of an object that is there are replaced.
pub(super) fn object_tags(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let tags = tags::of_body(call)?;
    Authorization::one(with_request_tags(existing(call, action(call))?, &tags))
}

pub(super) fn delete_object(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let check = object_check(call, action(call), key(call))?;
    Authorization::one(with_headers(call, check, &["if-match"]))
}

/// An upload whose parts come or are looked at: what it will be was said when it began.
pub(super) fn upload(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let check = object_check(call, action(call), key(call))?;
    Authorization::one(with_headers(call, check, &["if-match", "if-none-match"]))
}

/// An object is made: its tags and ACL want permissions of their own.
fn making(call: &Call<'_>) -> Result<Checks, ApiError> {
    const HEADERS: [&str; 10] = [
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-storage-class",
        "x-amz-website-redirect-location",
        "x-amz-copy-source",
        "x-amz-metadata-directive",
        "x-amz-object-ownership",
        "if-match",
        "if-none-match",
    ];
    let tags = tags::of_header(call)?;
    let check = |action: &str| {
        let check = with_headers(call, object_check(call, action, key(call))?, &HEADERS);
        Ok(if tags.is_empty() {
            check
        } else {
            with_request_tags(check, &tags)
        })
    };
    let mut checks = Checks::new(check("s3:PutObject")?);
    if call.header("x-amz-acl").is_some() {
        checks.push(check("s3:PutObjectAcl")?);
    }
    if !tags.is_empty() {
        checks.push(check("s3:PutObjectTagging")?);
    }
    Ok(checks)
}

pub(super) fn new_object(call: &Call<'_>) -> Result<Authorization, ApiError> {
    making(call).map(Checks::required)
}

fn source_check(call: &Call<'_>, action: &str, source: &CopySource) -> Result<Check, ApiError> {
    let bucket = source.bucket(call)?;
    let resource = format!("arn:aws:s3:::{}/{}", source.bucket, source.key);
    let check = about(call, action.to_owned(), resource, &source.bucket, bucket);
    Ok(match bucket.objects.get(&source.key) {
        Some(object) => with_existing_tags(check, &object.tags),
        None => check,
    })
}

/// Reading at one place and writing at another ("CopyObject", Amazon S3 API Reference).
pub(super) fn copy(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let source = CopySource::of(call)?;
    let mut checks = Checks::new(source_check(call, "s3:GetObject", &source)?);
    let tags = source
        .bucket(call)?
        .objects
        .get(&source.key)
        .map(|object| object.tags.clone())
        .unwrap_or_default();
    let copies_tags = call.operation == "CopyObject"
        && !tags.is_empty()
        && !call
            .header("x-amz-tagging-directive")
            .is_some_and(|directive| directive.eq_ignore_ascii_case("REPLACE"));
    if copies_tags {
        checks.push(source_check(call, "s3:GetObjectTagging", &source)?);
    }
    checks.append(making(call)?);
    if copies_tags {
        let check = object_check(call, "s3:PutObjectTagging", key(call))?;
        checks.push(with_request_tags(check, &tags));
    }
    Ok(checks.required())
}

/// May the caller list the bucket? Who may not is not told whether a key exists ("GetObject", Amazon S3 API
/// Reference).
pub(super) fn may_list(call: &Call<'_>, source: Option<&CopySource>) -> Result<(), ApiError> {
    let check = match source {
        None => bucket_check(call, "s3:ListBucket".to_owned())?,
        Some(source) => {
            let resource = format!("arn:aws:s3:::{}", source.bucket);
            let bucket = source.bucket(call)?;
            about(call, "s3:ListBucket".to_owned(), resource, &source.bucket, bucket)
        }
    };
    crate::authorization::decide(call, Checks::new(check)).1
}
