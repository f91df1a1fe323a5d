//! A refusal of IAM's, read from AWS's own words.
//! IAM User Guide, "Troubleshoot access denied error messages".

use super::calls::plain;

/// Codes by which AWS services say that a policy does not let the caller.
const CODES: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Client.UnauthorizedOperation",
    "Forbidden",
    "NotAuthorized",
    "UnauthorizedOperation",
];

/// A denied call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The action that AWS named, as in `s3:ListBucket`.
    pub(crate) action: Option<String>,
    /// The resource that AWS named.
    pub(crate) resource: Option<String>,
    /// Which policy AWS named as the reason.
    pub(crate) reason: Option<DenialReason>,
}

/// Why AWS says that it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DenialReason {
    /// "because no identity-based policy allows": the kind of policy that does not.
    NotAllowedBy(String),
    /// "with an explicit deny in a service control policy": the kind of policy that denies.
    DeniedBy(String),
}

impl Denial {
    /// The denial behind an error, if it is one: an expired token, a wrong signature or a missing object are none.
    pub(super) fn of(code: &str, status: Option<u16>, message: &str) -> Option<Self> {
        // A HEAD request's answer has no body: all that is known is the status.
        let headless = code == "403" && status.unwrap_or(403) == 403;
        if !headless && !CODES.contains(&code) {
            return None;
        }
        let message = plain(message);
        let action = after(&message, "is not authorized to perform: ").and_then(first_word);
        let resource = after(&message, " on resource: ").and_then(first_word);
        Some(Denial {
            action,
            resource,
            reason: DenialReason::read(&message),
        })
    }
}

impl DenialReason {
    fn read(message: &str) -> Option<Self> {
        if let Some(rest) = after(message, "explicit deny in ") {
            let kind = rest.trim_start_matches("an ").trim_start_matches("a ");
            return Some(DenialReason::DeniedBy(up_to_policy(kind)));
        }
        let rest = after(message, "because no ")?;
        let (kind, _) = rest.split_once(" allows")?;
        Some(DenialReason::NotAllowedBy(kind.to_owned()))
    }
}

/// "service control policy" of "service control policy: arn:..." or of "... policy. Encoded ...".
fn up_to_policy(text: &str) -> String {
    match text.find("policy") {
        Some(at) => text.get(..at + "policy".len()).unwrap_or(text).to_owned(),
        None => text.split(['.', ':']).next().unwrap_or(text).to_owned(),
    }
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn first_word(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?;
    let word = word.trim_matches('"').trim_end_matches('.');
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denial(code: &str, message: &str) -> Denial {
        Denial::of(code, Some(403), message).unwrap()
    }

    // The messages are those of "Troubleshoot access denied error messages" (IAM User Guide).
    #[test]
    fn reads_action_resource_and_reason() {
        let seen = denial(
            "AccessDenied",
            "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: s3:ListBucket on \
             resource: \"arn:aws:s3:::reports\" because no identity-based policy allows the s3:ListBucket action",
        );
        assert_eq!(seen.action.as_deref(), Some("s3:ListBucket"));
        assert_eq!(seen.resource.as_deref(), Some("arn:aws:s3:::reports"));
        assert_eq!(
            seen.reason,
            Some(DenialReason::NotAllowedBy("identity-based policy".to_owned()))
        );

        let seen = denial(
            "AccessDeniedException",
            "User: arn:aws:iam::777788889999:user/JohnDoe is not authorized to perform: \
             codecommit:ListRepositories with an explicit deny in a service control policy",
        );
        assert_eq!(
            (seen.action.as_deref(), seen.resource),
            (Some("codecommit:ListRepositories"), None)
        );
        assert_eq!(
            seen.reason,
            Some(DenialReason::DeniedBy("service control policy".to_owned()))
        );

        let seen = denial(
            "UnauthorizedOperation",
            "You are not authorized to perform this operation. User: arn:aws:iam::1:user/x is not authorized to \
             perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances \
             action. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abc",
        );
        assert_eq!(seen.action.as_deref(), Some("ec2:DescribeInstances"));
        assert_eq!(
            seen.reason,
            Some(DenialReason::NotAllowedBy("identity-based policy".to_owned()))
        );
    }

    #[test]
    fn terse_denials_are_denials() {
        assert_eq!(
            denial("403", "Forbidden"),
            Denial {
                action: None,
                resource: None,
                reason: None
            }
        );
        assert_eq!(denial("AccessDenied", "Access Denied").action, None);
    }

    #[test]
    fn other_errors_are_none() {
        for code in [
            "ExpiredToken",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "NoSuchBucket",
            "404",
        ] {
            assert_eq!(Denial::of(code, Some(403), "x"), None, "{code}");
        }
    }
}
