//! ListObjects in both versions: prefix, delimiter, pages.

use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::buckets::{canonical_id, instant};
use super::{bucket, bucket_name, integrity, invalid_argument};
use crate::operations::call::Call;
use crate::sigv4::encode;
use crate::wire::answer::Answer;
use crate::wire::checksum::Algorithm;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::storage::{Bucket, Object};

struct Listing<'b> {
    contents: Vec<(&'b str, &'b Object)>,
    prefixes: Vec<String>,
    /// The last key or common prefix of this page, where there is more.
    last: Option<String>,
}

/// Keys after `after` in their order; those that share what stands before the next delimiter are one entry.
fn collect<'b>(bucket: &'b Bucket, prefix: &str, delimiter: &str, after: &str, most: usize) -> Listing<'b> {
    let mut listing = Listing {
        contents: Vec::new(),
        prefixes: Vec::new(),
        last: None,
    };
    if most == 0 {
        return listing;
    }
    let from = if after >= prefix {
        Bound::Excluded(after)
    } else {
        Bound::Included(prefix)
    };
    let mut last = String::new();
    for (key, object) in bucket.objects.range::<str, _>((from, Bound::Unbounded)) {
        let Some(rest) = key.strip_prefix(prefix) else {
            break;
        };
        let common = if delimiter.is_empty() {
            None
        } else {
            rest.split_once(delimiter)
                .map(|(head, _)| format!("{prefix}{head}{delimiter}"))
        };
        if let Some(common) = &common {
            // A page that began behind a common prefix is behind all keys that it stands for.
            if listing.prefixes.last() == Some(common)
                || (!after.is_empty() && after.starts_with(common.as_str()))
            {
                continue;
            }
        }
        if listing.contents.len() + listing.prefixes.len() >= most {
            listing.last = Some(last);
            return listing;
        }
        if let Some(common) = common {
            last.clone_from(&common);
            listing.prefixes.push(common);
        } else {
            last.clone_from(key);
            listing.contents.push((key, object));
        }
    }
    listing
}

struct Ask<'c> {
    prefix: &'c str,
    delimiter: &'c str,
    most: usize,
    is_encoded: bool,
}

impl Ask<'_> {
    fn text(&self, text: &str) -> String {
        // A slash stays a slash in S3's answers.
        if self.is_encoded {
            encode(text).replace("%2F", "/")
        } else {
            text.to_owned()
        }
    }
}

fn ask<'c>(call: &'c Call<'_>) -> Result<Ask<'c>, ApiError> {
    let query = |name| call.input.target.query(name);
    let most = match query("max-keys") {
        None => 1000,
        Some(text) => text
            .parse::<u32>()
            .ok()
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| {
                let message = if text.parse::<i64>().is_ok() {
                    "Argument maxKeys must be an integer between 0 and 2147483647"
                } else {
                    "Provided max-keys not an integer or within integer range"
                };
                invalid_argument(message, "max-keys", text)
            })?,
    };
    let is_encoded = match query("encoding-type") {
        None => false,
        Some("url") => true,
        Some(other) => {
            let message = "Invalid Encoding Method specified in Request";
            return Err(invalid_argument(message, "encoding-type", other));
        }
    };
    Ok(Ask {
        prefix: query("prefix").unwrap_or_default(),
        delimiter: query("delimiter").unwrap_or_default(),
        most: most.min(1000),
        is_encoded,
    })
}

fn write_common(xml: &mut Xml, call: &Call<'_>, ask: &Ask<'_>, listing: &Listing<'_>, owner: Option<&str>) {
    xml.text("Name", bucket_name(call))
        .text("Prefix", ask.text(ask.prefix))
        .text("MaxKeys", ask.most);
    if !ask.delimiter.is_empty() {
        xml.text("Delimiter", ask.text(ask.delimiter));
    }
    if ask.is_encoded {
        xml.text("EncodingType", "url");
    }
    xml.text("IsTruncated", listing.last.is_some());
    for (key, object) in &listing.contents {
        xml.element("Contents", |xml| {
            xml.text("Key", ask.text(key))
                .text("LastModified", instant(object.modified))
                .text("ETag", &object.etag)
                .text("Size", object.body.len())
                .text("StorageClass", &object.traits.storage_class);
            if let Some(checksum) = &object.checksum {
                let algorithm = Algorithm::by_name(checksum.algorithm);
                xml.optional(
                    "ChecksumAlgorithm",
                    algorithm.map(|algorithm| algorithm.parameter),
                )
                .text("ChecksumType", integrity::kind(checksum));
            }
            if let Some(owner) = owner {
                xml.element("Owner", |xml| {
                    xml.text("ID", owner);
                });
            }
        });
    }
    for prefix in &listing.prefixes {
        xml.element("CommonPrefixes", |xml| {
            xml.text("Prefix", ask.text(prefix));
        });
    }
}

