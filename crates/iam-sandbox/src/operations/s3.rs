//! The operations of S3: buckets, objects and bucket policies.

mod buckets;
mod checks;
mod list;
mod objects;
mod policies;

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
        name: "PutObject",
        authorize: checks::object,
        run: objects::put,
    },
    Operation {
        service: S3,
        name: "DeleteObject",
        authorize: checks::object,
        run: objects::delete,
    },
    Operation {
        service: S3,
        name: "GetBucketPolicy",
        authorize: checks::bucket,
        run: policies::get,
    },
    Operation {
        service: S3,
        name: "PutBucketPolicy",
        authorize: checks::bucket,
        run: policies::put,
    },
    Operation {
        service: S3,
        name: "DeleteBucketPolicy",
        authorize: checks::bucket,
        run: policies::delete,
    },
];

/// The name of the bucket that the request is about. Operations on buckets are only found where there is one.
fn bucket_name<'c>(call: &'c Call<'_>) -> &'c str {
    call.input.target.bucket.as_deref().unwrap_or_default()
}

fn key<'c>(call: &'c Call<'_>) -> &'c str {
    call.input.target.key.as_deref().unwrap_or_default()
}

fn bucket<'c>(call: &'c Call<'_>) -> Result<&'c Bucket, ApiError> {
    let name = bucket_name(call);
    call.world.buckets.get(name).ok_or_else(|| no_such_bucket(name))
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
