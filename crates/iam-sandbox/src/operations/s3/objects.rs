//! Reading objects: GetObject with ranges and conditions, and HeadObject.

use bytes::Bytes;

use super::conditions::{self, Reading, http_text};
use super::{bucket, checks, integrity, invalid_argument, key, no_such_key, put};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;
use crate::world::storage::Object;

/// The object that the request names.
pub(super) fn object(call: &Call<'_>) -> Result<Object, ApiError> {
    if let Some(object) = bucket(call)?.objects.get(key(call)) {
        return Ok(object.clone());
    }
    checks::may_list(call, None)?;
    Err(no_such_key(key(call)))
}

fn headers(call: &Call<'_>, object: &Object) -> Vec<(&'static str, String)> {
    let traits = &object.traits;
    let mut headers = vec![
        ("etag", object.etag.clone()),
        ("content-type", traits.content_type.clone()),
        ("last-modified", http_text(object.modified)),
        ("accept-ranges", "bytes".to_owned()),
    ];
    headers.extend(traits.headers.iter().cloned());
    headers.extend(put::encryption(traits));
    if traits.storage_class != "STANDARD" {
        headers.push(("x-amz-storage-class", traits.storage_class.clone()));
    }
    if !object.tags.is_empty() {
        headers.push(("x-amz-tagging-count", object.tags.len().to_string()));
    }
    for name in OVERRIDES {
        let Some(value) = call.input.target.query(&format!("response-{name}")) else {
            continue;
        };
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value.to_owned()));
    }
    headers
}

/// Headers that a signed GET may set for its answer ("GetObject", Amazon S3 API Reference).
const OVERRIDES: [&str; 6] = [
    "content-type",
    "content-language",
    "expires",
    "cache-control",
    "content-disposition",
    "content-encoding",
];

fn read(call: &Call<'_>, is_head: bool) -> Result<Answer, ApiError> {
    let is_anonymous = matches!(call.caller.kind, CallerKind::Anonymous);
    let target = &call.input.target;
    if is_anonymous && target.query.iter().any(|(name, _)| name.starts_with("response-")) {
        return Err(ApiError::new(
            400,
            "InvalidRequest",
            "Request specific response headers cannot be used for anonymous GET requests.",
        ));
    }
    let object = object(call)?;
    if let Reading::NotModified(answer) = conditions::of_read(call, &object)? {
        return Ok(answer);
    }
    let mut headers = headers(call, &object);
    let size = object.body.len();
    let span = match part(call, &object)? {
        Some(span) => {
            headers.push(("x-amz-mp-parts-count", object.parts.len().max(1).to_string()));
            Some(span)
        }
        None => match call.header("range").map(|text| span(text, size)) {
            None | Some(Range::Nonsense) => None,
            Some(Range::Span(from, to)) => Some((from, to)),
            Some(Range::Outside) => {
                return Err(
                    ApiError::new(416, "InvalidRange", "The requested range is not satisfiable")
                        .with_detail("RangeRequested", call.header("range").unwrap_or_default())
                        .with_detail("ActualObjectSize", &size.to_string()),
                );
            }
        },
    };
    let (status, body) = match span {
        None => {
            let wants_checksum = call
                .header("x-amz-checksum-mode")
                .is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"));
            if wants_checksum && let Some(checksum) = &object.checksum {
                headers.extend(integrity::headers(checksum));
            }
            (200, object.body)
        }
        Some((from, to)) => {
            if size > 0 {
                headers.push(("content-range", format!("bytes {from}-{}/{size}", to - 1)));
            }
            (206, object.body.slice(from..to))
        }
    };
    let body = if is_head {
        headers.push(("content-length", body.len().to_string()));
        Bytes::new()
    } else {
        body
    };
    Ok(Answer::Rest {
        status,
        headers,
        metadata: object.traits.metadata,
        body,
    })
}

/// The bytes of the part that `partNumber` asks for.
fn part(call: &Call<'_>, object: &Object) -> Result<Option<(usize, usize)>, ApiError> {
    let Some(text) = call.input.target.query("partNumber") else {
        return Ok(None);
    };
    let number = text
        .parse::<usize>()
        .ok()
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            invalid_argument(message, "partNumber", text)
        })?;
    // An object that came in one go is its own first part.
    let sizes = if object.parts.is_empty() {
        &[object.body.len()][..]
    } else {
        &object.parts
    };
    let from = sizes.iter().take(number - 1).sum();
    let size = sizes.get(number - 1).ok_or_else(|| {
        ApiError::new(
            416,
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
        )
    })?;
    Ok(Some((from, from + size)))
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// Half open.
    Span(usize, usize),
    /// Nothing of it is in the object.
    Outside,
    /// Not one range of bytes: the header is passed over.
    Nonsense,
}

/// `bytes=0-99`, `bytes=100-` or `bytes=-50` of `size` bytes (RFC 9110, "Range requests").
fn span(text: &str, size: usize) -> Range {
    let Some((from, to)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Range::Nonsense;
    };
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) if from <= to => (from, to.saturating_add(1).min(size)),
        (Ok(from), Err(_)) if to.is_empty() => (from, size),
        (Err(_), Ok(last)) if from.is_empty() => (size.saturating_sub(last), size),
        _ => return Range::Nonsense,
    };
    if from < to {
        Range::Span(from, to)
    } else {
        Range::Outside
    }
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    read(call, false)
}

pub(super) fn head(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    read(call, true)
}

#[cfg(test)]
mod tests {
    use super::{Range, span};

    #[test]
    fn ranges() {
        assert_eq!(span("bytes=0-3", 10), Range::Span(0, 4));
        assert_eq!(span("bytes=8-99", 10), Range::Span(8, 10));
        assert_eq!(span("bytes=4-", 10), Range::Span(4, 10));
        assert_eq!(span("bytes=-3", 10), Range::Span(7, 10));
        for outside in ["bytes=10-", "bytes=-0", "bytes=99-100"] {
            assert_eq!(span(outside, 10), Range::Outside, "{outside}");
        }
        for nonsense in [
            "bytes=5-2",
            "bytes=-",
            "bytes=x-1",
            "",
            "lines=0-1",
            "bytes=0-1,3-4",
        ] {
            assert_eq!(span(nonsense, 10), Range::Nonsense, "{nonsense}");
        }
    }
}
