//! What is being uploaded in parts: ListParts and ListMultipartUploads.

use super::buckets::{canonical_id, instant};
use super::multipart::{in_progress, upload_id};
use super::{bucket, bucket_name, invalid_argument, key};
use crate::operations::call::Call;
use crate::sigv4::encode;
use crate::wire::answer::Answer;
use crate::wire::checksum::Algorithm;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::storage::Upload;

/// At most 1,000 are answered at once.
fn page_size(call: &Call<'_>, name: &str) -> Result<usize, ApiError> {
    let Some(text) = call.input.target.query(name) else {
        return Ok(1000);
    };
    let size = text.parse::<usize>().map_err(|_| {
        let message = format!("Provided {name} not an integer or within integer range");
        invalid_argument(message, name, text)
    })?;
    Ok(size.min(1000))
}

fn write_checksum(xml: &mut Xml, upload: &Upload) {
    let algorithm = upload
        .checksum
        .and_then(|(name, composite)| Some((Algorithm::by_name(name)?, composite)));
    if let Some((algorithm, is_composite)) = algorithm {
        let kind = if is_composite { "COMPOSITE" } else { "FULL_OBJECT" };
        xml.text("ChecksumAlgorithm", algorithm.parameter)
            .text("ChecksumType", kind);
    }
}

fn write_people(xml: &mut Xml, upload: &Upload, owner: &str) {
    xml.element("Initiator", |xml| {
        xml.text("ID", &upload.initiator);
    });
    xml.element("Owner", |xml| {
        xml.text("ID", owner);
    });
    xml.text("StorageClass", &upload.traits.storage_class);
}

pub(super) fn parts(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let upload = in_progress(call)?;
    let most = page_size(call, "max-parts")?;
    let marker = call.input.target.query("part-number-marker");
    let after: u16 = marker.unwrap_or("0").parse().map_err(|_| {
        let message = "Provided part-number-marker not an integer or within integer range";
        invalid_argument(message, "part-number-marker", marker.unwrap_or_default())
    })?;
    let mut rest = upload.parts.iter().filter(|(number, _)| **number > after);
    let page: Vec<_> = rest.by_ref().take(most).collect();
    let owner = canonical_id(bucket(call)?.account.as_str());
    Ok(Answer::document("ListPartsResult", |xml| {
        xml.text("Bucket", bucket_name(call))
            .text("Key", key(call))
            .text("UploadId", upload_id(call))
            .text("PartNumberMarker", after)
            .optional("NextPartNumberMarker", page.last().map(|(number, _)| number))
            .text("MaxParts", most)
            .text("IsTruncated", rest.next().is_some());
        write_people(xml, upload, &owner);
        write_checksum(xml, upload);
        for (number, part) in &page {
            xml.element("Part", |xml| {
                xml.text("PartNumber", number)
                    .text("LastModified", instant(part.modified))
                    .text("ETag", &part.etag)
                    .text("Size", part.body.len());
                if let Some((algorithm, checksum)) = part
                    .checksum
                    .as_ref()
                    .and_then(|checksum| Some((Algorithm::by_name(checksum.algorithm)?, checksum)))
                {
                    xml.text(algorithm.element, &checksum.value);
                }
            });
        }
    }))
}

/// An upload, or a prefix that several share.
enum Entry<'b> {
    Upload(&'b str, &'b Upload),
    Prefix(String),
}

pub(super) fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let query = |name: &str| call.input.target.query(name).unwrap_or_default();
    let most = page_size(call, "max-uploads")?;
    let (prefix, delimiter) = (query("prefix"), query("delimiter"));
    let (key_marker, id_marker) = (query("key-marker"), query("upload-id-marker"));
    let is_encoded = query("encoding-type") == "url";
    let shown = |text: &str| {
        if is_encoded {
            encode(text).replace("%2F", "/")
        } else {
            text.to_owned()
        }
    };
    let here = bucket(call)?;
    let owner = canonical_id(here.account.as_str());
    let mut uploads: Vec<(&str, &Upload)> = here
        .uploads
        .iter()
        .map(|(id, upload)| (id.as_str(), upload))
        .filter(|(_, upload)| upload.key.starts_with(prefix))
        .filter(|(id, upload)| {
            let is_behind = upload.key.as_str() > key_marker;
            // The other uploads of the same key come next, if the marker names one of them.
            is_behind || (!id_marker.is_empty() && upload.key == key_marker && *id > id_marker)
        })
        .collect();
    uploads.sort_by_key(|(id, upload)| (&upload.key, *id));
    let mut entries = Vec::new();
    let (mut is_truncated, mut next) = (false, (String::new(), String::new()));
    for (id, upload) in uploads {
        let rest = upload.key.get(prefix.len()..).unwrap_or_default();
        let common = (!delimiter.is_empty())
            .then(|| rest.split_once(delimiter))
            .flatten()
            .map(|(head, _)| format!("{prefix}{head}{delimiter}"));
        if let Some(common) = &common {
            let is_known = matches!(entries.last(), Some(Entry::Prefix(last)) if last == common);
            if is_known || (!key_marker.is_empty() && key_marker.starts_with(common.as_str())) {
                continue;
            }
        }
        if entries.len() >= most {
            is_truncated = most > 0;
            break;
        }
        if let Some(common) = common {
            next = (common.clone(), String::new());
            entries.push(Entry::Prefix(common));
        } else {
            next = (upload.key.clone(), id.to_owned());
            entries.push(Entry::Upload(id, upload));
        }
    }
    Ok(Answer::document("ListMultipartUploadsResult", |xml| {
        xml.text("Bucket", bucket_name(call))
            .text("KeyMarker", shown(key_marker))
            .text("UploadIdMarker", id_marker);
        if is_truncated {
            xml.text("NextKeyMarker", shown(&next.0))
                .text("NextUploadIdMarker", &next.1);
        }
        xml.text("Prefix", shown(prefix));
        if !delimiter.is_empty() {
            xml.text("Delimiter", shown(delimiter));
        }
        if is_encoded {
            xml.text("EncodingType", "url");
        }
        xml.text("MaxUploads", most).text("IsTruncated", is_truncated);
        for entry in &entries {
            if let Entry::Upload(id, upload) = entry {
                xml.element("Upload", |xml| {
                    xml.text("Key", shown(&upload.key)).text("UploadId", id);
                    write_people(xml, upload, &owner);
                    xml.text("Initiated", instant(upload.started));
                    write_checksum(xml, upload);
                });
            }
        }
        for entry in &entries {
            if let Entry::Prefix(common) = entry {
                xml.element("CommonPrefixes", |xml| {
                    xml.text("Prefix", shown(common));
                });
            }
        }
    }))
}
