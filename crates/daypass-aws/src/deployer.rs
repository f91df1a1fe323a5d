//! The deployer role in an account: what there is of it, and what it takes to make it what it is to be. Run again, it finds
//! nothing to do.

use std::fmt;

use aws_sdk_iam::types::Tag;
use daypass_core::deployer::{DeployerRole, POLICY_NAME};
use daypass_core::plan::PolicyText;
use percent_encoding::percent_decode_str;

use crate::connection::Connection;
use crate::error::AwsError;
use crate::repeat::repeat;

/// A call that is still to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeployerStep {
    /// The role is not there.
    CreateRole,
    /// It lets in others; what its trust policy says now.
    UpdateTrust {
        /// Minified where it can be read.
        before: String,
    },
    /// It may do something else, or nothing.
    PutPolicy {
        /// What the inline policy says now, if it is there.
        before: Option<String>,
    },
    /// It has another permissions boundary, or none.
    PutBoundary {
        /// The ARN of the one that it has.
        before: Option<String>,
    },
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeployerFound {
    /// What is still to be done, in order.
    pub steps: Vec<DeployerStep>,
    /// What it may besides: managed policies that are attached to it and inline policies of other names. They stay.
    pub besides: Vec<String>,
    /// A permissions boundary that is not asked for. It stays.
    pub boundary: Option<String>,
}

impl fmt::Display for DeployerStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeployerStep::CreateRole => "CreateRole",
            DeployerStep::UpdateTrust { .. } => "UpdateAssumeRolePolicy",
            DeployerStep::PutPolicy { .. } => "PutRolePolicy",
            DeployerStep::PutBoundary { .. } => "PutRolePermissionsBoundary",
        })
    }
}

/// Looks for the role, and compares it by meaning.
pub async fn find_deployer(
    connection: &Connection,
    wanted: &DeployerRole,
) -> Result<DeployerFound, AwsError> {
    let iam = connection.iam();
    let name = wanted.name.as_str();
    let answer = repeat(connection, "GetRole", || iam.get_role().role_name(name).send()).await;
    let Some(role) = unless_missing(answer)? else {
        return Ok(DeployerFound {
            steps: vec![DeployerStep::CreateRole, DeployerStep::PutPolicy { before: None }],
            ..DeployerFound::default()
        });
    };
    let role = role.role();
    let mut found = DeployerFound::default();
    let trust = decoded(
        role.and_then(|role| role.assume_role_policy_document())
            .unwrap_or_default(),
    );
    if !trust.says(&wanted.trust) {
        found
            .steps
            .push(DeployerStep::UpdateTrust { before: told(&trust) });
    }
    let boundary = role
        .and_then(|role| role.permissions_boundary())
        .and_then(|boundary| boundary.permissions_boundary_arn());
    match &wanted.boundary {
        Some(arn) if boundary != Some(arn.as_str()) => found.steps.push(DeployerStep::PutBoundary {
            before: boundary.map(str::to_owned),
        }),
        Some(_) => {}
        None => found.boundary = boundary.map(str::to_owned),
    }
    let answer = repeat(connection, "GetRolePolicy", || {
        iam.get_role_policy()
            .role_name(name)
            .policy_name(POLICY_NAME)
            .send()
    });
    let policy = unless_missing(answer.await)?.map(|answer| decoded(answer.policy_document()));
    if !policy.as_ref().is_some_and(|policy| policy.says(&wanted.policy)) {
        found.steps.push(DeployerStep::PutPolicy {
            before: policy.as_ref().map(told),
        });
    }
    found.besides = besides(connection, name).await?;
    Ok(found)
}

/// Makes one of the calls.
pub async fn make_deployer_step(
    connection: &Connection,
    wanted: &DeployerRole,
    step: &DeployerStep,
) -> Result<(), AwsError> {
    let iam = connection.iam();
    let name = wanted.name.as_str();
    match step {
        DeployerStep::CreateRole => {
            let marked = Tag::builder().key("daypass:deployer").value("true").build();
            let marked = marked.map_err(|error| AwsError::Unusable {
                operation: "CreateRole",
                what: error.to_string(),
            })?;
            repeat(connection, "CreateRole", || {
                iam.create_role()
                    .role_name(name)
                    .description(wanted.description)
                    .assume_role_policy_document(wanted.trust.to_minified())
                    .set_permissions_boundary(wanted.boundary.as_ref().map(ToString::to_string))
                    .tags(marked.clone())
                    .send()
            })
            .await
            .map(drop)
        }
        DeployerStep::UpdateTrust { .. } => repeat(connection, "UpdateAssumeRolePolicy", || {
            iam.update_assume_role_policy()
                .role_name(name)
                .policy_document(wanted.trust.to_minified())
                .send()
        })
        .await
        .map(drop),
        DeployerStep::PutPolicy { .. } => repeat(connection, "PutRolePolicy", || {
            iam.put_role_policy()
                .role_name(name)
                .policy_name(POLICY_NAME)
                .policy_document(wanted.policy.to_minified())
                .send()
        })
        .await
        .map(drop),
        DeployerStep::PutBoundary { .. } => repeat(connection, "PutRolePermissionsBoundary", || {
            iam.put_role_permissions_boundary()
                .role_name(name)
                .set_permissions_boundary(wanted.boundary.as_ref().map(ToString::to_string))
                .send()
        })
        .await
        .map(drop),
    }
}

/// What else the role may; its first pages tell enough, since a role has few policies.
async fn besides(connection: &Connection, name: &str) -> Result<Vec<String>, AwsError> {
    let iam = connection.iam();
    let attached = repeat(connection, "ListAttachedRolePolicies", || {
        iam.list_attached_role_policies().role_name(name).send()
    })
    .await?;
    let inline = repeat(connection, "ListRolePolicies", || {
        iam.list_role_policies().role_name(name).send()
    })
    .await?;
    let attached = attached.attached_policies().iter();
    let mut others: Vec<String> = attached
        .filter_map(|policy| policy.policy_arn().map(str::to_owned))
        .collect();
    let inline = inline.policy_names().iter().filter(|name| *name != POLICY_NAME);
    others.extend(inline.map(|name| format!("inline policy {name}")));
    Ok(others)
}

fn unless_missing<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(AwsError::Refused { code, .. }) if code == "NoSuchEntity" => Ok(None),
        Err(error) => Err(error),
    }
}

/// IAM tells documents percent-encoded ("IAM API Reference", GetRole, GetRolePolicy).
fn decoded(text: &str) -> PolicyText {
    PolicyText::new(percent_decode_str(text).decode_utf8_lossy())
}

fn told(policy: &PolicyText) -> String {
    match &policy.document {
        Some(document) => document.to_minified(),
        None => policy.text.clone(),
    }
}
