//! The operations of S3: buckets, objects, uploads in parts, bucket policies.

mod attributes;
mod buckets;
mod checks;
mod complete;
mod conditions;
mod copy;
mod delete;
mod integrity;
mod list;
mod multipart;
mod objects;
mod policies;
mod policy_text;
mod put;
mod settings;
mod source;
mod tagging;
mod tags;
mod uploads;
mod wanted;

pub(crate) use buckets::is_bucket_name;
pub(crate) use policy_text::bucket as bucket_policy_text;

use super::Operation;
use super::call::Call;
use crate::wire::Service::S3;
use crate::wire::error::ApiError;
use crate::world::storage::Bucket;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: S3,
        name: "ListBuckets",
        authorize: checks::all_buckets,
        run: buckets::list,
    },
    Operation {
        service: S3,
        name: "CreateBucket",
        authorize: checks::new_bucket,
        run: buckets::create,
    },
    Operation {
        service: S3,
        name: "DeleteBucket",
        authorize: checks::bucket,
        run: buckets::delete,
    },
    Operation {
        service: S3,
        name: "HeadBucket",
        authorize: checks::list,
        run: buckets::head,
    },
    Operation {
        service: S3,
        name: "GetBucketLocation",
        authorize: checks::bucket,
        run: buckets::location,
    },
    Operation {
        service: S3,
        name: "GetBucketTagging",
        authorize: checks::bucket,
        run: tagging::get_bucket,
    },
    Operation {
        service: S3,
        name: "PutBucketTagging",
        authorize: checks::bucket,
        run: tagging::put_bucket,
    },
    Operation {
        service: S3,
        name: "DeleteBucketTagging",
        authorize: checks::bucket,
        run: tagging::delete_bucket,
    },
    Operation {
        service: S3,
        name: "GetBucketPolicy",
        authorize: checks::bucket_policy,
        run: policies::get,
    },
    Operation {
        service: S3,
        name: "PutBucketPolicy",
        authorize: checks::bucket_policy,
        run: policies::put,
    },
    Operation {
        service: S3,
        name: "DeleteBucketPolicy",
        authorize: checks::bucket_policy,
        run: policies::delete,
    },
    Operation {
        service: S3,
        name: "GetBucketPolicyStatus",
        authorize: checks::bucket,
        run: policies::status,
    },
    Operation {
        service: S3,
        name: "GetBucketAcl",
        authorize: checks::bucket,
        run: settings::acl,
    },
    Operation {
        service: S3,
        name: "GetBucketAccelerateConfiguration",
        authorize: checks::bucket,
        run: settings::accelerate,
    },
    Operation {
        service: S3,
        name: "GetBucketCors",
        authorize: checks::bucket,
        run: settings::cors,
    },
    Operation {
        service: S3,
        name: "GetBucketEncryption",
        authorize: checks::bucket,
        run: settings::encryption,
    },
    Operation {
        service: S3,
        name: "GetBucketLifecycleConfiguration",
        authorize: checks::bucket,
        run: settings::lifecycle,
    },
    Operation {
        service: S3,
        name: "GetBucketLogging",
        authorize: checks::bucket,
        run: settings::logging,
    },
    Operation {
        service: S3,
        name: "GetBucketNotificationConfiguration",
        authorize: checks::bucket,
        run: settings::notification,
    },
    Operation {
        service: S3,
        name: "GetObjectLockConfiguration",
        authorize: checks::bucket,
        run: settings::object_lock,
    },
    Operation {
        service: S3,
        name: "GetBucketOwnershipControls",
        authorize: checks::bucket,
        run: settings::ownership,
    },
    Operation {
        service: S3,
        name: "GetPublicAccessBlock",
        authorize: checks::bucket,
        run: settings::public_access_block,
    },
    Operation {
        service: S3,
        name: "GetBucketReplication",
        authorize: checks::bucket,
        run: settings::replication,
    },
    Operation {
        service: S3,
        name: "GetBucketRequestPayment",
        authorize: checks::bucket,
        run: settings::request_payment,
    },
    Operation {
        service: S3,
        name: "GetBucketVersioning",
        authorize: checks::bucket,
        run: settings::versioning,
    },
    Operation {
        service: S3,
        name: "GetBucketWebsite",
        authorize: checks::bucket,
        run: settings::website,
    },
    Operation {
        service: S3,
        name: "ListObjects",
        authorize: checks::list,
        run: list::first_version,
    },
    Operation {
        service: S3,
        name: "ListObjectsV2",
        authorize: checks::list,
        run: list::second_version,
    },
    Operation {
        service: S3,
        name: "GetObject",
        authorize: checks::object,
        run: objects::get,
    },
    Operation {
        service: S3,
        name: "HeadObject",
        authorize: checks::object,
        run: objects::head,
    },
    Operation {
        service: S3,
        name: "GetObjectAttributes",
        authorize: checks::attributes,
        run: attributes::get,
    },
    Operation {
        service: S3,
        name: "PutObject",
        authorize: checks::new_object,
        run: put::put,
    },
    Operation {
        service: S3,
        name: "CopyObject",
        authorize: checks::copy,
        run: copy::copy,
    },
    Operation {
        service: S3,
        name: "DeleteObject",
        authorize: checks::delete_object,
        run: delete::one,
    },
    Operation {
        service: S3,
        name: "DeleteObjects",
        authorize: checks::each_object,
        run: delete::many,
    },
    Operation {
        service: S3,
        name: "GetObjectTagging",
        authorize: checks::object,
        run: tagging::get_object,
    },
    Operation {
        service: S3,
        name: "PutObjectTagging",
        authorize: checks::object_tags,
        run: tagging::put_object,
    },
    Operation {
        service: S3,
        name: "DeleteObjectTagging",
        authorize: checks::object,
        run: tagging::delete_object,
    },
    Operation {
        service: S3,
        name: "CreateMultipartUpload",
        authorize: checks::new_object,
        run: multipart::create,
    },
    Operation {
        service: S3,
        name: "UploadPart",
        authorize: checks::upload,
        run: multipart::upload,
    },
    Operation {
        service: S3,
        name: "UploadPartCopy",
        authorize: checks::copy,
        run: multipart::upload_copy,
    },
    Operation {
        service: S3,
        name: "CompleteMultipartUpload",
        authorize: checks::upload,
        run: complete::complete,
    },
    Operation {
        service: S3,
        name: "AbortMultipartUpload",
        authorize: checks::upload,
        run: multipart::abort,
    },
    Operation {
        service: S3,
        name: "ListParts",
        authorize: checks::upload,
        run: uploads::parts,
    },
    Operation {
        service: S3,
        name: "ListMultipartUploads",
        authorize: checks::bucket,
        run: uploads::list,
    },
];

