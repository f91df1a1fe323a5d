//! Tags of buckets and objects ("Categorizing your objects using tags", Amazon S3 User Guide).

use super::tags;

use bytes::Bytes;

use super::{bucket, bucket_mut, bucket_name, checks, key, no_such_key};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;
use crate::world::storage::Object;

fn answer(tags: &Tags) -> Answer {
    Answer::document("Tagging", |xml| {
        xml.list("TagSet", "Tag", tags, |xml, (key, value)| {
            xml.text("Key", key).text("Value", value);
        });
    })
}

pub(super) fn get_bucket(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let tags = &bucket(call)?.tags;
    if tags.is_empty() {
        return Err(ApiError::new(404, "NoSuchTagSet", "The TagSet does not exist")
            .with_detail("BucketName", bucket_name(call)));
    }
    Ok(answer(tags))
}

pub(super) fn put_bucket(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let tags = tags::of_body(call)?;
    tags::check_bucket(&tags)?;
    bucket_mut(call)?.tags = tags;
    Ok(Answer::no_content())
}

pub(super) fn delete_bucket(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    bucket_mut(call)?.tags.clear();
    Ok(Answer::no_content())
}

fn object_mut<'c>(call: &'c mut Call<'_>) -> Result<&'c mut Object, ApiError> {
    if !bucket(call)?.objects.contains_key(key(call)) {
        checks::may_list(call, None)?;
    }
    let key = key(call).to_owned();
    bucket_mut(call)?
        .objects
        .get_mut(&key)
        .ok_or_else(|| no_such_key(&key))
}

pub(super) fn get_object(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    Ok(answer(&object_mut(call)?.tags))
}

pub(super) fn put_object(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let tags = tags::of_body(call)?;
    tags::check(&tags, tags::MOST_ON_OBJECT)?;
    object_mut(call)?.tags = tags;
    Ok(Answer::rest(200, Vec::new(), Bytes::new()))
}

pub(super) fn delete_object(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    object_mut(call)?.tags.clear();
    Ok(Answer::no_content())
}
