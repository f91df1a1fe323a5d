//! Bucket policies.

use bytes::Bytes;

use super::{bucket, bucket_mut, bucket_name};
use crate::operations::call::Call;
use crate::operations::iam::{pin_principals, policy_text};
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = bucket(call)?.policy.as_ref().ok_or_else(|| {
        ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
            .with_detail("BucketName", bucket_name(call))
    })?;
    Ok(Answer::rest(
        200,
        vec![("content-type", "application/json".to_owned())],
        Bytes::from(policy.shown(call.world, call.view)),
    ))
}

pub(super) fn put(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let text = String::from_utf8_lossy(&call.input.body);
    let policy = policy_text::bucket(&text, bucket_name(call))?;
    // S3 tells that a principal is unknown, but not which.
    let policy = pin_principals(call, policy).map_err(|unknown| {
        ApiError::new(400, "MalformedPolicy", "Invalid principal in policy").with_detail("Detail", &unknown)
    })?;
    bucket_mut(call)?.policy = Some(policy);
    Ok(Answer::no_content())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    bucket_mut(call)?.policy = None;
    Ok(Answer::no_content())
}
