//! PutObject, and what any request that makes an object may say about it.

use super::tags;
use bytes::Bytes;

use super::{bucket, bucket_mut, conditions, integrity, invalid_argument, key};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::{Object, Traits};

/// Headers that are kept with an object and given back with it.
pub(super) const KEPT: [&str; 6] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "expires",
    "x-amz-website-redirect-location",
];

const STORAGE_CLASSES: [&str; 12] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "FSX_OPENZFS",
];

/// Bytes of user metadata that an object may have ("Working with object metadata", Amazon S3 User Guide).
const MOST_METADATA: usize = 2048;

pub(super) fn put(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    check_new(call)?;
    conditions::of_write(call, bucket(call)?.objects.get(key(call)))?;
    let checksum = integrity::of_object(call)?;
    let mut object = Object::new(call.input.body.clone(), call.now(), traits(call)?);
    object.tags = tags::of_header(call)?;
    let mut headers = vec![("etag", object.etag.clone())];
    headers.extend(integrity::headers(&checksum));
    headers.extend(encryption(&object.traits));
    object.checksum = Some(checksum);
    let key = key(call).to_owned();
    bucket_mut(call)?.objects.insert(key, object);
    Ok(Answer::rest(200, headers, Bytes::new()))
}

/// What holds for every object that is made: its key, and no settings that the bucket does not take.
pub(super) fn check_new(call: &Call<'_>) -> Result<(), ApiError> {
    if key(call).len() > 1024 {
        return Err(ApiError::new(400, "KeyTooLongError", "Your key is too long")
            .with_detail("Size", &key(call).len().to_string())
            .with_detail("MaxSizeAllowed", "1024"));
    }
    // All other ACLs are refused where they are disabled ("Controlling ownership of objects", Amazon S3 User Guide).
    let has_grant = ["read", "read-acp", "write-acp", "full-control"]
        .iter()
        .any(|grant| call.header(&format!("x-amz-grant-{grant}")).is_some());
    if has_grant
        || call
            .header("x-amz-acl")
            .is_some_and(|acl| acl != "bucket-owner-full-control")
    {
        return Err(ApiError::new(
            400,
            "AccessControlListNotSupported",
            "The bucket does not allow ACLs",
        ));
    }
    if call.header("x-amz-object-lock-mode").is_some()
        || call.header("x-amz-object-lock-legal-hold").is_some()
    {
        return Err(ApiError::new(
            400,
            "InvalidRequest",
            "Bucket is missing Object Lock Configuration",
        ));
    }
    if call
        .header("x-amz-server-side-encryption-customer-algorithm")
        .is_some()
    {
        return Err(ApiError::new(
            501,
            "NotImplemented",
            "The sandbox does not encrypt with keys that customers provide (SSE-C).",
        ));
    }
    Ok(())
}

/// What the headers say about the object.
pub(super) fn traits(call: &Call<'_>) -> Result<Traits, ApiError> {
    let mut traits = Traits::default();
    if let Some(content_type) = call.header("content-type").filter(|text| !text.is_empty()) {
        content_type.clone_into(&mut traits.content_type);
    }
    for name in KEPT {
        let Some(value) = call.header(name) else { continue };
        // The framing of the upload is not the object's.
        let value: Vec<&str> = value
            .split(',')
            .filter(|coding| name != "content-encoding" || coding.trim() != "aws-chunked")
            .collect();
        let value = value.join(",").trim().to_owned();
        if !value.is_empty() {
            traits.headers.push((name, value));
        }
    }
    for (name, value) in &call.input.headers {
        let (Some(name), Ok(value)) = (name.as_str().strip_prefix("x-amz-meta-"), value.to_str()) else {
            continue;
        };
        // Several headers of one name are one.
        match traits.metadata.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.extend([",", value]),
            None => traits.metadata.push((name.to_owned(), value.to_owned())),
        }
    }
    let size: usize = traits
        .metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if size > MOST_METADATA {
        return Err(ApiError::new(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
        )
        .with_detail("Size", &size.to_string())
        .with_detail("MaxSizeAllowed", &MOST_METADATA.to_string()));
    }
    if let Some(class) = call.header("x-amz-storage-class") {
        if !STORAGE_CLASSES.contains(&class) {
            return Err(ApiError::new(
                400,
                "InvalidStorageClass",
                "The storage class you specified is not valid",
            )
            .with_detail("StorageClassRequested", class));
        }
        class.clone_into(&mut traits.storage_class);
    }
    if let Some(kind) = call.header("x-amz-server-side-encryption") {
        if !["AES256", "aws:kms", "aws:kms:dsse"].contains(&kind) {
            return Err(invalid_argument(
                "The encryption method specified is not supported",
                "x-amz-server-side-encryption",
                kind,
            ));
        }
        kind.clone_into(&mut traits.encryption);
    }
    traits.encryption_key = call
        .header("x-amz-server-side-encryption-aws-kms-key-id")
        .map(str::to_owned);
    Ok(traits)
}

/// The headers that tell how an object is encrypted.
pub(super) fn encryption(traits: &Traits) -> Vec<(&'static str, String)> {
    let mut headers = vec![("x-amz-server-side-encryption", traits.encryption.clone())];
    if let Some(key) = &traits.encryption_key {
        headers.push(("x-amz-server-side-encryption-aws-kms-key-id", key.clone()));
    }
    headers
}
