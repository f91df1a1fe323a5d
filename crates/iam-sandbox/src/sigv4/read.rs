//! Finds the signature in a request: in the `Authorization` header or in the query.
//! ("Authenticating requests", Amazon S3 API Reference; "Create a signed AWS API request", IAM User Guide.)

use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::{SignedDuration, civil};

use super::canonical::query_pairs;
use super::{ALGORITHM, Claim, Flaw, Place, Problem, Scope, version_2};

/// The longest life of a presigned URL ("Authenticating requests: Using query parameters", S3 API Reference).
const PRESIGNED_MAX_SECONDS: i64 = 604_800;

/// The signature that the request claims to carry; none if it is not signed at all.
pub(crate) fn read(parts: &Parts) -> Result<Option<Claim>, Problem> {
    if let Some(value) = parts.headers.get(AUTHORIZATION) {
        if value.as_bytes().starts_with(b"AWS ") {
            return Err(Problem::OldVersion);
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        return from_header(parts, &text).map(Some);
    }
    let query = query_pairs(parts.uri.query().unwrap_or_default());
    if query
        .iter()
        .any(|(name, _)| name == "X-Amz-Signature" || name == "X-Amz-Algorithm")
    {
        return from_query(&query).map(Some);
    }
    if version_2::is_in(&query) {
        return version_2::read(&query).map(Some);
    }
    if query.iter().any(|(name, _)| name == "AWSAccessKeyId")
        && query.iter().any(|(name, _)| name == "Signature")
    {
        return Err(Problem::OldVersion);
    }
    Ok(None)
}

fn from_header(parts: &Parts, text: &str) -> Result<Claim, Problem> {
    let (algorithm, rest) = text.split_once(' ').unwrap_or((text, ""));
    let malformed = |flaw| Problem::Malformed {
        in_query: false,
        flaw,
    };
    if algorithm != ALGORITHM {
        let given = algorithm.to_owned();
        return Err(malformed(Flaw::Algorithm { given }));
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
    let missing = [
        (credential.is_none(), "Credential"),
        (signature.is_none(), "Signature"),
        (headers.is_none(), "SignedHeaders"),
        (date.is_none(), "Date"),
    ];
    let (Some(credential), Some(headers), Some(signature), Some(date)) =
        (credential, headers, signature, date)
    else {
        return Err(malformed(Flaw::MissingParts {
            missing: missing
                .into_iter()
                .filter_map(|(is_missing, part)| is_missing.then_some(part))
                .collect(),
            given: text.to_owned(),
        }));
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
    let malformed = |flaw| Problem::Malformed { in_query: true, flaw };
    let required = |name: &'static str| value(name).ok_or_else(|| malformed(Flaw::MissingParameter { name }));
    let algorithm = required("X-Amz-Algorithm")?;
    if algorithm != ALGORITHM {
        let given = algorithm.to_owned();
        return Err(malformed(Flaw::Algorithm { given }));
    }
    let credential = required("X-Amz-Credential")?;
    let is_s3 = credential.split('/').nth(3) == Some("s3");
    let expires = match value("X-Amz-Expires") {
        // Only S3 insists on it; elsewhere a presigned request lives as long as a signed one of S3.
        None if is_s3 => {
            let name = "X-Amz-Expires";
            return Err(malformed(Flaw::MissingParameter { name }));
        }
        None => 15 * 60,
        Some(text) => match text.parse::<i64>() {
            Err(_) => return Err(malformed(Flaw::ExpiresNoNumber)),
            Ok(..0) => return Err(malformed(Flaw::ExpiresNegative)),
            Ok(seconds) if seconds > PRESIGNED_MAX_SECONDS => return Err(malformed(Flaw::ExpiresTooLate)),
            Ok(seconds) => seconds,
        },
    };
    claim(
        credential,
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
    let in_query = place != Place::Header;
    let malformed = |flaw| Problem::Malformed { in_query, flaw };
    let parts: Vec<&str> = credential.split('/').collect();
    let [access_key, day, region, service, "aws4_request"] = parts.as_slice() else {
        let given = credential.to_owned();
        return Err(malformed(Flaw::Credential { given }));
    };
    let signed_at = civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date)
        .ok()
        .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map(|at| at.timestamp())
        .ok_or_else(|| {
            let given = date.to_owned();
            malformed(Flaw::Date { given })
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
