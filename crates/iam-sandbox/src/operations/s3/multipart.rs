//! Uploads in parts: begun, filled and given up ("Uploading and copying objects using multipart upload", Amazon S3 User
//! Guide).

use super::tags;
use std::collections::BTreeMap;

use bytes::Bytes;

use super::copy::{result, source_object, with_headers};
use super::source::CopySource;
use super::{bucket, bucket_mut, bucket_name, integrity, invalid_argument, key, put};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::checksum::Algorithm;
use crate::wire::error::ApiError;
use crate::world::storage::{Part, Upload, etag};

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    put::check_new(call)?;
    let checksum = match integrity::asked(call)? {
        None => None,
        Some(algorithm) => Some((algorithm.name, integrity::composite(call, algorithm)?)),
    };
    let traits = put::traits(call)?;
    let mut headers = put::encryption(&traits);
    if let Some((name, is_composite)) = checksum {
        let parameter = Algorithm::by_name(name).map(|algorithm| algorithm.parameter);
        let kind = if is_composite { "COMPOSITE" } else { "FULL_OBJECT" };
        headers.push((
            "x-amz-checksum-algorithm",
            parameter.unwrap_or_default().to_owned(),
        ));
        headers.push(("x-amz-checksum-type", kind.to_owned()));
    }
    let upload = Upload {
        key: key(call).to_owned(),
        started: call.now(),
        initiator: call.caller.arn(),
        traits,
        tags: tags::of_header(call)?,
        checksum,
        parts: BTreeMap::new(),
    };
    let id = call.random.upload_id();
    let answer = Answer::document("InitiateMultipartUploadResult", |xml| {
        xml.text("Bucket", bucket_name(call))
            .text("Key", key(call))
            .text("UploadId", &id);
    });
    bucket_mut(call)?.uploads.insert(id, upload);
    Ok(with_headers(answer, headers))
}

pub(super) fn upload_id<'c>(call: &'c Call<'_>) -> &'c str {
    call.input.target.query("uploadId").unwrap_or_default()
}

/// The upload that the request names.
pub(super) fn in_progress<'c>(call: &'c Call<'_>) -> Result<&'c Upload, ApiError> {
    let id = upload_id(call);
    bucket(call)?
        .uploads
        .get(id)
        .filter(|upload| upload.key == key(call))
        .ok_or_else(|| {
            ApiError::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or \
                 completed.",
            )
            .with_detail("UploadId", id)
        })
}

fn part_number(call: &Call<'_>) -> Result<u16, ApiError> {
    let text = call.input.target.query("partNumber").unwrap_or_default();
    text.parse::<u16>()
        .ok()
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            invalid_argument(message, "partNumber", text)
        })
}

pub(super) fn upload(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let number = part_number(call)?;
    let (given, traits) = (integrity::verified(call)?, in_progress(call)?.traits.clone());
    let body = call.input.body.clone();
    let wanted = in_progress(call)?.checksum;
    if let (Some((wanted, _)), Some((given, _))) = (wanted, &given)
        && wanted != given.name
    {
        let message = format!(
            "Checksum Type mismatch occurred, expected checksum Type: {wanted}, actual checksum Type: {}",
            given.name
        );
        return Err(ApiError::new(400, "InvalidRequest", message));
    }
    let part = part(call, body, given, wanted.map(|(name, _)| name));
    let mut headers = vec![("etag", part.etag.clone())];
    headers.extend(part.checksum.iter().flat_map(integrity::headers).take(1));
    headers.extend(put::encryption(&traits));
    insert(call, number, part)?;
    Ok(Answer::rest(200, headers, Bytes::new()))
}

/// A part with the checksum it came with, or the one that its upload is to have.
fn part(
    call: &Call<'_>,
    body: Bytes,
    given: Option<(Algorithm, String)>,
    wanted: Option<&'static str>,
) -> Part {
    let computed = || {
        let algorithm = wanted.and_then(Algorithm::by_name)?;
        Some((algorithm, algorithm.of(&body)))
    };
    Part {
        etag: etag(&body),
        modified: call.now(),
        checksum: given
            .or_else(computed)
            .map(|(algorithm, value)| integrity::whole(algorithm, value)),
        body,
    }
}

fn insert(call: &mut Call<'_>, number: u16, part: Part) -> Result<(), ApiError> {
    in_progress(call)?;
    let id = upload_id(call).to_owned();
    if let Some(upload) = bucket_mut(call)?.uploads.get_mut(&id) {
        upload.parts.insert(number, part);
    }
    Ok(())
}

pub(super) fn upload_copy(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let number = part_number(call)?;
    let wanted = in_progress(call)?.checksum.map(|(name, _)| name);
    let object = source_object(call, &CopySource::of(call)?)?;
    let body = match call.header("x-amz-copy-source-range") {
        None => object.body,
        Some(text) => {
            let (from, to) = span(text).ok_or_else(|| {
                let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last \
                               are the zero-based offsets of the first and last bytes to copy";
                invalid_argument(message, "x-amz-copy-source-range", text)
            })?;
            if to > object.body.len() {
                let message = format!(
                    "Range specified is not valid for source object of size: {}",
                    object.body.len()
                );
                return Err(invalid_argument(message, "x-amz-copy-source-range", text));
            }
            object.body.slice(from..to)
        }
    };
    let part = part(call, body, None, wanted);
    let answer = result("CopyPartResult", &part.etag, call.now(), part.checksum.as_ref());
    insert(call, number, part)?;
    Ok(answer)
}

/// `bytes=first-last`, as a half-open span.
fn span(text: &str) -> Option<(usize, usize)> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = (
        first.parse::<usize>().ok()?,
        last.parse::<usize>().ok()?.checked_add(1)?,
    );
    (from < to).then_some((from, to))
}

pub(super) fn abort(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    in_progress(call)?;
    let id = upload_id(call).to_owned();
    bucket_mut(call)?.uploads.remove(&id);
    Ok(Answer::no_content())
}
