//! S3's presigned URLs of Signature Version 2, which boto3 and the first AWS CLI still write unless they are told
//! otherwise. ("Signing and authenticating REST requests (AWS signature version 2)", Amazon S3 User Guide.)

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::request::Parts;
use jiff::Timestamp;
use sha1::Sha1;

use super::canonical::query_pairs;
use super::{Claim, Flaw, Ours, Place, Problem, Scope, same};

/// The parameters that are signed: subresources, and what overrides headers of the response.
const SIGNED_PARAMETERS: [&str; 24] = [
    "acl",
    "cors",
    "delete",
    "encryption",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "partNumber",
    "policy",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
];

/// Does the query carry a signature of this version, as S3 takes them? Other services had forms of their own, with
/// a `SignatureVersion`.
pub(super) fn is_in(query: &[(String, String)]) -> bool {
    let has = |wanted: &str| query.iter().any(|(name, _)| name == wanted);
    has("AWSAccessKeyId") && has("Signature") && has("Expires") && !has("SignatureVersion")
}

pub(super) fn read(query: &[(String, String)]) -> Result<Claim, Problem> {
    let value = |wanted: &str| {
        query
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
    };
    let expires = value("Expires").unwrap_or_default();
    let ends = expires
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(Problem::Malformed {
            in_query: true,
            flaw: Flaw::Date {
                given: expires.clone(),
            },
        })?;
    Ok(Claim {
        access_key: value("AWSAccessKeyId").unwrap_or_default(),
        scope: Scope {
            date: String::new(),
            // It is good wherever the bucket is.
            region: String::new(),
            service: "s3".to_owned(),
        },
        token: value("x-amz-security-token"),
        signed_headers: Vec::new(),
        signature: value("Signature").unwrap_or_default(),
        signed_at: ends,
        signed_at_text: expires,
        place: Place::OldQuery,
    })
}

/// Was the URL signed with this secret?
pub(super) fn verify(
    claim: &Claim,
    secret: &str,
    parts: &Parts,
    host_bucket: Option<&str>,
) -> Result<(), Problem> {
    let to_sign = to_sign(claim, parts, host_bucket);
    let ours = Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(to_sign.as_bytes()).finalize().into_bytes()))
        .unwrap_or_default();
    if same(&ours, &claim.signature) {
        return Ok(());
    }
    Err(Problem::Different(Box::new(Ours {
        access_key: claim.access_key.clone(),
        provided: claim.signature.clone(),
        to_sign,
        canonical: None,
    })))
}

fn to_sign(claim: &Claim, parts: &Parts, host_bucket: Option<&str>) -> String {
    let query = query_pairs(parts.uri.query().unwrap_or_default());
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
            .or_else(|| {
                query
                    .iter()
                    .find(|(n, _)| n == name)
                    .map(|(_, value)| value.clone())
            })
            .unwrap_or_default()
    };
    let mut amz: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let of_headers = parts.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
        (name.as_str().to_owned(), value)
    });
    for (name, value) in of_headers.chain(query.iter().cloned()) {
        if name.starts_with("x-amz-") {
            amz.entry(name).or_default().push(value);
        }
    }
    let amz = amz.iter().fold(String::new(), |text, (name, values)| {
        text + name + ":" + &values.join(",") + "\n"
    });
    let mut parameters: Vec<String> = query
        .iter()
        .filter(|(name, _)| SIGNED_PARAMETERS.contains(&name.as_str()))
        .map(|(name, value)| {
            if value.is_empty() {
                name.clone()
            } else {
                format!("{name}={value}")
            }
        })
        .collect();
    parameters.sort();
    let parameters = if parameters.is_empty() {
        String::new()
    } else {
        format!("?{}", parameters.join("&"))
    };
    let bucket = host_bucket.map(|name| format!("/{name}")).unwrap_or_default();
    format!(
        "{}\n{}\n{}\n{}\n{amz}{bucket}{}{parameters}",
        parts.method,
        header("content-md5"),
        header("content-type"),
        claim.signed_at_text,
        parts.uri.path(),
    )
}
