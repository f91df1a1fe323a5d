//! Versions of managed policies ("Versioning IAM policies", IAM User Guide).

use super::checks::about_policy;
use super::managed::{document, newest, seen, write};
use super::paging::page;
use crate::operations::Operation;
use crate::operations::call::{Call, iso};
use crate::sigv4::encode;
use crate::wire::Service::Iam;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::{ManagedPolicy, PolicyVersion};

/// How many versions a policy keeps ("IAM and AWS STS quotas", IAM User Guide).
const MOST: usize = 5;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        service: Iam,
        name: "CreatePolicyVersion",
        authorize: about_policy,
        run: create_version,
    },
    Operation {
        service: Iam,
        name: "GetPolicyVersion",
        authorize: about_policy,
        run: get_version,
    },
    Operation {
        service: Iam,
        name: "ListPolicyVersions",
        authorize: about_policy,
        run: list_versions,
    },
    Operation {
        service: Iam,
        name: "DeletePolicyVersion",
        authorize: about_policy,
        run: delete_version,
    },
    Operation {
        service: Iam,
        name: "SetDefaultPolicyVersion",
        authorize: about_policy,
        run: set_default,
    },
];

fn version_number(call: &Call<'_>) -> Result<u32, ApiError> {
    let text = call.required("VersionId")?;
    text.strip_prefix('v')
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .ok_or_else(|| {
            let rule = "Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?";
            ApiError::constraint(text, "versionId", rule)
        })
}

fn version_not_found(policy: &ManagedPolicy, number: u32) -> ApiError {
    ApiError::no_such_entity(format!(
        "Policy {} version v{number} does not exist or is not attachable.",
        policy.arn
    ))
}

pub(super) fn describe_version(
    xml: &mut Xml,
    policy: &ManagedPolicy,
    version: &PolicyVersion,
    with_text: bool,
) {
    if with_text {
        xml.text("Document", encode(&version.text.text));
    }
    xml.text("VersionId", format_args!("v{}", version.number))
        .text("IsDefaultVersion", version.number == policy.default)
        .text("CreateDate", iso(version.created));
}

fn create_version(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut policy = newest(call)?;
    let text = document(call)?;
    if policy.versions.len() >= MOST {
        return Err(ApiError::limit_exceeded(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
             existing version.",
        ));
    }
    let version = PolicyVersion {
        number: policy.next,
        text,
        created: call.now(),
    };
    policy.next += 1;
    policy.updated = call.now();
    if call.param("SetAsDefault") == Some("true") {
        policy.default = version.number;
    }
    let answer = Answer::fields(|xml| {
        xml.element("PolicyVersion", |xml| {
            describe_version(xml, &policy, &version, false);
        });
    });
    policy.versions.push(version);
    write(call, policy);
    Ok(answer)
}

fn get_version(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = seen(call)?;
    let number = version_number(call)?;
    let version = policy
        .versions
        .iter()
        .find(|version| version.number == number)
        .ok_or_else(|| version_not_found(&policy, number))?;
    Ok(Answer::fields(|xml| {
        xml.element("PolicyVersion", |xml| {
            describe_version(xml, &policy, version, true);
        });
    }))
}

fn list_versions(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let policy = seen(call)?;
    let page = page(call, policy.versions.clone(), |version| {
        format!("{:010}", u32::MAX - version.number)
    })?;
    Ok(Answer::fields(|xml| {
        xml.list("Versions", "member", &page.items, |xml, version| {
            describe_version(xml, &policy, version, false);
        });
        page.write_end(xml);
    }))
}

fn delete_version(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut policy = newest(call)?;
    let number = version_number(call)?;
    if !policy.versions.iter().any(|version| version.number == number) {
        return Err(version_not_found(&policy, number));
    }
    if policy.default == number {
        return Err(ApiError::delete_conflict(
            "Cannot delete the default version of a policy.",
        ));
    }
    policy.versions.retain(|version| version.number != number);
    write(call, policy);
    Ok(Answer::Empty)
}

fn set_default(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let mut policy = newest(call)?;
    let number = version_number(call)?;
    if !policy.versions.iter().any(|version| version.number == number) {
        return Err(version_not_found(&policy, number));
    }
    policy.default = number;
    policy.updated = call.now();
    write(call, policy);
    Ok(Answer::Empty)
}
