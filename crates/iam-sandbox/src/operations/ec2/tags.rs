//! Tags of instances ("Tag your Amazon EC2 resources", Amazon EC2 User Guide).

use super::{end_dry_run, filters, ids, invalid_value, paging};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;

const MOST: usize = 50;

/// The kind of resource that an id belongs to, in the words of ARNs. Only instances are kept here.
pub(super) fn kind(id: &str) -> Result<&'static str, ApiError> {
    if ids::is_id(id, "i") {
        Ok("instance")
    } else if id.starts_with("i-") {
        Err(ids::malformed_instance(id))
    } else {
        Err(ApiError::new(
            400,
            "InvalidID",
            format!("The ID '{id}' is not valid"),
        ))
    }
}

/// The tags that a request brings under `Tag`; a value that is left out is empty.
pub(super) fn of_request(call: &Call<'_>) -> Result<Tags, ApiError> {
    let tags = under(call, "Tag");
    check(&tags)?;
    Ok(tags)
}

pub(super) fn under(call: &Call<'_>, name: &str) -> Tags {
    let params = &call.input.params;
    params
        .members(name)
        .into_iter()
        .filter_map(|member| {
            let key = params.get(&format!("{member}.Key"))?.to_owned();
            let value = params.get(&format!("{member}.Value")).unwrap_or_default();
            Some((key, value.to_owned()))
        })
        .collect()
}

/// Are these tags that a resource may get?
pub(super) fn check(tags: &Tags) -> Result<(), ApiError> {
    for (key, value) in tags {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid_value(format!(
                "Value ( {key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use"
            )));
        }
        if key.is_empty() {
            return Err(invalid_value("Tag key cannot be empty"));
        }
        if key.chars().count() > 128 {
            return Err(invalid_value(
                "Tag key exceeds the maximum length of 128 characters",
            ));
        }
        if value.chars().count() > 256 {
            return Err(invalid_value(
                "Tag value exceeds the maximum length of 256 characters",
            ));
        }
    }
    let mut keys: Vec<&String> = tags.iter().map(|(key, _)| key).collect();
    keys.sort();
    keys.dedup();
    if keys.len() != tags.len() {
        return Err(invalid_value("Duplicate tag keys are not permitted."));
    }
    if tags.len() > MOST {
        return Err(limit());
    }
    Ok(())
}

fn limit() -> ApiError {
    ApiError::new(
        400,
        "TagLimitExceeded",
        format!("The maximum number of Tags for a resource has been reached: {MOST}"),
    )
}

/// Sets `tags` among `own`; keys are told apart by case.
fn set(own: &mut Tags, tags: &Tags) {
    for (key, value) in tags {
        match own.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => known.clone_from(value),
            None => own.push((key.clone(), value.clone())),
        }
    }
}

/// Changes the tags of every resource that the request names.
fn change(call: &mut Call<'_>, change: impl Fn(&mut Tags)) -> Result<Answer, ApiError> {
    let resources: Vec<String> = call
        .input
        .params
        .list("ResourceId")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let names: Vec<&str> = resources.iter().map(String::as_str).collect();
    ids::all_exist(call, &names)?;
    // Nothing is changed unless everything can be.
    for instance in ids::here(call)?.filter(|instance| resources.contains(&instance.id)) {
        let mut tags = instance.tags.clone();
        change(&mut tags);
        if tags.len() > MOST {
            return Err(limit());
        }
    }
    end_dry_run(call)?;
    let region = call.region;
    call.change(|account, _| {
        let instances = account.instances.iter_mut();
        instances
            .filter(|instance| instance.region == region && resources.contains(&instance.id))
            .for_each(|instance| change(&mut instance.tags));
    });
    Ok(Answer::fields(|xml| {
        xml.text("return", true);
    }))
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let tags = of_request(call)?;
    if tags.is_empty() {
        return Err(super::missing("Tag"));
    }
    change(call, |own| set(own, &tags))
}

/// A tag with a value is removed only if it has that value; without tags all go ("DeleteTags", Amazon EC2 API
/// Reference).
pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let params = &call.input.params;
    let removed: Vec<(String, Option<String>)> = params
        .members("Tag")
        .into_iter()
        .filter_map(|member| {
            let key = params.get(&format!("{member}.Key"))?.to_owned();
            Some((key, params.get(&format!("{member}.Value")).map(str::to_owned)))
        })
        .collect();
    change(call, |own| {
        own.retain(|(key, value)| {
            let goes = removed
                .iter()
                .any(|(name, wanted)| name == key && wanted.as_ref().is_none_or(|wanted| wanted == value));
            !(removed.is_empty() || goes)
        });
    })
}

pub(super) fn describe(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    end_dry_run(call)?;
    let filters = filters::of(call);
    let mut found = Vec::new();
    for instance in ids::here(call)? {
        for (key, value) in &instance.tags {
            let mut is_wanted = true;
            for filter in &filters {
                let own = match filter.name.as_str() {
                    "key" => key.clone(),
                    "value" => value.clone(),
                    "resource-id" => instance.id.clone(),
                    "resource-type" => "instance".to_owned(),
                    other => match other.strip_prefix("tag:") {
                        Some(wanted) if wanted == key => value.clone(),
                        Some(_) => {
                            is_wanted = false;
                            continue;
                        }
                        None => return Err(filter.unknown()),
                    },
                };
                is_wanted &= filter.takes(&[own]);
            }
            if is_wanted {
                found.push((&instance.id, key, value));
            }
        }
    }
    let size = paging::size(call, false)?;
    let page = paging::page(call, &found, size, |(id, key, _)| format!("{id} {key}"))?;
    Ok(Answer::fields(|xml| {
        xml.list("tagSet", "item", page.items, |xml, (id, key, value)| {
            xml.text("resourceId", id)
                .text("resourceType", "instance")
                .text("key", key)
                .text("value", value);
        })
        .optional("nextToken", page.next);
    }))
}
