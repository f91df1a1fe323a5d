//! Objects.

use bytes::Bytes;
use md5::{Digest, Md5};

use super::{bucket, bucket_mut, checks, key};
use crate::authorization;
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::Object;

/// The object that the request names. Who may not list the bucket is not told whether a key exists
/// ("GetObject", Amazon S3 API Reference).
fn object(call: &Call<'_>) -> Result<Object, ApiError> {
    if let Some(object) = bucket(call)?.objects.get(key(call)) {
        return Ok(object.clone());
    }
    let check = checks::bucket_check(call, "s3:ListBucket".to_owned())?;
    authorization::decide(call, authorization::Checks::new(check)).1?;
    Err(ApiError::new(404, "NoSuchKey", "The specified key does not exist.").with_detail("Key", key(call)))
}

fn headers(object: &Object) -> Vec<(&'static str, String)> {
    vec![
        ("etag", object.etag.clone()),
        ("content-type", object.content_type.clone()),
        (
            "last-modified",
            object.modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ),
        ("accept-ranges", "bytes".to_owned()),
    ]
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let object = object(call)?;
    let mut headers = headers(&object);
    let metadata = object.metadata;
    let range = call
        .input
        .headers
        .get("range")
        .and_then(|value| value.to_str().ok());
    let (status, body) = match range.and_then(|range| range.strip_prefix("bytes=")) {
        None => (200, object.body),
        Some(range) => {
            let size = object.body.len();
            let (from, to) = span(range, size).ok_or_else(|| {
                ApiError::new(416, "InvalidRange", "The requested range is not satisfiable")
                    .with_detail("ActualObjectSize", &size.to_string())
            })?;
            headers.push(("content-range", format!("bytes {from}-{}/{size}", to - 1)));
            (206, object.body.slice(from..to))
        }
    };
    Ok(Answer::Rest {
        status,
        headers,
        metadata,
        body,
    })
}

/// `0-99`, `100-` or `-50` of `size` bytes, as a half-open span.
fn span(range: &str, size: usize) -> Option<(usize, usize)> {
    let (from, to) = range.split_once('-')?;
    let (from, to) = match (from.parse::<usize>(), to.parse::<usize>()) {
        (Ok(from), Ok(to)) => (from, to.saturating_add(1).min(size)),
        (Ok(from), Err(_)) if to.is_empty() => (from, size),
        (Err(_), Ok(last)) if from.is_empty() => (size.saturating_sub(last), size),
        _ => return None,
    };
    (from < to).then_some((from, to))
}

pub(super) fn head(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let object = object(call)?;
    let mut headers = headers(&object);
    headers.push(("content-length", object.body.len().to_string()));
    Ok(Answer::Rest {
        status: 200,
        headers,
        metadata: object.metadata,
        body: Bytes::new(),
    })
}

pub(super) fn put(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let key = key(call).to_owned();
    if key.len() > 1024 {
        return Err(ApiError::new(400, "KeyTooLongError", "Your key is too long"));
    }
    let header = |name: &str| call.input.headers.get(name).and_then(|value| value.to_str().ok());
    if header("if-none-match") == Some("*") && bucket(call)?.objects.contains_key(&key) {
        return Err(ApiError::new(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        )
        .with_detail("Condition", "If-None-Match"));
    }
    let metadata = call
        .input
        .headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("x-amz-meta-")?;
            Some((name.to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    let body = call.input.body.clone();
    let etag = format!("\"{}\"", hex::encode(Md5::digest(&body)));
    let object = Object {
        etag: etag.clone(),
        modified: call.now(),
        content_type: header("content-type").unwrap_or("binary/octet-stream").to_owned(),
        metadata,
        body,
    };
    bucket_mut(call)?.objects.insert(key, object);
    Ok(Answer::rest(200, vec![("etag", etag)], Bytes::new()))
}

/// Deleting what is not there is no error.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let key = key(call).to_owned();
    bucket_mut(call)?.objects.remove(&key);
    Ok(Answer::no_content())
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn ranges() {
        assert_eq!(span("0-3", 10), Some((0, 4)));
        assert_eq!(span("8-99", 10), Some((8, 10)));
        assert_eq!(span("4-", 10), Some((4, 10)));
        assert_eq!(span("-3", 10), Some((7, 10)));
        for bad in ["10-", "5-2", "-", "x-1", "", "-0"] {
            assert_eq!(span(bad, 10), None, "{bad}");
        }
    }
}
