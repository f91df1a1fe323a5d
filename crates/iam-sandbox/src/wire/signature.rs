//! What each service says of a signature that it does not take ("Troubleshoot Signature Version 4 signing for AWS API
//! requests", IAM User Guide; "Error responses", Amazon S3 API Reference).

use super::error::{ApiError, unvalidated};
use crate::sigv4::{Flaw, Problem};
use crate::wire::Service;

/// The error for a problem with the signature.
pub(crate) fn refusal(service: Service, problem: &Problem) -> ApiError {
    match service {
        Service::S3 => of_s3(problem),
        Service::Ec2 => match problem {
            Problem::Expired { .. } | Problem::NotYetCurrent { .. } => {
                ApiError::new(400, "RequestExpired", "Request has expired.")
            }
            _ => unvalidated(),
        },
        Service::Iam | Service::Sts => of_query(problem),
        Service::CloudTrail => of_json(problem),
    }
}

/// JSON services say the same under names of their own.
fn of_json(problem: &Problem) -> ApiError {
    let told = of_query(problem);
    match problem {
        Problem::Malformed { .. } | Problem::OldVersion => {
            ApiError::new(400, "IncompleteSignatureException", told.message)
        }
        _ => ApiError::new(400, "InvalidSignatureException", told.message),
    }
}

fn of_query(problem: &Problem) -> ApiError {
    let mismatch = |message: String| ApiError::new(403, "SignatureDoesNotMatch", message);
    match problem {
        Problem::Malformed { flaw, .. } => ApiError::new(400, "IncompleteSignature", incomplete(flaw)),
        Problem::OldVersion => ApiError::new(
            400,
            "IncompleteSignature",
            "Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        Problem::Expired {
            signed_at,
            earliest,
            now,
            minutes,
            ..
        } => mismatch(format!(
            "Signature expired: {signed_at} is now earlier than {earliest} ({now} - {minutes} min.)"
        )),
        Problem::NotYetCurrent {
            signed_at,
            latest,
            now,
            minutes,
            ..
        } => mismatch(format!(
            "Signature not yet current: {signed_at} is still later than {latest} ({now} + {minutes} min.)"
        )),
        _ => mismatch(
            "The request signature we calculated does not match the signature you provided. Check your AWS \
             Secret Access Key and signing method. Consult the service documentation for details."
                .to_owned(),
        ),
    }
}

fn incomplete(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Algorithm { given } => format!("Unsupported AWS 'algorithm': '{given}'."),
        Flaw::MissingParts { missing, given } => {
            let sentences: String = missing.iter().map(|part| part_of_header(part)).collect();
            format!("{sentences}Authorization={given}")
        }
        Flaw::MissingParameter { name } => format!("AWS query-string parameters must include '{name}'."),
        Flaw::Credential { given } => format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
             '{given}'"
        ),
        Flaw::Date { given } => format!(
            "Date must be in ISO-8601 'basic format'. Got '{given}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ),
        Flaw::ExpiresNoNumber | Flaw::ExpiresNegative | Flaw::ExpiresTooLate => {
            "X-Amz-Expires must be between 0 and 604800 seconds.".to_owned()
        }
    }
}

fn part_of_header(part: &str) -> String {
    if part == "Date" {
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ".to_owned()
    } else {
        format!("Authorization header requires '{part}' parameter. ")
    }
}

fn of_s3(problem: &Problem) -> ApiError {
    match problem {
        Problem::Malformed { in_query, flaw } => malformed(*in_query, flaw),
        Problem::OldVersion => ApiError::new(
            400,
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        Problem::Expired {
            ends: Some(ends),
            now,
            ..
        } => ApiError::access_denied("Request has expired")
            .with_detail("Expires", ends)
            .with_detail("ServerTime", now),
        Problem::NotYetCurrent {
            is_presigned: true,
            now,
            ..
        } => ApiError::access_denied("Request is not valid yet").with_detail("ServerTime", now),
        Problem::Expired { signed_at, now, .. } | Problem::NotYetCurrent { signed_at, now, .. } => {
            ApiError::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with_detail("RequestTime", signed_at)
            .with_detail("ServerTime", now)
            .with_detail("MaxAllowedSkewMilliseconds", "900000")
        }
        Problem::Mismatch => mismatch(),
        Problem::Different(ours) => {
            let error = mismatch()
                .with_detail("AWSAccessKeyId", &ours.access_key)
                .with_detail("StringToSign", &ours.to_sign)
                .with_detail("SignatureProvided", &ours.provided)
                .with_detail("StringToSignBytes", &bytes(&ours.to_sign));
            match &ours.canonical {
                None => error,
                Some(canonical) => error
                    .with_detail("CanonicalRequest", canonical)
                    .with_detail("CanonicalRequestBytes", &bytes(canonical)),
            }
        }
        Problem::UnsignedHeaders { names } => {
            ApiError::access_denied("There were headers present in the request which were not signed")
                .with_detail("HeadersNotSigned", names)
        }
        Problem::ContentHashMissing => ApiError::new(
            400,
            "InvalidRequest",
            "Missing required header for this request: x-amz-content-sha256",
        ),
        Problem::ContentHashInvalid => ApiError::new(
            400,
            "InvalidArgument",
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 \
             value.",
        ),
        Problem::ContentHashMismatch => ApiError::new(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        Problem::ChunkedBody => ApiError::new(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ),
    }
}

fn mismatch() -> ApiError {
    ApiError::new(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and \
         signing method.",
    )
}

/// As S3 shows texts in which white space matters: `41 57 53 34`.
fn bytes(text: &str) -> String {
    text.bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// "Authenticating Requests: Using the Authorization Header" and "Using Query Parameters", Amazon S3 API Reference.
fn malformed(in_query: bool, flaw: &Flaw) -> ApiError {
    const CREDENTIAL: &str =
        "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
    if !in_query {
        let message = match flaw {
            Flaw::MissingParts { missing, .. } if missing.contains(&"Date") => {
                return ApiError::access_denied(
                    "AWS authentication requires a valid Date or x-amz-date header",
                );
            }
            Flaw::Date { .. } => {
                return ApiError::access_denied(
                    "AWS authentication requires a valid Date or x-amz-date header",
                );
            }
            Flaw::Algorithm { .. } => {
                return ApiError::new(400, "InvalidArgument", "Unsupported Authorization Type");
            }
            Flaw::Credential { .. } => CREDENTIAL,
            _ => {
                "the authorization header requires three components: Credential, SignedHeaders, and Signature."
            }
        };
        let message = format!("The authorization header is malformed; {message}");
        return ApiError::new(400, "AuthorizationHeaderMalformed", message);
    }
    let message = match flaw {
        Flaw::Algorithm { .. } => "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"".to_owned(),
        Flaw::Credential { .. } => format!("Error parsing the X-Amz-Credential parameter; {CREDENTIAL}"),
        Flaw::Date { .. } => {
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"".to_owned()
        }
        Flaw::ExpiresNoNumber => "X-Amz-Expires should be a number".to_owned(),
        Flaw::ExpiresNegative => "X-Amz-Expires must be non-negative".to_owned(),
        Flaw::ExpiresTooLate => "X-Amz-Expires must be less than a week (in seconds); that is, the given \
                                 X-Amz-Expires must be less than 604800 seconds"
            .to_owned(),
        Flaw::MissingParts { .. } | Flaw::MissingParameter { .. } => {
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
                .to_owned()
        }
    };
    ApiError::new(400, "AuthorizationQueryParametersError", message)
}
