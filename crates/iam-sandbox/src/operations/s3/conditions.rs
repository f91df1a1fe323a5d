//! Conditional requests ("Conditional requests", Amazon S3 User Guide; RFC 9110, "Precedence of preconditions").

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::Object;

/// What the preconditions of a read come to.
#[derive(Debug)]
pub(super) enum Reading {
    /// The object is to be answered.
    Go,
    /// The caller has it already.
    NotModified(Answer),
}

/// The preconditions of GetObject and HeadObject.
pub(super) fn of_read(call: &Call<'_>, object: &Object) -> Result<Reading, ApiError> {
    let since = |name: &str| call.header(name).and_then(http_date);
    if let Some(tags) = call.header("if-match") {
        if !lists(tags, &object.etag) {
            return Err(failed("If-Match"));
        }
    } else if since("if-unmodified-since").is_some_and(|at| seconds(object.modified) > seconds(at)) {
        return Err(failed("If-Unmodified-Since"));
    }
    let is_known = match call.header("if-none-match") {
        Some(tags) => lists(tags, &object.etag),
        None => since("if-modified-since").is_some_and(|at| seconds(object.modified) <= seconds(at)),
    };
    if is_known {
        let headers = vec![
            ("etag", object.etag.clone()),
            ("last-modified", http_text(object.modified)),
        ];
        return Ok(Reading::NotModified(Answer::rest(
            304,
            headers,
            bytes::Bytes::new(),
        )));
    }
    Ok(Reading::Go)
}

/// The preconditions of a write over what is there now, if anything is.
pub(super) fn of_write(call: &Call<'_>, current: Option<&Object>) -> Result<(), ApiError> {
    match call.header("if-none-match") {
        None => {}
        Some("*") if current.is_none() => {}
        Some("*") => return Err(failed("If-None-Match")),
        Some(_) => return Err(unheard_of("If-None-Match")),
    }
    match (call.header("if-match"), current) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(super::no_such_key(super::key(call))),
        (Some(tags), Some(object)) if lists(tags, &object.etag) => Ok(()),
        (Some(_), Some(_)) => Err(failed("If-Match")),
    }
}

/// The preconditions of a copy, about its source ("CopyObject", Amazon S3 API Reference).
pub(super) fn of_source(call: &Call<'_>, source: &Object) -> Result<(), ApiError> {
    let header = |name: &str| call.header(&format!("x-amz-copy-source-if-{name}"));
    let since = |name: &str| header(name).and_then(http_date);
    let matches = match header("match") {
        Some(tags) => lists(tags, &source.etag),
        None => since("unmodified-since").is_none_or(|at| seconds(source.modified) <= seconds(at)),
    };
    let is_new = match header("none-match") {
        Some(tags) => !lists(tags, &source.etag),
        None => since("modified-since").is_none_or(|at| seconds(source.modified) > seconds(at)),
    };
    if matches && is_new {
        Ok(())
    } else {
        Err(failed(if matches {
            "x-amz-copy-source-if-none-match"
        } else {
            "x-amz-copy-source-if-match"
        }))
    }
}

fn failed(condition: &str) -> ApiError {
    ApiError::new(
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
    .with_detail("Condition", condition)
}

fn unheard_of(header: &str) -> ApiError {
    ApiError::new(
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
    )
    .with_detail("Header", header)
}

/// Whether a list of entity tags names this one. Some clients leave the quotes out.
fn lists(tags: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    tags.trim() == "*" || tags.split(',').any(|tag| bare(tag) == bare(etag))
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}

/// An instant as HTTP writes it: `Sun, 22 Nov 2026 12:00:00 GMT`.
pub(super) fn http_text(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn http_date(text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", text).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_tags_are_read() {
        let at: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(http_date(&http_text(at)), Some(at));
        assert_eq!(http_date("yesterday"), None);
        for tags in ["*", "\"a\"", "a", "\"b\", \"a\"", "W/\"a\""] {
            assert!(lists(tags, "\"a\""), "{tags}");
        }
        assert!(!lists("\"b\"", "\"a\""));
    }
}