pub(super) fn first_version(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let ask = ask(call)?;
    let marker = call.input.target.query("marker").unwrap_or_default();
    let listing = collect(bucket(call)?, ask.prefix, ask.delimiter, marker, ask.most);
    let owner = canonical_id(bucket(call)?.account.as_str());
    Ok(Answer::document("ListBucketResult", |xml| {
        xml.text("Marker", ask.text(marker));
        write_common(xml, call, &ask, &listing, Some(&owner));
        // Without a delimiter the client takes the last key ("ListObjects", Amazon S3 API Reference).
        if let Some(last) = listing.last.as_ref().filter(|_| !ask.delimiter.is_empty()) {
            xml.text("NextMarker", ask.text(last));
        }
    }))
}

pub(super) fn second_version(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let ask = ask(call)?;
    let start_after = call.input.target.query("start-after");
    let token = call.input.target.query("continuation-token");
    let after = match token {
        None => start_after.unwrap_or_default().to_owned(),
        Some(token) => BASE64
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| {
                let message = "The continuation token provided is incorrect";
                invalid_argument(message, "continuation-token", token)
            })?,
    };
    let listing = collect(bucket(call)?, ask.prefix, ask.delimiter, &after, ask.most);
    let wants_owner = call.input.target.query("fetch-owner") == Some("true");
    let owner = canonical_id(bucket(call)?.account.as_str());
    Ok(Answer::document("ListBucketResult", |xml| {
        write_common(
            xml,
            call,
            &ask,
            &listing,
            Some(owner.as_str()).filter(|_| wants_owner),
        );
        xml.text("KeyCount", listing.contents.len() + listing.prefixes.len())
            .optional("StartAfter", start_after.map(|text| ask.text(text)))
            .optional("ContinuationToken", token)
            .optional(
                "NextContinuationToken",
                listing.last.as_ref().map(|last| BASE64.encode(last)),
            );
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_common_prefixes() {
        let object = || Object::of_type(bytes::Bytes::new(), jiff::Timestamp::UNIX_EPOCH, "");
        let keys = ["2025/a", "2026/a", "2026/b", "readme", "zebra"];
        let mut bucket = Bucket::new(
            "111122223333".parse().unwrap(),
            "us-east-1",
            jiff::Timestamp::UNIX_EPOCH,
        );
        bucket.objects = keys.iter().map(|key| ((*key).to_owned(), object())).collect();
        let names = |listing: &Listing<'_>| {
            listing
                .contents
                .iter()
                .map(|(key, _)| (*key).to_owned())
                .collect::<Vec<_>>()
        };
        let all = collect(&bucket, "", "", "", 1000);
        assert_eq!(names(&all), keys);
        assert_eq!(all.last, None);
        let folders = collect(&bucket, "", "/", "", 3);
        assert_eq!(
            (names(&folders), folders.prefixes),
            (vec!["readme".to_owned()], vec!["2025/".into(), "2026/".into()])
        );
        let more = collect(&bucket, "", "/", folders.last.as_deref().unwrap(), 3);
        assert_eq!(names(&more), ["zebra"]);
        let behind_folder = collect(&bucket, "", "/", "2026/", 3);
        assert_eq!(
            (names(&behind_folder).len(), behind_folder.prefixes.len()),
            (2, 0)
        );
        assert_eq!(
            names(&collect(&bucket, "2026/", "/", "", 9)),
            ["2026/a", "2026/b"]
        );
        assert_eq!(names(&collect(&bucket, "", "", "2026/a", 1)), ["2026/b"]);
    }
}
