//! Finds the signature in a request: in the `Authorization` header or in the query.
//! The messages are those of AWS ("Common errors", IAM API Reference).

use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::{SignedDuration, civil};

use super::canonical::query_pairs;
use super::{ALGORITHM, Claim, Place, Problem, Scope};

/// The longest life of a presigned URL ("Authenticating requests: Using query parameters", S3 API Reference).
const PRESIGNED_MAX_SECONDS: i64 = 604_800;

/// The signature that the request claims to carry; none if it is not signed at all.
pub(crate) fn read(parts: &Parts) -> Result<Option<Claim>, Problem> {
    if let Some(value) = parts.headers.get(AUTHORIZATION) {
        if value.as_bytes().starts_with(b"AWS ") {
            return Err(Problem::OldVersion);
        }
        let text = value
            .to_str()
            .map_err(|_| incomplete("Authorization header is not text."))?;
        return from_header(parts, text).map(Some);
    }
    let query = query_pairs(parts.uri.query().unwrap_or_default());
    if query
        .iter()
        .any(|(name, _)| name == "X-Amz-Signature" || name == "X-Amz-Algorithm")
    {
        return from_query(&query).map(Some);
    }
    if query.iter().any(|(name, _)| name == "AWSAccessKeyId")
        && query.iter().any(|(name, _)| name == "Signature")
    {
        return Err(Problem::OldVersion);
    }
    Ok(None)
}

fn incomplete(message: impl Into<String>) -> Problem {
    Problem::Incomplete {
        message: message.into(),
    }
}

fn from_header(parts: &Parts, text: &str) -> Result<Claim, Problem> {
    let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
    if algorithm != ALGORITHM {
        return Err(incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
    }
    let (mut credential, mut headers, mut signature) = (None, None, None);
    for field in rest.split(',') {
        match field.trim().split_once('=') {
            Some(("Credential", value)) => credential = Some(value),
            Some(("SignedHeaders", value)) => headers = Some(value),
            Some(("Signature", value)) => signature = Some(value),
            _ => {}
        }
    }
    let date = parts
        .headers
        .get("x-amz-date")
        .or_else(|| parts.headers.get("date"))
        .and_then(|value| value.to_str().ok());
    let missing: String = [
        (
            credential.is_none(),
            "Authorization header requires 'Credential' parameter. ",
        ),
        (
            signature.is_none(),
            "Authorization header requires 'Signature' parameter. ",
        ),
        (
            headers.is_none(),
            "Authorization header requires 'SignedHeaders' parameter. ",
        ),
        (
            date.is_none(),
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        ),
    ]
    .into_iter()
    .filter_map(|(is_missing, sentence)| is_missing.then_some(sentence))
    .collect();
    let (Some(credential), Some(headers), Some(signature), Some(date)) =
        (credential, headers, signature, date)
    else {
        return Err(incomplete(format!("{missing}Authorization={text}")));
    };
    let token = parts
        .headers
        .get("x-amz-security-token")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    claim(credential, headers, signature, date, token, Place::Header)
}

fn from_query(query: &[(String, String)]) -> Result<Claim, Problem> {
    let value = |wanted: &str| {
        query
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let required = |wanted: &str| {
        value(wanted)
            .ok_or_else(|| incomplete(format!("AWS query-string parameters must include '{wanted}'.")))
    };
    let algorithm = required("X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        return Err(incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
    }
    // Only S3 insists on X-Amz-Expires; elsewhere a presigned request lives as long as a signed one.
    let expires = match value("X-Amz-Expires") {
        None => 15 * 60,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|seconds| (0..=PRESIGNED_MAX_SECONDS).contains(seconds))
            .ok_or_else(|| incomplete("X-Amz-Expires must be between 0 and 604800 seconds."))?,
    };
    claim(
        required("X-Amz-Credential")?,
        required("X-Amz-SignedHeaders")?,
        required("X-Amz-Signature")?,
        required("X-Amz-Date")?,
        value("X-Amz-Security-Token").map(str::to_owned),
        Place::Query {
            expires: SignedDuration::from_secs(expires),
        },
    )
}

fn claim(
    credential: &str,
    headers: &str,
    signature: &str,
    date: &str,
    token: Option<String>,
    place: Place,
) -> Result<Claim, Problem> {
    let parts: Vec<&str> = credential.split('/').collect();
    let [access_key, day, region, service, "aws4_request"] = parts.as_slice() else {
        return Err(incomplete(format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. \
             keyid/date/region/service/term, got '{credential}'"
        )));
    };
    let signed_at = civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .ok()
        .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map(|at| at.timestamp())
        .ok_or_else(|| {
            incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"))
        })?;
    if date.get(..8) != Some(*day) {
        return Err(Problem::Mismatch);
    }
    let signed_headers: Vec<String> = headers.split(';').map(str::to_ascii_lowercase).collect();
    if !signed_headers.iter().any(|name| name == "host") {
        return Err(Problem::Mismatch);
    }
    Ok(Claim {
        access_key: (*access_key).to_owned(),
        scope: Scope {
            date: (*day).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
        },
        token,
        signed_headers,
        signature: signature.to_owned(),
        signed_at,
        signed_at_text: date.to_owned(),
        place,
    })
}
