//! The canonical request: the one text that both sides build from a request.
//! ("Create a signed AWS API request: Create a canonical request", IAM User Guide.)

use std::borrow::Cow;
use std::fmt::Write as _;

use http::header::HOST;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Claim, Place, Problem};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const RESERVED_BUT_SLASH: &AsciiSet = &RESERVED.remove(b'/');

/// Percent-encodes all but the unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Percent-decodes; what is not UTF-8 afterwards is replaced by U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// As [`decode`], in a form, where a plus is a space.
fn decode_form(text: &str) -> String {
    if text.bytes().any(|byte| matches!(byte, b'+' | b'%')) {
        decode(&text.replace('+', " "))
    } else {
        text.to_owned()
    }
}

/// The names and values of a query or form, decoded, in their order. A plus is a space.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

pub(super) fn request(claim: &Claim, parts: &Parts, content_hash: &str) -> Result<String, Problem> {
    let mut text = String::with_capacity(512);
    text.push_str(parts.method.as_str());
    text.push('\n');
    text.push_str(&path(claim, parts.uri.path()));
    text.push('\n');
    text.push_str(&query(claim, parts.uri.query().unwrap_or_default()));
    text.push('\n');
    for name in &claim.signed_headers {
        let value = header(parts, name).ok_or(Problem::Mismatch)?;
        let _ = writeln!(text, "{name}:{value}");
    }
    text.push('\n');
    text.push_str(&claim.signed_headers.join(";"));
    text.push('\n');
    text.push_str(content_hash);
    Ok(text)
}

/// S3 encodes the path once and leaves its dots and slashes alone; the others resolve those and encode twice.
fn path(claim: &Claim, raw: &str) -> String {
    if claim.scope.service == "s3" {
        return utf8_percent_encode(&decode(raw), RESERVED_BUT_SLASH).to_string();
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let mut normal = format!("/{}", kept.join("/"));
    if raw.ends_with('/') && normal.len() > 1 {
        normal.push('/');
    }
    utf8_percent_encode(&normal, RESERVED_BUT_SLASH).to_string()
}

fn query(claim: &Claim, raw: &str) -> String {
    let mut pairs: Vec<(String, String)> = query_pairs(raw)
        .into_iter()
        .filter(|(name, _)| claim.place == Place::Header || name != "X-Amz-Signature")
        .map(|(name, value)| (encode(&name), encode(&value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// All values of a header, trimmed, runs of spaces made one, joined by commas.
fn header<'p>(parts: &'p Parts, name: &str) -> Option<Cow<'p, str>> {
    let mut values = parts.headers.get_all(name).iter();
    // Nearly every header has one value, with nothing in it to take away.
    if let (Some(value), None) = (values.next(), values.next())
        && let Ok(text) = value.to_str()
        && !text.contains("  ")
        && !text.contains('\t')
        && text.trim() == text
    {
        return Some(Cow::Borrowed(text));
    }
    let values: Vec<String> = parts
        .headers
        .get_all(name)
        .iter()
        .map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            text.split(' ')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    if !values.is_empty() {
        return Some(Cow::Owned(values.join(",")));
    }
    // A client in the same process has no connection, hence no Host header: its URI says the host.
    if name == HOST.as_str() {
        parts.uri.authority().map(|a| Cow::Borrowed(a.as_str()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded() {
        assert_eq!(
            query_pairs("prefix=a%2Fb+c&list-type=2&versions&&x=%zz"),
            [
                ("prefix", "a/b c"),
                ("list-type", "2"),
                ("versions", ""),
                ("x", "%zz")
            ]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
        );
        assert_eq!(encode("a b/ü~"), "a%20b%2F%C3%BC~");
    }
}
