//! CopyObject, and the source that a copy names in its header.

use super::source::CopySource;
use super::tags;
use super::{bucket, bucket_mut, checks, conditions, integrity, invalid_argument, key, no_such_key, put};
use super::{bucket_name, buckets::instant};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::checksum::Algorithm;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::storage::{Checksum, Object};

/// The object, with its preconditions met.
pub(super) fn source_object(call: &Call<'_>, source: &CopySource) -> Result<Object, ApiError> {
    let Some(object) = source.bucket(call)?.objects.get(&source.key).cloned() else {
        checks::may_list(call, Some(source))?;
        return Err(no_such_key(&source.key));
    };
    conditions::of_source(call, &object)?;
    Ok(object)
}

/// `COPY` is the default of both directives.
fn replaces(call: &Call<'_>, header: &'static str) -> Result<bool, ApiError> {
    match call.header(header) {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("COPY") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("REPLACE") => Ok(true),
        Some(text) => {
            let what = header.trim_start_matches("x-amz-").replace('-', " ");
            Err(invalid_argument(format!("Unknown {what}."), header, text))
        }
    }
}

pub(super) fn copy(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    put::check_new(call)?;
    let source = CopySource::of(call)?;
    let from = source_object(call, &source)?;
    conditions::of_write(call, bucket(call)?.objects.get(key(call)))?;
    let replaces_traits = replaces(call, "x-amz-metadata-directive")?;
    let mut traits = put::traits(call)?;
    if !replaces_traits {
        // Storage class, encryption and redirection are the request's in any case.
        traits.content_type.clone_from(&from.traits.content_type);
        traits.metadata.clone_from(&from.traits.metadata);
        let redirects = traits
            .headers
            .into_iter()
            .filter(|(name, _)| *name == "x-amz-website-redirect-location");
        let kept = from.traits.headers.iter();
        traits.headers = kept
            .filter(|(name, _)| *name != "x-amz-website-redirect-location")
            .cloned()
            .chain(redirects)
            .collect();
    }
    let is_itself = source.bucket == bucket_name(call) && source.key == key(call);
    if is_itself && !replaces_traits && traits == from.traits {
        return Err(ApiError::new(
            400,
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
             metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let tags = if replaces(call, "x-amz-tagging-directive")? {
        tags::of_header(call)?
    } else {
        from.tags.clone()
    };
    let checksum = copied(call, &from)?;
    let mut object = Object::new(from.body, call.now(), traits);
    object.tags = tags;
    object.checksum = Some(checksum.clone());
    let answer = result("CopyObjectResult", &object.etag, call.now(), Some(&checksum));
    let encryption = put::encryption(&object.traits);
    let key = key(call).to_owned();
    bucket_mut(call)?.objects.insert(key, object);
    Ok(with_headers(answer, encryption))
}

/// A copy has the source's kind of checksum, of all its bytes, unless another is asked for.
fn copied(call: &Call<'_>, from: &Object) -> Result<Checksum, ApiError> {
    let of_source = || {
        from.checksum
            .as_ref()
            .and_then(|known| Algorithm::by_name(known.algorithm))
    };
    let algorithm = integrity::asked(call)?
        .or_else(of_source)
        .unwrap_or(crate::wire::checksum::CRC64NVME);
    Ok(integrity::whole(algorithm, algorithm.of(&from.body)))
}

/// What both kinds of copy answer.
pub(super) fn result(name: &str, etag: &str, at: jiff::Timestamp, checksum: Option<&Checksum>) -> Answer {
    Answer::document(name, |xml| {
        xml.text("LastModified", instant(at)).text("ETag", etag);
        if let Some(checksum) = checksum {
            write_checksum(xml, checksum);
        }
    })
}

/// A checksum as an element.
pub(super) fn write_checksum(xml: &mut Xml, checksum: &Checksum) {
    if let Some(algorithm) = Algorithm::by_name(checksum.algorithm) {
        xml.text(algorithm.element, &checksum.value)
            .text("ChecksumType", integrity::kind(checksum));
    }
}

/// The same answer with more headers.
pub(super) fn with_headers(mut answer: Answer, more: Vec<(&'static str, String)>) -> Answer {
    if let Answer::Rest { headers, .. } = &mut answer {
        headers.extend(more);
    }
    answer
}
