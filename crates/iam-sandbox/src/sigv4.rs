//! AWS Signature Version 4, the server's side, from AWS's description of it
//! ("AWS Signature Version 4 for API requests", IAM User Guide; "Authenticating requests", Amazon S3 API Reference).

mod canonical;
mod chunked;
#[cfg(test)]
mod examples;
mod keys;
mod read;
mod version_2;

use bytes::Bytes;
use hmac::{Hmac, Mac};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub(crate) use canonical::{decode, encode, query_pairs};
pub(crate) use keys::SigningKeys;
pub(crate) use read::read;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The credential scope: what the signing key is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// `YYYYMMDD`.
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Scope {
    fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

/// Where the signature was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the `Authorization` header.
    Header,
    /// In the query: a presigned URL, good for this long.
    Query { expires: SignedDuration },
    /// In the query of a URL presigned by Signature Version 2, which says when it ends, but not when it was made.
    OldQuery,
}

/// A signature as the request claims it; nothing is proven yet.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) access_key: String,
    pub(crate) scope: Scope,
    pub(crate) token: Option<String>,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
    /// Of Signature Version 2, when it ends.
    pub(crate) signed_at: Timestamp,
    /// `signed_at` as it was written, which is what was signed.
    pub(crate) signed_at_text: String,
    pub(crate) place: Place,
}

/// What is wrong with a signature. Each service says it in words of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("what authenticates the request is malformed")]
    Malformed { in_query: bool, flaw: Flaw },
    #[error("signed with Signature Version 2")]
    OldVersion,
    #[error("signature expired")]
    Expired {
        signed_at: String,
        earliest: String,
        now: String,
        minutes: i64,
        /// When a presigned request ended.
        ends: Option<String>,
    },
    #[error("signature not yet current")]
    NotYetCurrent {
        signed_at: String,
        latest: String,
        now: String,
        minutes: i64,
        is_presigned: bool,
    },
    #[error("the signature does not match")]
    Mismatch,
    #[error("the signature does not match")]
    Different(Box<Ours>),
    #[error("headers are not signed: {names}")]
    UnsignedHeaders { names: String },
    #[error("x-amz-content-sha256 is missing")]
    ContentHashMissing,
    #[error("x-amz-content-sha256 is not valid")]
    ContentHashInvalid,
    #[error("the body is not what x-amz-content-sha256 says")]
    ContentHashMismatch,
    #[error("the chunked body is not well formed")]
    ChunkedBody,
}

/// What is wrong with the header or the parameters that carry a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Algorithm {
        given: String,
    },
    MissingParts {
        missing: Vec<&'static str>,
        given: String,
    },
    MissingParameter {
        name: &'static str,
    },
    Credential {
        given: String,
    },
    Date {
        given: String,
    },
    ExpiresNoNumber,
    ExpiresNegative,
    ExpiresTooLate,
}

/// What we would have signed, for whoever looks for the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ours {
    pub(crate) access_key: String,
    pub(crate) provided: String,
    pub(crate) to_sign: String,
    /// Only Signature Version 4 has a canonical request.
    pub(crate) canonical: Option<String>,
}

