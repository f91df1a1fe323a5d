//! Names, paths and ARNs that requests give. How they may look is held against the model before (`constraints`).

use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

/// A required name. Its length and letters have been looked at, by the model.
pub(super) fn name(call: &Call<'_>, param: &str) -> Result<String, ApiError> {
    call.required(param).map(str::to_owned)
}

/// The path of a new entity; `/` where none is given.
pub(super) fn path(call: &Call<'_>, param: &str) -> String {
    call.param(param).unwrap_or("/").to_owned()
}

/// A path that filters a list; everything where none is given.
pub(super) fn path_prefix(call: &Call<'_>) -> String {
    call.param("PathPrefix").unwrap_or("/").to_owned()
}

/// The user that the request names, or else the one that signed it.
pub(super) fn named_or_self(call: &Call<'_>) -> Result<String, ApiError> {
    match (call.param("UserName"), &call.caller.kind) {
        (Some(name), _) => Ok(name.to_owned()),
        (None, CallerKind::User { name, .. }) => Ok(name.clone()),
        (None, _) => Err(ApiError::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

/// The ARN that the request gives; only its form is looked at.
pub(super) fn policy_arn<'c>(call: &'c Call<'_>) -> Result<&'c str, ApiError> {
    check_policy_arn(call.required("PolicyArn")?)
}

/// Is it of a managed policy's form?
pub(super) fn check_policy_arn(text: &str) -> Result<&str, ApiError> {
    let is_policy = text
        .parse::<iam_policy::Arn>()
        .is_ok_and(|arn| arn.is_iam("policy"));
    if is_policy {
        Ok(text)
    } else {
        Err(ApiError::invalid_input(format!("ARN {text} is not valid.")))
    }
}
