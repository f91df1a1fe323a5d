//! Is a text a policy document of the kind that is wanted here? If not, AWS's words for why.
//! ("Grammar of the IAM JSON policy language", IAM User Guide.)

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::{Document, Statement, Version};

use crate::wire::error::ApiError;
use crate::world::entity::PolicyText;

/// An inline policy of a user, group or role.
pub(crate) fn inline(text: &str) -> Result<PolicyText, ApiError> {
    let policy = parse(text)?;
    identity(&policy.document).map_err(ApiError::malformed_policy)?;
    Ok(policy)
}

/// A policy of any kind: only its syntax is looked at.
pub(crate) fn any(text: &str) -> Result<PolicyText, ApiError> {
    parse(text)
}

/// A document of a customer managed policy: unlike an inline policy it must say its version.
pub(crate) fn managed(text: &str) -> Result<PolicyText, ApiError> {
    let policy = inline(text)?;
    if policy.document.version != Version::V2012 {
        return Err(ApiError::malformed_policy(
            "Policy document must be version 2012-10-17 or greater.",
        ));
    }
    Ok(policy)
}

/// A session policy: as an inline policy ("Session policies", IAM User Guide).
pub(crate) fn session(text: &str) -> Result<PolicyText, ApiError> {
    inline(text)
}

/// A role's trust policy: who may assume it; what it is about goes without saying.
pub(crate) fn trust(text: &str) -> Result<PolicyText, ApiError> {
    let policy = parse(text)?;
    for statement in &policy.document.statements {
        if statement.principal.is_none() {
            return Err(ApiError::malformed_policy("Missing required field Principal"));
        }
        if statement.resource.is_some() {
            return Err(ApiError::malformed_policy("Has prohibited field Resource"));
        }
        if statement.action.actions.texts().next().is_none() {
            return Err(ApiError::malformed_policy(NO_ACTIONS));
        }
        if !statement.action.actions.texts().all(is_sts) {
            return Err(ApiError::malformed_policy(
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ));
        }
    }
    Ok(policy)
}

/// What holds for documents of every kind.
pub(crate) fn parse(text: &str) -> Result<PolicyText, ApiError> {
    let document =
        Document::parse(text).map_err(|_| ApiError::malformed_policy("Syntax errors in policy."))?;
    // The grammar has one statement at least.
    if document.statements.is_empty() {
        return Err(ApiError::malformed_policy("Syntax errors in policy."));
    }
    let sids: Vec<&str> = document
        .statements
        .iter()
        .filter_map(|s| s.sid.as_deref())
        .filter(|s| !s.is_empty())
        .collect();
    if sids
        .iter()
        .any(|sid| !sid.bytes().all(|b| b.is_ascii_alphanumeric()))
    {
        return Err(ApiError::malformed_policy(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ));
    }
    if sids.iter().collect::<BTreeSet<_>>().len() != sids.len() {
        return Err(ApiError::malformed_policy(
            "Statement IDs (SID) in a single policy must be unique.",
        ));
    }
    Ok(PolicyText {
        text: text.to_owned(),
        document: Arc::new(document),
        pins: Vec::new(),
    })
}

fn identity(document: &Document) -> Result<(), String> {
    for statement in &document.statements {
        if statement.principal.is_some() {
            return Err("Policy document should not specify a principal.".to_owned());
        }
        actions(statement)?;
        resources(statement)?;
    }
    Ok(())
}

fn actions(statement: &Statement) -> Result<(), String> {
    if statement.action.actions.texts().next().is_none() {
        return Err(NO_ACTIONS.to_owned());
    }
    for action in statement.action.actions.texts().filter(|action| *action != "*") {
        let Some((vendor, name)) = action.split_once(':') else {
            return Err(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned(),
            );
        };
        if vendor.is_empty()
            || !vendor
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b))
        {
            return Err(format!("Vendor {vendor} is not valid"));
        }
        if name.contains(':') {
            return Err("Actions/Condition can contain only one colon.".to_owned());
        }
    }
    Ok(())
}

const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";

