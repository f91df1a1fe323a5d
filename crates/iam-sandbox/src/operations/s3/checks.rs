//! What S3's operations require ("Actions, resources, and condition keys for Amazon S3", Service Authorization
//! Reference).

use iam_policy::Source;

use super::{bucket_name, key};
use crate::authorization::{ALL_BUCKETS, Authorization, Check};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::storage::Bucket;

/// The action is not always called as the operation is.
fn action(call: &Call<'_>) -> String {
    match call.operation {
        "ListBuckets" => "s3:ListAllMyBuckets".to_owned(),
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => "s3:ListBucket".to_owned(),
        "HeadObject" => "s3:GetObject".to_owned(),
        _ => call.action(),
    }
}

/// The listing of buckets is about no bucket, yet policies that grant it on `arn:aws:s3:::*` work, as in the examples
/// of "User policy examples", Amazon S3 User Guide.
pub(super) fn all_buckets(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(Check::new(action(call), ALL_BUCKETS))
}

pub(super) fn new_bucket(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let name = bucket_name(call);
    let mut check = Check::new(action(call), format!("arn:aws:s3:::{name}"));
    if let Some(region) = super::buckets::location_constraint(&call.input.body)? {
        check = check.with("s3:LocationConstraint", region);
    }
    Authorization::one(check)
}

/// A check about a bucket or what is in it: the bucket's policy and owner come with it.
fn about(call: &Call<'_>, action: String, resource: String, bucket: &Bucket) -> Check {
    let owner = bucket.account.to_string();
    let auth_type = if call.input.target.query("X-Amz-Signature").is_some() {
        "REST-QUERY-STRING"
    } else {
        "REST-HEADER"
    };
    let mut check = Check::new(action, resource)
        .with("aws:ResourceAccount", owner.as_str())
        .with("s3:ResourceAccount", owner)
        .with("s3:authType", auth_type)
        .with("s3:signatureversion", "AWS4-HMAC-SHA256");
    check.owner = Some(bucket.account.clone());
    check.resource_policy = bucket.policy.as_ref().map(|policy| {
        Source::new(
            format!("bucket policy of {}", bucket_name(call)),
            policy.effective(call.world, call.view),
        )
    });
    check
}

pub(super) fn bucket_check(call: &Call<'_>, action: String) -> Result<Check, ApiError> {
    let resource = format!("arn:aws:s3:::{}", bucket_name(call));
    Ok(about(call, action, resource, super::bucket(call)?))
}

pub(super) fn bucket(call: &Call<'_>) -> Result<Authorization, ApiError> {
    Authorization::one(bucket_check(call, action(call))?)
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

pub(super) fn object(call: &Call<'_>) -> Result<Authorization, ApiError> {
    let resource = format!("arn:aws:s3:::{}/{}", bucket_name(call), key(call));
    Authorization::one(about(call, action(call), resource, super::bucket(call)?))
}
