//! Names and paths as IAM allows them ("IAM and AWS STS quotas", IAM User Guide).

use crate::operations::call::{Call, camel};
use crate::wire::error::ApiError;
use crate::world::credential::CallerKind;

const NAME_RULE: &str = "It must contain only alphanumeric characters and/or the following: +=,.@_-";

/// A required name of at most `longest` characters.
pub(super) fn name(call: &Call<'_>, param: &str, longest: usize) -> Result<String, ApiError> {
    check_name(call.required(param)?, param, longest)
}

pub(super) fn check_name(text: &str, param: &str, longest: usize) -> Result<String, ApiError> {
    let at = camel(param);
    if text.is_empty() {
        return Err(ApiError::constraint(
            text,
            &at,
            "Member must have length greater than or equal to 1",
        ));
    }
    if text.chars().count() > longest {
        let rule = format!("Member must have length less than or equal to {longest}");
        return Err(ApiError::constraint(text, &at, &rule));
    }
    if !text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
    {
        return Err(ApiError::validation(format!(
            "The specified value for {at} is invalid. {NAME_RULE}"
        )));
    }
    Ok(text.to_owned())
}

/// The name of a role session: 2 to 64 characters ("AssumeRole", AWS STS API Reference).
pub(in crate::operations) fn session_name(text: &str, at: &str, longest: usize) -> Result<String, ApiError> {
    let length = text.chars().count();
    if length < 2 {
        return Err(ApiError::constraint(
            text,
            at,
            "Member must have length greater than or equal to 2",
        ));
    }
    if length > longest {
        let rule = format!("Member must have length less than or equal to {longest}");
        return Err(ApiError::constraint(text, at, &rule));
    }
    if !text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b))
    {
        let rule = "Member must satisfy regular expression pattern: [\\w+=,.@-]*";
        return Err(ApiError::constraint(text, at, rule));
    }
    Ok(text.to_owned())
}

/// The path of a new entity; `/` where none is given.
pub(super) fn path(call: &Call<'_>, param: &str) -> Result<String, ApiError> {
    let Some(path) = call.param(param) else {
        return Ok("/".to_owned());
    };
    let is_path = path.starts_with('/')
        && path.ends_with('/')
        && path.len() <= 512
        && path.bytes().all(|b| (b'!'..=b'\x7f').contains(&b));
    if is_path {
        return Ok(path.to_owned());
    }
    Err(ApiError::validation(format!(
        "The specified value for {} is invalid. It must begin and end with / and contain only alphanumeric \
         characters and/or / characters.",
        camel(param)
    )))
}

/// A path that filters a list; everything where none is given.
pub(super) fn path_prefix(call: &Call<'_>) -> Result<String, ApiError> {
    let prefix = call.param("PathPrefix").unwrap_or("/");
    if prefix.starts_with('/') && prefix.len() <= 512 && prefix.bytes().all(|b| (b'!'..=b'\x7f').contains(&b))
    {
        return Ok(prefix.to_owned());
    }
    Err(ApiError::validation(
        "The specified value for pathPrefix is invalid. It must begin with / and contain only alphanumeric \
         characters and/or / characters.",
    ))
}

/// The user that the request names, or else the one that signed it.
pub(super) fn named_or_self(call: &Call<'_>) -> Result<String, ApiError> {
    match (call.param("UserName"), &call.caller.kind) {
        (Some(name), _) => check_name(name, "UserName", 64),
        (None, CallerKind::User { name, .. }) => Ok(name.clone()),
        (None, _) => Err(ApiError::validation(
            "Must specify userName when calling with non-User credentials",
        )),
    }
}

/// The ARN that the request gives; only its form is looked at.
pub(super) fn policy_arn<'c>(call: &'c Call<'_>) -> Result<&'c str, ApiError> {
    let text = call.required("PolicyArn")?;
    if text.chars().count() < 20 {
        let rule = "Member must have length greater than or equal to 20";
        return Err(ApiError::constraint(text, "policyArn", rule));
    }
    let is_policy = text
        .parse::<iam_policy::Arn>()
        .is_ok_and(|arn| arn.is_iam("policy"));
    if is_policy {
        Ok(text)
    } else {
        Err(ApiError::invalid_input(format!("ARN {text} is not valid.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(check_name("a+=,.@_-Z9", "RoleName", 64).is_ok());
        assert!(check_name(&"a".repeat(64), "RoleName", 64).is_ok());
        let long = check_name(&"a".repeat(65), "RoleName", 64).unwrap_err();
        assert!(
            long.message
                .contains("'roleName' failed to satisfy constraint: Member must have length less than")
        );
        for bad in ["a b", "a/b", "ü", "a:b"] {
            let error = check_name(bad, "UserName", 64).unwrap_err();
            assert!(
                error
                    .message
                    .starts_with("The specified value for userName is invalid."),
                "{bad}"
            );
        }
    }
}