fn resources(statement: &Statement) -> Result<(), String> {
    let Some(clause) = &statement.resource else {
        return Err(NO_RESOURCES.to_owned());
    };
    if clause.resources.texts().next().is_none() {
        return Err(NO_RESOURCES.to_owned());
    }
    for resource in clause.resources.texts().filter(|resource| *resource != "*") {
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, _, _, _, _] => {}
            // A pattern may take several parts at once: `arn:aws:s3*`, `arn:*`.
            ["arn", .., last] if last.ends_with('*') => {}
            _ => return Err(format!("Resource {resource} must be in ARN format or \"*\".")),
        }
        if let ["arn", partition, ..] = parts.as_slice()
            && !is_partition(partition)
        {
            return Err(format!(
                "Partition \"{partition}\" is not valid for resource \"{resource}\"."
            ));
        }
    }
    Ok(())
}

fn is_partition(text: &str) -> bool {
    matches!(text, "aws" | "aws-cn" | "aws-us-gov" | "aws-iso" | "aws-iso-b") || text.contains(['*', '?'])
}

fn is_sts(action: &str) -> bool {
    action == "*" || action.to_ascii_lowercase().starts_with("sts:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(fields: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{fields}}}]}}"#)
    }

    /// "Grammar of the IAM JSON policy language", IAM User Guide: `"Statement" : [ <statement>, <statement>, ... ]`, one
    /// at least, and an action and a resource in each; "IAM JSON policy elements: Statement": "This element is required".
    /// AWS's words for documents without any are those that moto's tests have taken down from it.
    #[test]
    fn each_kind_of_document_is_refused_in_awss_words() {
        type Parse = fn(&str) -> Result<PolicyText, ApiError>;
        let good = statement(r#""Action":"s3:GetObject","Resource":"*""#);
        assert!(inline(&good).is_ok());
        let empty = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let cases: [(Parse, String, &str); 15] = [
            (inline, "{".into(), "Syntax errors in policy."),
            (managed, empty.into(), "Syntax errors in policy."),
            (trust, empty.into(), "Syntax errors in policy."),
            (any, empty.into(), "Syntax errors in policy."),
            (
                inline,
                statement(r#""Action":[],"Resource":"*""#),
                "Policy statement must contain actions.",
            ),
            (
                inline,
                statement(r#""Action":"s3:GetObject","Resource":[]"#),
                "Policy statement must contain resources.",
            ),
            (
                inline,
                statement(r#""Action":"s3:GetObject""#),
                "Policy statement must contain resources.",
            ),
            (
                inline,
                statement(r#""Action":"s3:GetObject","Resource":"*","Principal":"*""#),
                "Policy document should not specify a principal.",
            ),
            (
                inline,
                statement(r#""Action":"s3:GetObject","Resource":"bucket""#),
                "Resource bucket must be in ARN format or \"*\".",
            ),
            (
                inline,
                statement(r#""Action":"GetObject","Resource":"*""#),
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (
                managed,
                good.replace("2012", "2008"),
                "Policy document must be version 2012-10-17 or greater.",
            ),
            (
                trust,
                statement(r#""Action":[],"Principal":"*""#),
                "Policy statement must contain actions.",
            ),
            (
                trust,
                statement(r#""Action":"sts:AssumeRole""#),
                "Missing required field Principal",
            ),
            (
                trust,
                statement(r#""Action":"sts:AssumeRole","Principal":"*","Resource":"*""#),
                "Has prohibited field Resource",
            ),
            (
                trust,
                statement(r#""Action":"s3:*","Principal":"*""#),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
        ];
        for (parse, text, message) in cases {
            let error = parse(&text).unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("MalformedPolicyDocument", message),
                "{text}"
            );
        }
    }

    #[test]
    fn sids_are_unique_and_alphanumeric() {
        let one = r#"{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}"#;
        let twice = format!(r#"{{"Version":"2012-10-17","Statement":[{one},{one}]}}"#);
        assert!(inline(&twice).unwrap_err().message.contains("must be unique"));
    }
}