impl Claim {
    /// Is the claim from about now? S3 allows 15 minutes either way, the others 5.
    pub(crate) fn check_time(&self, now: Timestamp) -> Result<(), Problem> {
        let text = |at: Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let is_presigned = matches!(self.place, Place::Query { .. } | Place::OldQuery);
        let minutes = if is_presigned || self.scope.service == "s3" {
            15
        } else {
            5
        };
        let tolerance = SignedDuration::from_mins(minutes);
        let before = match self.place {
            Place::Header => tolerance,
            Place::Query { expires } => expires,
            Place::OldQuery => SignedDuration::ZERO,
        };
        let earliest = now.checked_sub(before).unwrap_or(Timestamp::MIN);
        let latest = now.checked_add(tolerance).unwrap_or(Timestamp::MAX);
        let signed_at = self.signed_at_text.clone();
        if self.signed_at < earliest {
            let ends = self.signed_at.checked_add(before).unwrap_or(Timestamp::MAX);
            return Err(Problem::Expired {
                signed_at,
                earliest: text(earliest),
                now: text(now),
                minutes: before.as_mins(),
                ends: is_presigned.then(|| ends.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            });
        }
        if self.signed_at > latest && self.place != Place::OldQuery {
            return Err(Problem::NotYetCurrent {
                signed_at,
                latest: text(latest),
                now: text(now),
                minutes,
                is_presigned,
            });
        }
        Ok(())
    }

    /// Was the request signed with this secret? Gives the body as it was meant: without the chunk frames,
    /// where there are any. `host_bucket` is the bucket that the host names, if it does: the path is without it then.
    pub(crate) fn verify(
        &self,
        secret: &str,
        keys: &SigningKeys,
        parts: &Parts,
        body: &Bytes,
        host_bucket: Option<&str>,
    ) -> Result<Content, Problem> {
        if self.place == Place::OldQuery {
            version_2::verify(self, secret, parts, host_bucket)?;
            return Ok(Content::whole(body));
        }
        let content = self.content_hash(parts, body)?;
        let canonical = canonical::request(self, parts, &content.declared)?;
        let key = keys.of(&self.access_key, secret, &self.scope);
        let to_sign = format!(
            "{ALGORITHM}\n{}\n{}\n{}",
            self.signed_at_text,
            self.scope.text(),
            hex::encode(Sha256::digest(canonical.as_bytes()))
        );
        if !same(&hex::encode(mac(&key, to_sign.as_bytes())), &self.signature) {
            return Err(Problem::Different(Box::new(Ours {
                access_key: self.access_key.clone(),
                provided: self.signature.clone(),
                to_sign,
                canonical: Some(canonical),
            })));
        }
        self.check_coverage(parts)?;
        match content.framing {
            None => Ok(Content::whole(body)),
            Some(framing) => chunked::Frames {
                signature: framing.is_signed.then_some((self, &*key)),
                framing,
                parts,
            }
            .decode(body),
        }
    }

    /// "You must include the host header ... and any x-amz-* headers in the request" ("Create a signed AWS API
    /// request", IAM User Guide): one that is not signed could have been added on the way.
    fn check_coverage(&self, parts: &Parts) -> Result<(), Problem> {
        let is_s3 = self.scope.service == "s3";
        let names: Vec<&str> = parts
            .headers
            .keys()
            .map(http::HeaderName::as_str)
            .filter(|name| name.starts_with("x-amz-") && !self.signed_headers.iter().any(|s| s == name))
            // What it says is signed in any case, as the last line of the canonical request.
            .filter(|name| *name != "x-amz-content-sha256")
            // Outside of S3 some clients add the token after signing. It is compared with the session's.
            .filter(|name| is_s3 || *name != "x-amz-security-token")
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Problem::UnsignedHeaders {
            names: names.join(", "),
        })
    }

    fn content_hash(&self, parts: &Parts, body: &Bytes) -> Result<ContentHash, Problem> {
        let actual = || hex::encode(Sha256::digest(body));
        if self.scope.service != "s3" {
            return Ok(ContentHash {
                declared: actual(),
                framing: None,
            });
        }
        let declared = parts
            .headers
            .get("x-amz-content-sha256")
            .map(|v| v.to_str().map(str::to_owned));
        let declared = match (declared, self.place) {
            (Some(Ok(declared)), _) => declared,
            (Some(Err(_)), _) => return Err(Problem::ContentHashInvalid),
            (None, Place::Query { .. } | Place::OldQuery) => "UNSIGNED-PAYLOAD".to_owned(),
            (None, Place::Header) => return Err(Problem::ContentHashMissing),
        };
        let framing = match declared.as_str() {
            "UNSIGNED-PAYLOAD" => None,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Some(chunked::Framing {
                is_signed: true,
                has_trailer: false,
            }),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Some(chunked::Framing {
                is_signed: true,
                has_trailer: true,
            }),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Some(UNSIGNED_WITH_TRAILER),
            hash if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                if !hash.eq_ignore_ascii_case(&actual()) {
                    return Err(Problem::ContentHashMismatch);
                }
                None
            }
            _ => return Err(Problem::ContentHashInvalid),
        };
        Ok(ContentHash { declared, framing })
    }
}

/// A body as it was meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) body: Bytes,
    /// The headers that came behind it, in lower case.
    pub(crate) trailer: Vec<(String, String)>,
}

impl Content {
    fn whole(body: &Bytes) -> Content {
        Content {
            body: body.clone(),
            trailer: Vec::new(),
        }
    }

    /// The body of a request that nobody signed.
    pub(crate) fn unsigned(parts: &Parts, body: &Bytes) -> Result<Content, Problem> {
        let declared = parts
            .headers
            .get("x-amz-content-sha256")
            .and_then(|value| value.to_str().ok());
        match declared {
            Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER") => chunked::Frames {
                signature: None,
                framing: UNSIGNED_WITH_TRAILER,
                parts,
            }
            .decode(body),
            _ => Ok(Content::whole(body)),
        }
    }
}

const UNSIGNED_WITH_TRAILER: chunked::Framing = chunked::Framing {
    is_signed: false,
    has_trailer: true,
};

struct ContentHash {
    declared: String,
    framing: Option<chunked::Framing>,
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // A key of any length is allowed, so there is always a code.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|m| m.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn same(ours: &str, theirs: &str) -> bool {
    !ours.is_empty() && bool::from(ours.as_bytes().ct_eq(theirs.as_bytes()))
}
