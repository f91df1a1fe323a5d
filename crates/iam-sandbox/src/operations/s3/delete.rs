//! DeleteObject and DeleteObjects.

use super::{bucket, bucket_mut, checks, conditions, integrity, key};
use crate::authorization::{self, Checks};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::document::{Element, malformed};
use crate::wire::error::ApiError;

/// How many keys one request may name.
const MOST_KEYS: usize = 1000;

/// Deleting what is not there is no error, unless the caller says what must be there.
pub(super) fn one(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    conditions::of_write(call, bucket(call)?.objects.get(key(call)))?;
    let key = key(call).to_owned();
    bucket_mut(call)?.objects.remove(&key);
    Ok(Answer::no_content())
}

/// Each key is decided on by itself, and what is refused is told beside what is done ("DeleteObjects", Amazon S3 API
/// Reference).
pub(super) fn many(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    integrity::required(call)?;
    let root = Element::read(&call.input.body, "Delete")?;
    let objects: Vec<&Element> = root.all("Object").collect();
    if objects.is_empty() || objects.len() > MOST_KEYS {
        return Err(malformed());
    }
    let is_quiet = root.text_of("Quiet").is_some_and(|text| text.trim() == "true");
    let mut done = Vec::new();
    for object in objects {
        let key = object.required("Key")?;
        let outcome = delete(call, key, object);
        done.push((key, outcome));
    }
    Ok(Answer::document("DeleteResult", |xml| {
        for (key, outcome) in &done {
            match outcome {
                Ok(()) if is_quiet => {}
                Ok(()) => {
                    xml.element("Deleted", |xml| {
                        xml.text("Key", key);
                    });
                }
                Err(error) => {
                    xml.element("Error", |xml| {
                        xml.text("Key", key)
                            .text("Code", &error.code)
                            .text("Message", &error.message);
                    });
                }
            }
        }
    }))
}

fn delete(call: &mut Call<'_>, key: &str, object: &Element) -> Result<(), ApiError> {
    let check = checks::object_check(call, "s3:DeleteObject", key)?;
    authorization::decide(call, Checks::new(check)).1?;
    let version = object.text_of("VersionId").filter(|text| !text.is_empty());
    if version.is_some_and(|version| version != "null") {
        return Err(ApiError::new(
            404,
            "NoSuchVersion",
            "The specified version does not exist.",
        ));
    }
    let current = bucket(call)?.objects.get(key);
    if let Some(etag) = object.text_of("ETag") {
        let is_same = current.is_some_and(|current| current.etag.trim_matches('"') == etag.trim_matches('"'));
        if !is_same {
            return Err(ApiError::new(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            ));
        }
    }
    bucket_mut(call)?.objects.remove(key);
    Ok(())
}
