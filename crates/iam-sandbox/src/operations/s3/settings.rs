//! The settings of a bucket that has none of its own: what tools ask for when they look a bucket over.
//! Each answers as S3 does for a new bucket.

use super::buckets::canonical_id;
use super::{bucket, bucket_name};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;

type Answered = Result<Answer, ApiError>;

fn absent(call: &Call<'_>, error: ApiError) -> Answered {
    Err(error.with_detail("BucketName", bucket_name(call)))
}

pub(super) fn cors(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "NoSuchCORSConfiguration",
            "The CORS configuration does not exist",
        ),
    )
}

pub(super) fn lifecycle(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
        ),
    )
}

pub(super) fn object_lock(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
    )
}

pub(super) fn public_access_block(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ),
    )
}

pub(super) fn replication(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
    )
}

pub(super) fn website(call: &mut Call<'_>) -> Answered {
    absent(
        call,
        ApiError::new(
            404,
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
    )
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn accelerate(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("AccelerateConfiguration", |_| {}))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn logging(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("BucketLoggingStatus", |_| {}))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn notification(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("NotificationConfiguration", |_| {}))
}

/// A bucket that never had versioning says nothing ("GetBucketVersioning", Amazon S3 API Reference).
#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn versioning(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("VersioningConfiguration", |_| {}))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn request_payment(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("RequestPaymentConfiguration", |xml| {
        xml.text("Payer", "BucketOwner");
    }))
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn encryption(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("ServerSideEncryptionConfiguration", |xml| {
        xml.element("Rule", |xml| {
            xml.element("ApplyServerSideEncryptionByDefault", |xml| {
                xml.text("SSEAlgorithm", "AES256");
            })
            .text("BucketKeyEnabled", false);
        });
    }))
}

/// ACLs are disabled, as for all new buckets ("Controlling ownership of objects", Amazon S3 User Guide).
#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn ownership(_: &mut Call<'_>) -> Answered {
    Ok(Answer::document("OwnershipControls", |xml| {
        xml.element("Rule", |xml| {
            xml.text("ObjectOwnership", "BucketOwnerEnforced");
        });
    }))
}

/// With ACLs disabled it is always the owner who has full control.
pub(super) fn acl(call: &mut Call<'_>) -> Answered {
    let owner = canonical_id(bucket(call)?.account.as_str());
    Ok(Answer::document("AccessControlPolicy", |xml| {
        xml.element("Owner", |xml| {
            xml.text("ID", &owner);
        });
        xml.list("AccessControlList", "Grant", [&owner], |xml, owner| {
            xml.grantee(owner).text("Permission", "FULL_CONTROL");
        });
    }))
}
