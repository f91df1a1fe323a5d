//! Tags, as requests give them and answers list them ("Tags for AWS Identity and Access Management resources", IAM User Guide).

use crate::authorization::{Authorization, Check, Checks};
use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;
use crate::world::entity::Tags;

pub(super) const MOST: usize = 50;

/// `<Tags>` with its members.
pub(super) fn write_list(xml: &mut Xml, tags: &[(String, String)]) {
    xml.list("Tags", "member", tags, |xml, (key, value)| {
        xml.text("Key", key).text("Value", value);
    });
}

/// The tags that a request brings.
pub(in crate::operations) fn read(call: &Call<'_>, list: &str) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for member in call.input.params.members(list) {
        let key = call.required(&format!("{member}.Key"))?;
        let value = call.param(&format!("{member}.Value")).unwrap_or_default();
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(ApiError::invalid_input(
                "Tag keys beginning with 'aws:' are reserved for system use and can't be added.",
            ));
        }
        if tags.iter().any(|(other, _)| other.eq_ignore_ascii_case(key)) {
            return Err(ApiError::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

pub(super) fn too_many(kind: &str) -> ApiError {
    ApiError::limit_exceeded(format!(
        "The number of tags has reached the maximum limit of {MOST} for this {kind}."
    ))
}

/// `aws:ResourceTag/...` and `iam:ResourceTag/...`, where the resource has tags.
pub(in crate::operations) fn resource_context(check: Check, tags: &[(String, String)]) -> Check {
    tags.iter().fold(check, |check, (key, value)| {
        check
            .with(format!("aws:ResourceTag/{key}"), value.as_str())
            .with(format!("iam:ResourceTag/{key}"), value.as_str())
    })
}

/// `aws:RequestTag/...` and `aws:TagKeys`, where the request brings tags.
pub(in crate::operations) fn request_context(mut check: Check, tags: &[(String, String)]) -> Check {
    for (key, value) in tags {
        check = check.with(format!("aws:RequestTag/{key}"), value.as_str());
    }
    if !tags.is_empty() {
        check = check.with(
            "aws:TagKeys",
            tags.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(),
        );
    }
    check
}

/// What it takes to make something: the operation itself, and to tag, where the request brings tags. "You must have
/// permission to tag" is what AWS's pages on tags come down to; that a creation without it is denied as a whole is what
/// it does ("User: ... is not authorized to perform: iam:TagPolicy on resource: policy NAME ...", as an answer to
/// CreatePolicy, CreateRole, CreateInstanceProfile and CreateOpenIDConnectProvider alike, in many reports).
pub(super) fn making(call: &Call<'_>, check: Check) -> Result<Authorization, ApiError> {
    let tags = read(call, "Tags")?;
    let check = request_context(check, &tags);
    if tags.is_empty() {
        return Authorization::one(check);
    }
    let tagging = Check {
        action: tag_action(call.operation),
        ..check.clone()
    };
    let mut checks = Checks::new(check);
    checks.push(tagging);
    Ok(checks.required())
}

/// The action that tags what this operation makes, such as `iam:TagRole`.
fn tag_action(operation: &str) -> String {
    let made = operation.strip_prefix("Create").unwrap_or(operation);
    let made = made.strip_prefix("Virtual").unwrap_or(made);
    format!("iam:Tag{made}")
}
