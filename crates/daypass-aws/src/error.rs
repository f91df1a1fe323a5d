//! What went wrong between us and AWS: the operation, the account, the principal, AWS's code, what to do next.

use std::error::Error as StdError;
use std::time::Duration;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use daypass_core::lease::Answer;
use iam_policy::{AccountId, Arn};
use thiserror::Error;

/// An error on the way to AWS or from it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AwsError {
    /// Nobody to be: the credential chain found nothing.
    #[error("no AWS credentials were found: {why}")]
    NoCredentials {
        /// What the chain said.
        why: String,
    },
    /// Somebody to be, but the way there is broken (a profile, a process, a file).
    #[error("the AWS credentials could not be loaded: {why}")]
    BrokenCredentials {
        /// What the chain said.
        why: String,
    },
    /// The operating system gives no random numbers.
    #[error("the operating system gives no random numbers: {why}")]
    NoEntropy {
        /// What it said.
        why: String,
    },
    /// No connection.
    #[error("{operation}: {endpoint} cannot be reached: {why}")]
    Unreachable {
        /// The API operation.
        operation: &'static str,
        /// Where it was sent to.
        endpoint: String,
        /// What the connection said.
        why: String,
    },
    /// A connection, but no answer.
    #[error("{operation}: no answer from {endpoint} within {} s", .after.as_secs())]
    TimedOut {
        /// The API operation.
        operation: &'static str,
        /// Where it was sent to.
        endpoint: String,
        /// How long it was waited for, all attempts together.
        after: Duration,
    },
    /// All the time that there is for an account is over; a call under way is not waited for.
    #[error("{operation}: given up, for the {} that an account may take are over", spelled(*.after))]
    OutOfTime {
        /// The API operation that was under way, or was to be next.
        operation: &'static str,
        /// How long an account may take.
        after: Duration,
    },
    /// AWS said no.
    #[error("{operation} was refused by AWS ({code}): {message}")]
    Refused {
        /// The API operation.
        operation: &'static str,
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
        /// The account, when it is known.
        account: Option<AccountId>,
        /// The principal that asked, when it is known.
        principal: Option<Arn>,
    },
    /// Somebody answered, but not as AWS does.
    #[error("{operation}: {endpoint} answered with HTTP {status} and no error of AWS's")]
    NotAws {
        /// The API operation.
        operation: &'static str,
        /// Where it was sent to.
        endpoint: String,
        /// The HTTP status.
        status: u16,
    },
    /// AWS has an internal error, or its answer is not what its documentation says.
    #[error("{operation}: AWS gave an answer that cannot be used: {what}")]
    Unusable {
        /// The API operation.
        operation: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// An assumed role is in another account than its ARN says. Nothing was written.
    #[error("the credentials of {role} belong to account {found}, not {expected}: nothing was changed")]
    WrongAccount {
        /// The role that was assumed.
        role: Arn,
        /// The account in the ARN.
        expected: AccountId,
        /// The account that GetCallerIdentity told.
        found: AccountId,
    },
}

impl AwsError {
    /// AWS's error code, when AWS answered with one.
    pub fn code(&self) -> Option<&str> {
        match self {
            AwsError::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether AWS refused it for want of permission.
    pub fn is_access_denied(&self) -> bool {
        matches!(
            self.code(),
            Some("AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation")
        )
    }

    /// What a person can do about it.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            AwsError::NoCredentials { .. } => {
                "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with your usual tool; \
                 or add --sandbox to try it without an account"
                    .to_owned()
            }
            AwsError::BrokenCredentials { .. } => {
                "check the profile in ~/.aws/config (AWS_PROFILE, --profile) and the program it names".to_owned()
            }
            AwsError::OutOfTime { .. } => {
                "run it again: it goes on with what is left; --deadline gives an account more time".to_owned()
            }
            AwsError::Unreachable { .. } | AwsError::TimedOut { .. } => {
                "check the network, a proxy, --region, and --endpoint-url (AWS_ENDPOINT_URL)".to_owned()
            }
            AwsError::NotAws { status, .. } if *status >= 500 => {
                "it may be overloaded, or a proxy in between: try again, then check --endpoint-url".to_owned()
            }
            AwsError::NotAws { .. } => {
                "is that an AWS endpoint? Check --endpoint-url (AWS_ENDPOINT_URL) and proxies".to_owned()
            }
            AwsError::Refused { operation, code, message, principal, .. } => {
                return help_for_refusal(operation, code, message, principal.as_ref());
            }
            AwsError::WrongAccount { .. } => "check the account in the role's ARN, and where the endpoint leads".to_owned(),
            AwsError::NoEntropy { .. } | AwsError::Unusable { .. } => return None,
        })
    }
}

/// A time as it is given: `15m`, `90s`.
fn spelled(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

fn help_for_refusal(operation: &str, code: &str, message: &str, principal: Option<&Arn>) -> Option<String> {
    let who = principal.map_or_else(|| "your principal".to_owned(), ToString::to_string);
    let help = match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            "the session has ended: sign in again".to_owned()
        }
        "InvalidClientTokenId" | "InvalidAccessKeyId" | "UnrecognizedClientException" => {
            "AWS does not know this access key: is it deleted, of another partition, or only seconds old?"
                .to_owned()
        }
        "SignatureDoesNotMatch" => {
            "the secret access key does not belong to the access key id, or this clock is wrong".to_owned()
        }
        "AccessDenied" if operation == "AssumeRole" => {
            format!(
                "does the role exist? Its trust policy must name {who}, and no policy of {who} may deny sts:AssumeRole; across accounts {who} needs an Allow for it as well"
            )
        }
        "ValidationError" if operation == "AssumeRole" && message.contains("MaxSessionDuration") => {
            "ask for less with --for, or raise the role's maximum session duration (MaxSessionDuration)"
                .to_owned()
        }
        "AccessDenied" => format!("{who} needs a policy that allows this, and none that denies it"),
        "LimitExceeded" => {
            "a quota of the account is used up: see \"IAM and AWS STS quotas\" in the IAM User Guide"
                .to_owned()
        }
        "NoSuchEntity" if operation == "CreateRole" || operation == "AttachRolePolicy" => {
            "check the ARN of the managed policy or boundary: it does not exist in this account".to_owned()
        }
        _ => return None,
    };
    Some(help)
}

