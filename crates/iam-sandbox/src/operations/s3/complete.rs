//! CompleteMultipartUpload: the parts become an object.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::BytesMut;
use md5::{Digest, Md5};

use super::copy::{with_headers, write_checksum};
use super::multipart::{in_progress, upload_id};
use super::{bucket, bucket_mut, bucket_name, conditions, integrity, key, put};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::checksum::{ALGORITHMS, Algorithm, CRC64NVME};
use crate::wire::document::{Element, malformed};
use crate::wire::error::ApiError;
use crate::world::storage::{Checksum, Object, Part, Upload};

/// All parts but the last are at least 5 MiB ("Amazon S3 multipart upload limits", Amazon S3 User Guide).
const LEAST: usize = 5 * 1024 * 1024;

pub(super) fn complete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let upload = in_progress(call)?.clone();
    let root = Element::read(&call.input.body, "CompleteMultipartUpload")?;
    let parts = chosen(&root, &upload)?;
    conditions::of_write(call, bucket(call)?.objects.get(key(call)))?;
    let mut body = BytesMut::with_capacity(parts.iter().map(|part| part.body.len()).sum());
    for part in &parts {
        body.extend_from_slice(&part.body);
    }
    let mut object = Object::new(body.freeze(), call.now(), upload.traits.clone());
    object.etag = etag(&parts);
    object.parts = parts.iter().map(|part| part.body.len()).collect();
    let checksum = checksum(&upload, &parts, &object.body);
    for algorithm in ALGORITHMS {
        let Some(given) = call.header(algorithm.header) else {
            continue;
        };
        if algorithm.name != checksum.algorithm || given != checksum.value {
            let message = format!(
                "The {} you specified did not match the calculated checksum.",
                algorithm.parameter
            );
            return Err(ApiError::new(400, "BadDigest", message));
        }
    }
    object.tags.clone_from(&upload.tags);
    let answer = Answer::document("CompleteMultipartUploadResult", |xml| {
        xml.text(
            "Location",
            format_args!(
                "http://{}.s3.amazonaws.com/{}",
                bucket_name(call),
                crate::sigv4::encode(key(call))
            ),
        )
        .text("Bucket", bucket_name(call))
        .text("Key", key(call))
        .text("ETag", &object.etag);
        write_checksum(xml, &checksum);
    });
    let headers = put::encryption(&object.traits);
    object.checksum = Some(checksum);
    let (id, key) = (upload_id(call).to_owned(), key(call).to_owned());
    let bucket = bucket_mut(call)?;
    bucket.uploads.remove(&id);
    bucket.objects.insert(key, object);
    Ok(with_headers(answer, headers))
}

/// The parts that the request names, each as it was uploaded.
fn chosen<'u>(root: &Element, upload: &'u Upload) -> Result<Vec<&'u Part>, ApiError> {
    let mut parts = Vec::new();
    let mut last = 0;
    for element in root.all("Part") {
        let number: u16 = element
            .required("PartNumber")?
            .trim()
            .parse()
            .map_err(|_| malformed())?;
        if number <= last {
            return Err(ApiError::new(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            ));
        }
        last = number;
        let part = upload.parts.get(&number).filter(|part| is_meant(element, part));
        let part = part.ok_or_else(|| {
            ApiError::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
            .with_detail("PartNumber", &number.to_string())
        })?;
        parts.push(part);
    }
    let Some((_, all_but_last)) = parts.split_last() else {
        return Err(malformed());
    };
    if let Some(small) = all_but_last.iter().find(|part| part.body.len() < LEAST) {
        return Err(ApiError::new(
            400,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
        )
        .with_detail("ProposedSize", &small.body.len().to_string())
        .with_detail("MinSizeAllowed", &LEAST.to_string()));
    }
    Ok(parts)
}

fn is_meant(element: &Element, part: &Part) -> bool {
    let same_etag = element
        .text_of("ETag")
        .is_some_and(|etag| etag.trim().trim_matches('"') == part.etag.trim_matches('"'));
    let same_checksum = ALGORITHMS.into_iter().all(|algorithm| {
        let given = element.text_of(algorithm.element);
        given.is_none_or(|given| given == algorithm.of(&part.body))
    });
    same_etag && same_checksum
}

/// The MD5 of the parts' MD5s, and how many they are.
fn etag(parts: &[&Part]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(Md5::digest(&part.body));
    }
    format!("\"{}-{}\"", hex::encode(hash.finalize()), parts.len())
}

/// Of the whole object, or of the parts' checksums, as the upload was begun.
fn checksum(upload: &Upload, parts: &[&Part], body: &[u8]) -> Checksum {
    let known = upload
        .checksum
        .and_then(|(name, is_composite)| Some((Algorithm::by_name(name)?, is_composite)));
    let (algorithm, is_composite) = known.unwrap_or((CRC64NVME, false));
    if !is_composite {
        return integrity::whole(algorithm, algorithm.of(body));
    }
    let digests: Vec<u8> = parts
        .iter()
        .filter_map(|part| BASE64.decode(algorithm.of(&part.body)).ok())
        .flatten()
        .collect();
    Checksum {
        algorithm: algorithm.name,
        value: format!("{}-{}", algorithm.of(&digests), parts.len()),
        is_composite: true,
    }
}
