//! Tags, as requests give them and answers list them ("Tags for AWS Identity and Access Management resources", IAM User Guide).

use crate::authorization::Check;
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
    for (number, member) in call.input.params.members(list).iter().enumerate() {
        let at = format!("tags.{}.member", number + 1);
        let key = call
            .param(&format!("{member}.Key"))
            .ok_or_else(|| ApiError::missing(&format!("{at}.key")))?;
        let value = call.param(&format!("{member}.Value")).unwrap_or_default();
        check(key, &format!("{at}.key"), 1, 128)?;
        check(value, &format!("{at}.value"), 0, 256)?;
        if tags.iter().any(|(other, _)| other.eq_ignore_ascii_case(key)) {
            return Err(ApiError::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    if tags.len() > MOST {
        let rule = format!("Member must have length less than or equal to {MOST}");
        return Err(ApiError::constraint("[...]", "tags", &rule));
    }
    Ok(tags)
}

fn check(text: &str, at: &str, least: usize, most: usize) -> Result<(), ApiError> {
    let length = text.chars().count();
    if length < least {
        let rule = format!("Member must have length greater than or equal to {least}");
        return Err(ApiError::constraint(text, at, &rule));
    }
    if length > most {
        let rule = format!("Member must have length less than or equal to {most}");
        return Err(ApiError::constraint(text, at, &rule));
    }
    let is_allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    if !text.chars().all(is_allowed) {
        let rule = "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+";
        return Err(ApiError::constraint(text, at, rule));
    }
    if least > 0 && text.to_ascii_lowercase().starts_with("aws:") {
        return Err(ApiError::invalid_input(
            "Tag keys beginning with 'aws:' are reserved for system use and can't be added.",
        ));
    }
    Ok(())
}

pub(super) fn too_many(kind: &str) -> ApiError {
    ApiError::limit_exceeded(format!(
        "The number of tags has reached the maximum limit of {MOST} for this {kind}."
    ))
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
