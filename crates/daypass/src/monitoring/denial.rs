//! A refusal of IAM's, read from AWS's own words.
//! IAM User Guide, "Troubleshoot access denied error messages".

use iam_policy::Arn;

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

/// Messages by which a service says no more than that it refuses.
const TERSE: &[&str] = &[
    "",
    "access denied",
    "accessdenied",
    "forbidden",
    "you are not authorized to perform this operation",
];

/// botocore cuts a message at this many characters (`botocore/monitoring.py`).
const LONGEST_MESSAGE: usize = 512;

/// A denied call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Denial {
    /// The action that AWS named, as in `s3:ListBucket`.
    pub(crate) action: Option<String>,
    /// The resources that AWS named, each an ARN or `*`; one where it is one call's denial.
    pub(crate) resources: Vec<String>,
    /// Which policy AWS named as the reason.
    pub(crate) reason: Option<DenialReason>,
    /// AWS's own words, where they are about something else than an action that is not allowed.
    pub(crate) said: Option<String>,
}

/// Why AWS says that it refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
        let terse = message
            .split(". Encoded")
            .next()
            .unwrap_or_default()
            .trim_matches(['.', ' ']);
        let is_terse = TERSE.contains(&terse.to_lowercase().as_str());
        let said = (action.is_none() && !is_terse).then(|| message.clone());
        Some(Denial {
            resources: action.iter().filter_map(|_| resource(&message)).collect(),
            action,
            reason: DenialReason::read(&message),
            said,
        })
    }
}

impl Denial {
    /// Whether both are denials of one action, for one reason.
    pub(super) fn same_but_for_resource(&self, other: &Denial) -> bool {
        (&self.action, &self.reason, &self.said) == (&other.action, &other.reason, &other.said)
            && self.resources.is_empty() == other.resources.is_empty()
    }
}

/// The resource of "... on resource: X because ..."; X may hold spaces, as object keys do, and S3 quotes it.
/// Services also write things there that are no ARN, such as IAM's "policy path /": those name nothing.
fn resource(message: &str) -> Option<String> {
    let rest = after(message, " on resource: ")?;
    let (rest, encoded) = match rest.rsplit_once(". Encoded ") {
        Some((rest, _)) => (rest, true),
        None => (rest, false),
    };
    let end = [" because ", " with an explicit deny"]
        .iter()
        .filter_map(|mark| rest.rfind(mark))
        .max();
    if end.is_none() && !encoded && message.chars().count() >= LONGEST_MESSAGE {
        // Cut off in the middle, perhaps of the resource.
        return None;
    }
    let named = end.map_or(rest, |end| rest.get(..end).unwrap_or(rest)).trim();
    let quoted = named.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let named = quoted.unwrap_or_else(|| named.trim_end_matches('.'));
    let is_resource = named == "*" || named.parse::<Arn>().is_ok();
    is_resource.then(|| named.to_owned())
}

impl DenialReason {
    fn read(message: &str) -> Option<Self> {
        if let Some(rest) = after(message, "explicit deny in ") {
            let articles = ["an ", "a ", "the "];
            let kind = articles
                .iter()
                .find_map(|article| rest.strip_prefix(article))
                .unwrap_or(rest);
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

/// What came over the wire, fit for a terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
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
        assert_eq!(seen.resources, ["arn:aws:s3:::reports"]);
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
            (seen.action.as_deref(), seen.resources),
            (Some("codecommit:ListRepositories"), Vec::new())
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
    fn a_resource_is_read_to_its_end_or_not_at_all() {
        let about = |rest: &str| {
            let message =
                format!("User: arn:aws:iam::1:user/x is not authorized to perform: a:B on resource: {rest}");
            denial("AccessDenied", &message).resources.pop()
        };
        let because = "because no identity-based policy allows the a:B action";
        for (said, resource) in [
            (
                format!("\"arn:aws:s3:::b/my file.txt\" {because}"),
                Some("arn:aws:s3:::b/my file.txt"),
            ),
            (
                format!("\"arn:aws:s3:::b/x because y\" {because}"),
                Some("arn:aws:s3:::b/x because y"),
            ),
            (
                "arn:aws:sqs:us-east-1:111122223333:q with an explicit deny in a session policy".to_owned(),
                Some("arn:aws:sqs:us-east-1:111122223333:q"),
            ),
            (
                "arn:aws:sqs:us-east-1:111122223333:q".to_owned(),
                Some("arn:aws:sqs:us-east-1:111122223333:q"),
            ),
            (format!("* {because}"), Some("*")),
            (format!("policy path / {because}"), None),
            (format!("\"arn:aws:s3:::b/{}", "k".repeat(500)), None),
        ] {
            assert_eq!(about(&said).as_deref(), resource, "{said}");
        }
    }

    #[test]
    fn terse_denials_are_denials() {
        for message in [
            "",
            "Forbidden",
            "Access Denied",
            "You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHl",
        ] {
            let seen = denial("403", message);
            assert_eq!(
                (seen.action, seen.resources, seen.reason, seen.said),
                (None, Vec::new(), None, None)
            );
        }
    }

    #[test]
    fn other_words_are_kept() {
        let words = "Cannot call GetSessionToken with session credentials";
        let seen = denial("AccessDenied", words);
        assert_eq!((seen.action, seen.said.as_deref()), (None, Some(words)));
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
