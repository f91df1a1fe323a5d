//! The source that a copy names in its header.

use super::invalid_argument;
use crate::operations::call::Call;
use crate::sigv4::decode;
use crate::wire::error::ApiError;
use crate::world::storage::Bucket;

/// What is copied.
#[derive(Clone, Debug)]
pub(super) struct CopySource {
    pub(super) bucket: String,
    pub(super) key: String,
}

const HEADER: &str = "x-amz-copy-source";

impl CopySource {
    /// `/bucket/key` or `bucket/key`, percent-encoded ("CopyObject", Amazon S3 API Reference).
    pub(super) fn of(call: &Call<'_>) -> Result<CopySource, ApiError> {
        let header = call.header(HEADER).unwrap_or_default();
        let (path, version) = header.split_once("?versionId=").unwrap_or((header, "null"));
        let path = decode(path);
        let path = path.strip_prefix('/').unwrap_or(&path);
        let source = path
            .split_once('/')
            .filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
        match source {
            Some(_) if version != "null" => {
                Err(
                    ApiError::new(404, "NoSuchVersion", "The specified version does not exist.")
                        .with_detail("VersionId", version),
                )
            }
            Some((bucket, key)) => Ok(CopySource {
                bucket: bucket.to_owned(),
                key: key.to_owned(),
            }),
            None => Err(invalid_argument(
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
                HEADER,
                header,
            )),
        }
    }

    pub(super) fn bucket<'c>(&self, call: &'c Call<'_>) -> Result<&'c Bucket, ApiError> {
        let bucket = call
            .world
            .buckets
            .get(&self.bucket)
            .ok_or_else(|| super::no_such_bucket(&self.bucket))?;
        super::expect_owner(call, "x-amz-source-expected-bucket-owner", bucket)?;
        Ok(bucket)
    }
}