/// A failed call: the error for people, and what the next step depends on.
#[derive(Debug)]
pub(crate) struct CallFailure {
    pub(crate) answer: Answer,
    pub(crate) error: AwsError,
}

/// Reads what the SDK tells of a failed call.
pub(crate) fn failure<E>(
    operation: &'static str,
    endpoint: &str,
    error: &SdkError<E, Response>,
) -> CallFailure
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let endpoint = endpoint.to_owned();
    match error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let Some(code) = service.err().code().map(str::to_owned) else {
                let answer = if status >= 500 {
                    Answer::Unknown
                } else {
                    Answer::Refused
                };
                let error = AwsError::NotAws {
                    operation,
                    endpoint,
                    status,
                };
                return CallFailure { answer, error };
            };
            let message = service.err().message().unwrap_or_default().to_owned();
            let answer = answer_to(operation, &code, &message, status);
            CallFailure {
                answer,
                error: AwsError::Refused {
                    operation,
                    code,
                    message,
                    account: None,
                    principal: None,
                },
            }
        }
        SdkError::TimeoutError(_) => timed_out(operation, endpoint),
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => timed_out(operation, endpoint),
        SdkError::DispatchFailure(dispatch) => {
            let why = dispatch
                .as_connector_error()
                .map_or_else(|| innermost(error), |inner| innermost(inner));
            CallFailure {
                answer: Answer::Unknown,
                error: AwsError::Unreachable {
                    operation,
                    endpoint,
                    why,
                },
            }
        }
        SdkError::ResponseError(_) => CallFailure {
            answer: Answer::Unknown,
            error: AwsError::Unusable {
                operation,
                what: innermost(error),
            },
        },
        // ConstructionFailure: nothing was sent. Mostly credentials that ended or could not be renewed.
        _ => CallFailure {
            answer: Answer::Refused,
            error: AwsError::BrokenCredentials {
                why: innermost(error),
            },
        },
    }
}

fn timed_out(operation: &'static str, endpoint: String) -> CallFailure {
    CallFailure {
        answer: Answer::Unknown,
        error: AwsError::TimedOut {
            operation,
            endpoint,
            after: Duration::ZERO,
        },
    }
}

/// What an error code means for the next step. Codes: "Common errors" of the IAM and STS API references, and each
/// operation's own list there.
fn answer_to(operation: &str, code: &str, message: &str, status: u16) -> Answer {
    match code {
        "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "SlowDown"
        | "TooManyRequestsException"
        | "ConcurrentModification"
        | "EntityTemporarilyUnmodifiable" => Answer::Busy,
        // The role itself is not missing here: the boundary is, or the policy ("Policy ... does not exist"), for good.
        "NoSuchEntity" if operation == "CreateRole" => Answer::Refused,
        "NoSuchEntity" if operation == "AttachRolePolicy" && message.starts_with("Policy ") => {
            Answer::Refused
        }
        "NoSuchEntity" => Answer::NotFound,
        "EntityAlreadyExists" => Answer::Exists,
        "DeleteConflict" => Answer::Conflict,
        // "Invalid principal in policy" is also said for a while after the principal was made.
        "MalformedPolicyDocument" if message.contains("Invalid principal") => Answer::NotYet,
        // An explicit deny will not go away by waiting; a missing allow does, when the trust policy has arrived.
        "AccessDenied" if operation == "AssumeRole" && !message.contains("explicit deny") => Answer::NotYet,
        // Only ever asked with credentials that are new.
        "InvalidClientTokenId" if operation == "GetCallerIdentity" => Answer::NotYet,
        _ if status >= 500 => Answer::Unknown,
        _ => Answer::Refused,
    }
}

pub(crate) fn innermost(error: &dyn StdError) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_to_the_right_next_step() {
        let of = |operation, code, message| answer_to(operation, code, message, 400);
        assert_eq!(of("CreateRole", "Throttling", "Rate exceeded"), Answer::Busy);
        assert_eq!(
            of(
                "CreateRole",
                "MalformedPolicyDocument",
                "Invalid principal in policy: \"AWS\":\"x\""
            ),
            Answer::NotYet
        );
        assert_eq!(
            of(
                "CreateRole",
                "MalformedPolicyDocument",
                "Syntax errors in policy."
            ),
            Answer::Refused
        );
        assert_eq!(
            of(
                "AssumeRole",
                "AccessDenied",
                "User: x is not authorized to perform: sts:AssumeRole"
            ),
            Answer::NotYet
        );
        assert_eq!(
            of(
                "AssumeRole",
                "AccessDenied",
                "... with an explicit deny in an identity-based policy"
            ),
            Answer::Refused
        );
        assert_eq!(of("PutRolePolicy", "AccessDenied", ""), Answer::Refused);
        let role = "The role with name x cannot be found.";
        let policy = "Policy arn:aws:iam::aws:policy/Nope does not exist or is not attachable.";
        assert_eq!(of("AttachRolePolicy", "NoSuchEntity", role), Answer::NotFound);
        assert_eq!(of("AttachRolePolicy", "NoSuchEntity", policy), Answer::Refused);
        assert_eq!(
            answer_to("DeleteRole", "ServiceFailure", "", 500),
            Answer::Unknown
        );
    }
}
