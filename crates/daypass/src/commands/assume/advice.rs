//! What AWS's refusals mean to somebody who wants to be a role, and what to do about them.

use super::plan::{Hop, Plan};
use crate::failure::Failure;
use daypass_aws::AwsError;

fn message(error: &AwsError) -> &str {
    match error {
        AwsError::Refused { message, .. } => message,
        _ => "",
    }
}

/// Whether AWS does not take a code, as it says it of wrong, old and used ones alike.
pub(super) fn is_wrong_code(error: &AwsError) -> bool {
    message(error).contains("invalid MFA one time pass code")
}

/// Whether a role's session cannot begin so long a one ("Role chaining", IAM User Guide).
pub(super) fn is_too_long_for_a_chain(error: &AwsError) -> bool {
    error.code() == Some("ValidationError") && message(error).contains("role chaining")
}

/// Why a role could not be assumed.
pub(super) fn of(error: AwsError, hop: &Hop, plan: &Plan) -> Failure {
    let assuming = matches!(
        error,
        AwsError::Refused {
            operation: "AssumeRole",
            ..
        }
    );
    let is_denied = assuming && error.is_access_denied();
    let is_too_large = assuming && error.code() == Some("PackedPolicyTooLarge");
    let mut failure = Failure::from(error);
    failure = failure.why(format!("role: {}", hop.role));
    if is_denied && plan.mfa.is_none() {
        failure = failure.help("if its trust policy asks for MFA: add --mfa");
    }
    if is_denied && hop.external_id.is_none() {
        failure = failure.help("if its trust policy asks for an external id: add --external-id ID");
    }
    if is_too_large {
        failure = failure.help("AWS measures session policy and tags together: make them smaller");
    }
    failure
}

/// Why there is nobody to begin as.
pub(super) fn of_base(error: AwsError, plan: &Plan) -> Failure {
    let failure = Failure::from(error);
    match plan.single_sign_on() {
        Some(profile) => failure.help(format!(
            "the profile signs in by SSO: `aws sso login --profile {profile}`, then again"
        )),
        None => failure,
    }
}

/// Why there is no session with MFA.
pub(super) fn of_mfa(error: AwsError, device: &str) -> Failure {
    let wrong = is_wrong_code(&error);
    let unknown = message(&error).contains("verify your MFA serial number");
    let failure = Failure::from(error).why(format!("MFA device: {device}"));
    if wrong {
        failure.help(
            "the code is wrong, too old, or was used before (each is good once): wait for the next one, and if it \
             is refused as well, compare the device's clock with the time",
        )
    } else if unknown {
        failure.help(
            "this device is not yours: name yours with --mfa-serial, or let it be found with --mfa alone",
        )
    } else {
        failure
    }
}

/// MFA is proven by a user, and these credentials are a session already.
pub(super) fn mfa_of_a_session() -> Failure {
    Failure::bad_input("MFA is wanted, and the credentials to begin from are not a user's access key").help(
        "only a user's own access key can prove MFA (GetSessionToken): begin from one, with --profile or \
         source_profile; sessions and single sign-on prove it, if at all, where they are made",
    )
}
