//! Is a text a bucket policy? S3 has words of its own for what is wrong with one
//! ("Bucket policies for Amazon S3", Amazon S3 User Guide; its limits and elements).

use iam_policy::Statement;
use iam_policy::syntax::{Node, NodeKind, parse_json};

use crate::operations::iam::policy_text;
use crate::wire::error::ApiError;
use crate::world::entity::PolicyText;

/// "Bucket policies are limited to 20 KB in size."
const LARGEST: usize = 20_480;

/// A policy of this bucket.
pub(crate) fn bucket(text: &str, bucket: &str) -> Result<PolicyText, ApiError> {
    let malformed = |message: String| ApiError::new(400, "MalformedPolicy", message);
    if text.is_empty() {
        return Err(ApiError::new(
            400,
            "MissingRequestBodyError",
            "Request Body is empty",
        ));
    }
    shape(text).map_err(malformed)?;
    let policy = policy_text::parse(text).map_err(|_| malformed("Invalid policy syntax.".to_owned()))?;
    if policy.size() > LARGEST {
        let message =
            format!("Normalized policy document exceeds the maximum allowed size of {LARGEST} bytes.");
        return Err(malformed(message));
    }
    for statement in &policy.document.statements {
        meaning(statement, bucket).map_err(malformed)?;
    }
    Ok(policy)
}

/// What must be there before the document can be read.
fn shape(text: &str) -> Result<(), String> {
    const NO_JSON: &str = "Policies must be valid JSON and the first byte must be '{'";
    let document = parse_json(text)
        .ok()
        .filter(|root| text.starts_with('{') && root.as_object().is_some())
        .ok_or(NO_JSON)?;
    only(&document, &["Version", "Id", "Statement"])?;
    if let Some(version) = document.get("Version")
        && !["2012-10-17", "2008-10-17"].contains(&version.as_str().unwrap_or_default())
    {
        return Err("The policy must contain a valid version string".to_owned());
    }
    let statements = match document.get("Statement") {
        None => return Err("Missing required field Statement".to_owned()),
        Some(one) => match &one.kind {
            NodeKind::Array(statements) if statements.is_empty() => {
                return Err("Could not parse the policy: Statement is empty!".to_owned());
            }
            NodeKind::Array(statements) => statements.iter().collect(),
            _ => vec![one],
        },
    };
    for statement in statements {
        only(
            statement,
            &[
                "Sid",
                "Effect",
                "Principal",
                "NotPrincipal",
                "Action",
                "NotAction",
                "Resource",
                "NotResource",
                "Condition",
            ],
        )?;
        let has = |name: &str| statement.get(name).is_some();
        for (field, other) in [
            ("Effect", ""),
            ("Principal", "NotPrincipal"),
            ("Action", "NotAction"),
            ("Resource", "NotResource"),
        ] {
            if !has(field) && !has(other) {
                return Err(format!("Missing required field {field}"));
            }
        }
        let effect = statement.get("Effect").and_then(Node::as_str).unwrap_or_default();
        if !["Allow", "Deny"].contains(&effect) {
            return Err(format!("Invalid effect: {effect}"));
        }
    }
    Ok(())
}

/// An object with no other members than these.
fn only(node: &Node, known: &[&str]) -> Result<(), String> {
    let members = node.as_object().ok_or("Invalid policy syntax.")?;
    match members
        .iter()
        .find(|member| !known.contains(&member.key.as_str()))
    {
        Some(unknown) => Err(format!("Unknown field {}", unknown.key)),
        None => Ok(()),
    }
}

