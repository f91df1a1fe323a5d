//! GetObjectAttributes: what an object is, without the object.

use super::objects::object;
use super::{conditions, integrity, invalid_argument};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::checksum::Algorithm;
use crate::wire::error::ApiError;

const HEADER: &str = "x-amz-object-attributes";
const KNOWN: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let asked: Vec<&str> = call
        .input
        .headers
        .get_all(HEADER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .collect();
    if asked.is_empty() || asked.iter().any(|name| !KNOWN.contains(name)) {
        return Err(invalid_argument(
            "Invalid attribute name specified.",
            HEADER,
            &asked.join(","),
        ));
    }
    let object = object(call)?;
    let wants = |name: &str| asked.contains(&name);
    let mut answer = Answer::document("GetObjectAttributesResponse", |xml| {
        if wants("ETag") {
            xml.text("ETag", object.etag.trim_matches('"'));
        }
        let checksum = object.checksum.as_ref().filter(|_| wants("Checksum"));
        if let Some((checksum, algorithm)) =
            checksum.and_then(|checksum| Some((checksum, Algorithm::by_name(checksum.algorithm)?)))
        {
            xml.element("Checksum", |xml| {
                // The number of parts is not shown here.
                let value = checksum.value.split('-').next().unwrap_or_default();
                xml.text(algorithm.element, value)
                    .text("ChecksumType", integrity::kind(checksum));
            });
        }
        if wants("ObjectParts") && !object.parts.is_empty() {
            xml.element("ObjectParts", |xml| {
                xml.text("PartsCount", object.parts.len());
            });
        }
        if wants("StorageClass") && object.traits.storage_class != "STANDARD" {
            xml.text("StorageClass", &object.traits.storage_class);
        }
        if wants("ObjectSize") {
            xml.text("ObjectSize", object.body.len());
        }
    });
    if let Answer::Rest { headers, .. } = &mut answer {
        headers.push(("last-modified", conditions::http_text(object.modified)));
    }
    Ok(answer)
}
