//! One thing that must be allowed or denied: `s3:GetObject on arn:aws:s3:::reports/2026/q1.csv`.

use std::fmt;

use iam_policy::Arn;
use iam_policy::syntax::nearest;
use thiserror::Error;

/// What must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expected {
    /// It must be allowed.
    Allowed,
    /// It must be denied.
    Denied,
}

impl Expected {
    /// In lower case, as people write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Expected::Allowed => "allowed",
            Expected::Denied => "denied",
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An action, on a resource if one is named, and what must become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The action, written as AWS writes it where it is known.
    pub action: String,
    /// The resource's ARN; `None`: whatever the action is about.
    pub resource: Option<String>,
    /// What must be.
    pub expected: Expected,
}

/// Why a text is no expectation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpectationError {
    /// Not `SERVICE:ACTION`.
    #[error(
        "`{0}` is no action: write it like s3:ListAllMyBuckets, or `s3:GetObject on arn:aws:s3:::reports/q1.csv`"
    )]
    Form(String),
    /// Wildcards name many actions; which of them is to be tried?
    #[error("`{0}` names many actions: write each that is to be checked")]
    Pattern(String),
    /// A service that AWS does not have.
    #[error("no service of AWS's has the prefix `{0}`")]
    Service(String),
    /// An action that is misspelt, most likely.
    #[error("`{action}` is not known; did you mean `{near}`?")]
    Action {
        /// As written.
        action: String,
        /// The nearest one that is known.
        near: String,
    },
    /// Not an ARN.
    #[error("`{0}` is no resource: write its ARN")]
    Resource(String),
}

impl Expectation {
    /// Reads `ACTION` or `ACTION on RESOURCE`.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn parse(text: &str, expected: Expected) -> Result<Expectation, ExpectationError> {
        let text = text.trim();
        let (action, resource) = match text.split_once(" on ") {
            Some((action, resource)) => (action, Some(resource.trim())),
            None => (text, None),
        };
        Expectation::new(action.trim(), resource, expected)
    }

    /// The same from its parts.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub fn new(
        action: &str,
        resource: Option<&str>,
        expected: Expected,
    ) -> Result<Expectation, ExpectationError> {
        let action = known_action(action)?;
        let resource = match resource {
            None | Some("*") => None,
            Some(arn) if arn.parse::<Arn>().is_ok() => Some(arn.to_owned()),
            Some(other) => return Err(ExpectationError::Resource(other.to_owned())),
        };
        Ok(Expectation {
            action,
            resource,
            expected,
        })
    }

    /// The action and the resource, as people write them.
    pub fn subject(&self) -> String {
        match &self.resource {
            Some(resource) => format!("{} on {resource}", self.action),
            None => self.action.clone(),
        }
    }
}

fn known_action(text: &str) -> Result<String, ExpectationError> {
    let form = || ExpectationError::Form(text.to_owned());
    let (prefix, name) = text.split_once(':').ok_or_else(form)?;
    if text.contains(['*', '?']) {
        return Err(ExpectationError::Pattern(text.to_owned()));
    }
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !plain(prefix) || !plain(name) {
        return Err(form());
    }
    if let Some(action) = iam_catalog::action(text) {
        return Ok(format!("{}:{}", action.service().prefix(), action.name()));
    }
    let Some(service) = iam_catalog::service(prefix) else {
        return Err(ExpectationError::Service(prefix.to_owned()));
    };
    match nearest(name, service.actions().map(iam_catalog::Action::name)) {
        Some(near) => Err(ExpectationError::Action {
            action: text.to_owned(),
            near: format!("{}:{near}", service.prefix()),
        }),
        // Newer than the catalog, perhaps.
        None => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_are_read() {
        let read = |text: &str| Expectation::parse(text, Expected::Allowed).map(|read| read.subject());
        assert_eq!(read("S3:listallmybuckets").as_deref(), Ok("s3:ListAllMyBuckets"));
        assert_eq!(
            read(" s3:GetObject on arn:aws:s3:::reports/q 1.csv ").as_deref(),
            Ok("s3:GetObject on arn:aws:s3:::reports/q 1.csv")
        );
        assert_eq!(
            read("ec2:DescribeInstances on *").as_deref(),
            Ok("ec2:DescribeInstances")
        );
        assert_eq!(
            read("iam:QuiteNewOperationOfAws").as_deref(),
            Ok("iam:QuiteNewOperationOfAws")
        );
    }

    #[test]
    fn mistakes_say_what_would_be_right() {
        let wrong = |text: &str| {
            Expectation::parse(text, Expected::Denied)
                .unwrap_err()
                .to_string()
        };
        let told = [
            "",
            "ListUsers",
            "iam:ListUser",
            "s4:GetObject",
            "s3:Get*",
            "s3:GetObject on reports",
            "s3: GetObject",
        ];
        insta::assert_snapshot!(told.map(wrong).join("\n"));
    }
}