/// The name of the bucket that the request is about. Operations on buckets are only found where there is one.
fn bucket_name<'c>(call: &'c Call<'_>) -> &'c str {
    call.input.target.bucket.as_deref().unwrap_or_default()
}

fn key<'c>(call: &'c Call<'_>) -> &'c str {
    call.input.target.key.as_deref().unwrap_or_default()
}

/// The bucket that the request is about.
fn bucket<'c>(call: &'c Call<'_>) -> Result<&'c Bucket, ApiError> {
    let name = bucket_name(call);
    call.world.buckets.get(name).ok_or_else(|| no_such_bucket(name))
}

/// The bucket, where the request has come to the right region and to the owner that it expects.
fn reached<'c>(call: &'c Call<'_>) -> Result<&'c Bucket, ApiError> {
    let bucket = bucket(call)?;
    // The location of a bucket is what one asks for from us-east-1 in order to find its region.
    let asks_for_region = call.operation == "GetBucketLocation" && call.region == "us-east-1";
    let is_anonymous = matches!(call.caller.kind, crate::world::credential::CallerKind::Anonymous);
    if bucket.region != call.region && !asks_for_region && !is_anonymous {
        return Err(wrong_region(call, &bucket.region));
    }
    expect_owner(call, "x-amz-expected-bucket-owner", bucket)?;
    Ok(bucket)
}

/// A request that names the owner it expects is refused where the bucket is another's ("Verifying bucket ownership
/// with bucket owner condition", Amazon S3 User Guide).
fn expect_owner(call: &Call<'_>, header: &str, bucket: &Bucket) -> Result<(), ApiError> {
    match call.header(header) {
        Some(expected) if expected != bucket.account.as_str() => {
            Err(ApiError::access_denied("Access Denied"))
        }
        _ => Ok(()),
    }
}

/// Signed for a region in which the bucket is not. The clients find the right one in this answer and ask again.
fn wrong_region(call: &Call<'_>, actual: &str) -> ApiError {
    let words = format!("the region '{}' is wrong; expecting '{actual}'", call.region);
    let error = if call.input.target.is_presigned() {
        let message = format!("Error parsing the X-Amz-Credential parameter; {words}");
        ApiError::new(400, "AuthorizationQueryParametersError", message)
    } else {
        let message = format!("The authorization header is malformed; {words}");
        ApiError::new(400, "AuthorizationHeaderMalformed", message)
    };
    error.with_detail("Region", actual)
}

fn bucket_mut<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Bucket, ApiError> {
    let name = call.input.target.bucket.clone().unwrap_or_default();
    call.world
        .buckets
        .get_mut(&name)
        .ok_or_else(|| no_such_bucket(&name))
}

fn no_such_bucket(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchBucket", "The specified bucket does not exist").with_detail("BucketName", name)
}

fn no_such_key(key: &str) -> ApiError {
    ApiError::new(404, "NoSuchKey", "The specified key does not exist.").with_detail("Key", key)
}

/// A header or parameter whose value will not do.
fn invalid_argument(message: impl Into<String>, name: &str, value: &str) -> ApiError {
    ApiError::new(400, "InvalidArgument", message)
        .with_detail("ArgumentName", name)
        .with_detail("ArgumentValue", value)
}
