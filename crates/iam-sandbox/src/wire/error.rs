//! An error as AWS answers it: HTTP status, code and message.

use crate::wire::Service;

/// What a caller is told when a request fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// S3 names the bucket or key beside the message.
    pub(crate) details: Vec<(&'static str, String)>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: Vec::new(),
        }
    }

    pub(crate) fn with_detail(mut self, name: &'static str, value: &str) -> ApiError {
        self.details.push((name, value.to_owned()));
        self
    }

    pub(crate) fn validation(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "ValidationError", message)
    }

    /// AWS's form for one broken constraint.
    pub(crate) fn constraint(value: &str, at: &str, constraint: &str) -> ApiError {
        ApiError::validation(format!(
            "1 validation error detected: Value '{value}' at '{at}' failed to satisfy constraint: {constraint}"
        ))
    }

    /// A parameter that must be there.
    pub(crate) fn missing(name: &str) -> ApiError {
        let at = camel(name);
        ApiError::validation(format!(
            "1 validation error detected: Value null at '{at}' failed to satisfy constraint: Member must not be null"
        ))
    }

    pub(crate) fn no_such_entity(message: impl Into<String>) -> ApiError {
        ApiError::new(404, "NoSuchEntity", message)
    }

    pub(crate) fn already_exists(message: impl Into<String>) -> ApiError {
        ApiError::new(409, "EntityAlreadyExists", message)
    }

    pub(crate) fn delete_conflict(message: impl Into<String>) -> ApiError {
        ApiError::new(409, "DeleteConflict", message)
    }

    pub(crate) fn limit_exceeded(message: impl Into<String>) -> ApiError {
        ApiError::new(409, "LimitExceeded", message)
    }

    pub(crate) fn malformed_policy(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "MalformedPolicyDocument", message)
    }

    pub(crate) fn invalid_input(message: impl Into<String>) -> ApiError {
        ApiError::new(400, "InvalidInput", message)
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> ApiError {
        ApiError::new(403, "AccessDenied", message)
    }

    pub(crate) fn throttled(service: Service) -> ApiError {
        match service {
            Service::S3 => ApiError::new(503, "SlowDown", "Please reduce your request rate."),
            Service::Ec2 => ApiError::new(503, "RequestLimitExceeded", "Request limit exceeded."),
            Service::Iam | Service::Sts => ApiError::new(400, "Throttling", "Rate exceeded"),
            Service::CloudTrail => ApiError::new(400, "ThrottlingException", "Rate exceeded"),
        }
    }

    /// No access key, or none that is known and active.
    pub(crate) fn unknown_key(service: Service, access_key: &str) -> ApiError {
        match service {
            Service::S3 => ApiError::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with_detail("AWSAccessKeyId", access_key),
            Service::Ec2 => unvalidated(),
            Service::Iam | Service::Sts => invalid_token(),
            Service::CloudTrail => unrecognized_client(),
        }
    }

    /// Temporary credentials whose session token is missing or is another's.
    pub(crate) fn wrong_token(service: Service, access_key: &str, token: Option<&str>) -> ApiError {
        match (service, token) {
            (Service::S3, None) => ApiError::unknown_key(service, access_key),
            (Service::S3, Some(token)) => ApiError::new(
                400,
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
            )
            .with_detail("Token-0", token),
            (Service::Ec2, _) => unvalidated(),
            (Service::Iam | Service::Sts, _) => invalid_token(),
            (Service::CloudTrail, _) => unrecognized_client(),
        }
    }

    pub(crate) fn expired_token(service: Service) -> ApiError {
        match service {
            Service::S3 => ApiError::new(400, "ExpiredToken", "The provided token has expired."),
            Service::Ec2 => ApiError::new(400, "RequestExpired", "Request has expired."),
            Service::Iam | Service::Sts => ApiError::new(
                403,
                "ExpiredToken",
                "The security token included in the request is expired",
            ),
            Service::CloudTrail => ApiError::new(
                400,
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
        }
    }

    pub(crate) fn unsigned(service: Service) -> ApiError {
        match service {
            Service::S3 => ApiError::access_denied("Access Denied"),
            Service::Ec2 => ApiError::new(
                400,
                "MissingParameter",
                "The request must contain the parameter AWSAccessKeyId",
            ),
            Service::Iam | Service::Sts => ApiError::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ),
            Service::CloudTrail => ApiError::new(
                400,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ),
        }
    }
}

/// `RoleName` is `roleName` in AWS's messages.
pub(crate) fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn invalid_token() -> ApiError {
    ApiError::new(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )
}

/// What JSON services call a key or token that they do not know.
fn unrecognized_client() -> ApiError {
    ApiError::new(
        400,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
}

/// EC2's one answer to credentials that are wrong in whatever way.
pub(super) fn unvalidated() -> ApiError {
    ApiError::new(
        401,
        "AuthFailure",
        "AWS was not able to validate the provided access credentials",
    )
}