/// Is a statement about this bucket and what S3 can do with it?
fn meaning(statement: &Statement, bucket: &str) -> Result<(), String> {
    let actions: Vec<String> = statement
        .action
        .actions
        .texts()
        .map(str::to_ascii_lowercase)
        .collect();
    if !actions
        .iter()
        .all(|action| action == "*" || action.starts_with("s3:"))
    {
        return Err("Policy has invalid action".to_owned());
    }
    let own = format!("arn:aws:s3:::{bucket}");
    let resources: Vec<&str> = statement
        .resource
        .iter()
        .flat_map(|clause| clause.resources.texts())
        .collect();
    let is_own = |text: &str| {
        text == "*"
            || text
                .strip_prefix(&own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*']))
    };
    if !resources.iter().all(|text| is_own(text)) {
        return Err("Policy has invalid resource".to_owned());
    }
    let has_bucket = resources.iter().any(|text| !text.contains('/'));
    let has_objects = resources
        .iter()
        .any(|text| text.contains('/') || text.ends_with('*'));
    let applies = |action: &String| {
        action.contains(['*', '?'])
            || if is_about_objects(action) {
                has_objects
            } else {
                has_bucket
            }
    };
    let is_negated =
        statement.action.negated || statement.resource.as_ref().is_some_and(|clause| clause.negated);
    if !is_negated && !actions.iter().all(applies) {
        return Err("Action does not apply to any resource(s) in statement".to_owned());
    }
    for condition in &statement.conditions {
        let key = condition.key.to_ascii_lowercase();
        if ![
            "aws:",
            "s3:",
            "sts:",
            "saml:",
            "accounts.google.com:",
            "cognito-identity.amazonaws.com:",
        ]
        .iter()
        .any(|service| key.starts_with(service))
        {
            return Err(format!("Policy has an invalid condition key - {}", condition.key));
        }
    }
    Ok(())
}

/// Whether an action, in lower case, is about objects rather than the bucket that holds them.
fn is_about_objects(action: &str) -> bool {
    let name = action.trim_start_matches("s3:");
    (name.contains("object") && !name.contains("bucket"))
        || [
            "abortmultipartupload",
            "listmultipartuploadparts",
            "replicatedelete",
            "replicatetags",
            "bypassgovernanceretention",
        ]
        .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = bucket(text, "b").unwrap_err();
        assert_eq!(
            (error.status, error.code.as_str()),
            (400, "MalformedPolicy"),
            "{text}"
        );
        error.message
    }

    fn statement(fields: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{{fields}}}]}}"#)
    }

    #[test]
    fn each_mistake_has_its_words() {
        let good =
            r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*""#;
        assert!(bucket(&statement(good), "b").is_ok());
        let syntax = "Policies must be valid JSON and the first byte must be '{'";
        for (text, message) in [
            ("x".to_owned(), syntax),
            (" {}".to_owned(), syntax),
            ("[]".to_owned(), syntax),
            ("{}".to_owned(), "Missing required field Statement"),
            (r#"{"Statement":[],"Foo":1}"#.to_owned(), "Unknown field Foo"),
            (
                statement(good).replace("2012", "2013"),
                "The policy must contain a valid version string",
            ),
            (
                statement(&good.replace("Allow", "allow")),
                "Invalid effect: allow",
            ),
            (
                statement(&good.replace(r#""Principal":"*","#, "")),
                "Missing required field Principal",
            ),
            (
                statement(&good.replace(r#""Action":"s3:GetObject","#, "")),
                "Missing required field Action",
            ),
            (
                statement(&good.replace(r#","Resource":"arn:aws:s3:::b/*""#, "")),
                "Missing required field Resource",
            ),
            (
                statement(&good.replace(":::b/", ":::c/")),
                "Policy has invalid resource",
            ),
            (
                statement(&good.replace("s3:Get", "ec2:Get")),
                "Policy has invalid action",
            ),
            (
                statement(&good.replace("s3:GetObject", "s3:ListBucket")),
                "Action does not apply to any resource(s) in statement",
            ),
            (
                statement(&good.replace(":::b/*", ":::b")),
                "Action does not apply to any resource(s) in statement",
            ),
            (
                statement(&format!(r#"{good},"Condition":{{"StringEquals":{{"Foo":"x"}}}}"#)),
                "Policy has an invalid condition key - Foo",
            ),
        ] {
            assert_eq!(refused(&text), message, "{text}");
        }
        let long = format!(r#"{good},"Sid":"{}""#, "a".repeat(LARGEST));
        assert!(refused(&statement(&long)).contains("20480"));
    }
}
