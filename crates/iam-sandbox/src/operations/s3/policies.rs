//! Bucket policies.

use bytes::Bytes;
use iam_policy::{Document, Effect, PrincipalType, Statement, Who};

use super::{bucket, bucket_mut, bucket_name, policy_text};
use crate::operations::call::Call;
use crate::operations::iam::pin_principals;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;

/// Whoever is permitted but of another account than the bucket's ("PutBucketPolicy", Amazon S3 API Reference).
fn own_account(call: &Call<'_>) -> Result<(), ApiError> {
    if bucket(call)?.account == *call.account_id() {
        return Ok(());
    }
    Err(ApiError::new(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    )
    .with_detail("Method", call.input.target.method.as_str())
    .with_detail("ResourceType", "BUCKETPOLICY"))
}

fn none(call: &Call<'_>) -> ApiError {
    ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
        .with_detail("BucketName", bucket_name(call))
}

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    own_account(call)?;
    let policy = bucket(call)?.policy.as_ref().ok_or_else(|| none(call))?;
    Ok(Answer::rest(
        200,
        vec![("content-type", "application/json".to_owned())],
        Bytes::from(policy.shown(call.world, call.view)),
    ))
}

pub(super) fn put(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    own_account(call)?;
    let text = String::from_utf8_lossy(&call.input.body);
    let policy = policy_text::bucket(&text, bucket_name(call))?;
    // S3 tells that a principal is unknown, but not which.
    let policy = pin_principals(call, policy).map_err(|unknown| {
        ApiError::new(400, "MalformedPolicy", "Invalid principal in policy").with_detail("Detail", &unknown)
    })?;
    bucket_mut(call)?.policy = Some(policy);
    Ok(Answer::no_content())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    own_account(call)?;
    bucket_mut(call)?.policy = None;
    Ok(Answer::no_content())
}

pub(super) fn status(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = bucket(call)?.policy.as_ref().ok_or_else(|| none(call))?;
    let is_public = is_public(&policy.document);
    Ok(Answer::document("PolicyStatus", |xml| {
        xml.text("IsPublic", if is_public { "true" } else { "false" });
    }))
}

/// Whether a statement allows everybody, with nothing that holds them to a fixed circle ("Blocking public access to your
/// Amazon S3 storage: The meaning of 'public'", Amazon S3 User Guide).
fn is_public(document: &Document) -> bool {
    document
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Allow)
        .any(|statement| is_for_everybody(statement) && !is_confined(statement))
}

fn is_for_everybody(statement: &Statement) -> bool {
    let Some(clause) = &statement.principal else {
        return false;
    };
    // All but some are as good as all.
    clause.negated
        || match &clause.who {
            Who::Everyone(_) => true,
            Who::Listed(entries) => entries.iter().any(|entry| {
                entry.kind == PrincipalType::Aws && entry.values.texts().any(|text| text.contains('*'))
            }),
        }
}

fn is_confined(statement: &Statement) -> bool {
    const CONFINING: [&str; 15] = [
        "aws:sourceip",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceowner",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:userid",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "s3:dataaccesspointarn",
        "s3:dataaccesspointaccount",
    ];
    statement.conditions.iter().any(|condition| {
        let key = condition.key.to_ascii_lowercase();
        let operator = condition.operator.to_ascii_lowercase();
        let is_positive = !operator.contains("not") && !operator.ends_with("ifexists");
        let is_fixed = |text: &str| match key.as_str() {
            "aws:sourceip" => !matches!(text, "0.0.0.0/0" | "::/0"),
            // A path of an organization ends with a star and is a circle all the same.
            "aws:principalorgpaths" => text.starts_with("o-") && !text.starts_with("o-*"),
            _ => !text.contains(['*', '?', '$']),
        };
        is_positive
            && (CONFINING.contains(&key.as_str()) || key.starts_with("aws:principaltag/"))
            && condition.values.texts().all(is_fixed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_is_what_the_user_guide_says() {
        let document = |principal: &str, condition: &str| {
            let text = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"{condition}}}]}}"#
            );
            Document::parse(&text).unwrap()
        };
        let vpc = r#","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}"#;
        let any_vpc = r#","Condition":{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#;
        let net = r#","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#;
        for (principal, condition, wanted) in [
            (r#""*""#, "", true),
            (r#"{"AWS":"*"}"#, "", true),
            (r#"{"AWS":"111122223333"}"#, "", false),
            (r#""*""#, vpc, false),
            (r#""*""#, any_vpc, true),
            (r#""*""#, net, true),
        ] {
            assert_eq!(
                is_public(&document(principal, condition)),
                wanted,
                "{principal} {condition}"
            );
        }
    }
}
