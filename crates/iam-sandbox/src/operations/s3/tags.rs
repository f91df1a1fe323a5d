//! Tags in requests: read and held against the rules ("Categorizing your objects using tags", Amazon S3 User Guide).

use std::collections::BTreeSet;

use super::invalid_argument;
use crate::operations::call::Call;
use crate::sigv4::query_pairs;
use crate::wire::document::Element;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;

pub(super) const MOST_ON_OBJECT: usize = 10;
const MOST_ON_BUCKET: usize = 50;

/// The tags of a `Tagging` body.
pub(super) fn of_body(call: &Call<'_>) -> Result<Tags, ApiError> {
    let root = Element::read(&call.input.body, "Tagging")?;
    of_set(
        root.child("TagSet")
            .ok_or_else(crate::wire::document::malformed)?,
    )
}

/// The tags that an element holds, one `Tag` each.
pub(super) fn of_set(set: &Element) -> Result<Tags, ApiError> {
    set.all("Tag")
        .map(|tag| Ok((tag.required("Key")?.to_owned(), tag.required("Value")?.to_owned())))
        .collect()
}

/// The tags that a new object comes with, from the header `x-amz-tagging`.
pub(super) fn of_header(call: &Call<'_>) -> Result<Tags, ApiError> {
    const HEADER: &str = "x-amz-tagging";
    let Some(text) = call.header(HEADER) else {
        return Ok(Vec::new());
    };
    let tags = query_pairs(text);
    let keys: BTreeSet<&String> = tags.iter().map(|(key, _)| key).collect();
    if keys.len() != tags.len() || text.is_empty() {
        return Err(invalid_argument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name \
             duplicates.",
            HEADER,
            text,
        ));
    }
    check(&tags, MOST_ON_OBJECT)?;
    Ok(tags)
}

/// May these be the tags of a thing that takes at most so many?
pub(super) fn check(tags: &Tags, most: usize) -> Result<(), ApiError> {
    let invalid =
        |message: &str, key: &str| Err(ApiError::new(400, "InvalidTag", message).with_detail("TagKey", key));
    if tags.len() > most {
        let what = if most == MOST_ON_OBJECT {
            "Object"
        } else {
            "Bucket"
        };
        let message = format!("{what} tags cannot be greater than {most}");
        return Err(ApiError::new(400, "BadRequest", message));
    }
    let mut seen = BTreeSet::new();
    for (key, value) in tags {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return invalid("System tags cannot be added/updated by requester", key);
        }
        if !(1..=128).contains(&key.chars().count()) || !is_tag_text(key) {
            return invalid("The TagKey you have provided is invalid", key);
        }
        if value.chars().count() > 256 || !is_tag_text(value) {
            return invalid("The TagValue you have provided is invalid", key);
        }
        if !seen.insert(key) {
            return invalid("Cannot provide multiple Tags with the same key", key);
        }
    }
    Ok(())
}

fn is_tag_text(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c))
}

/// May these be the tags of a bucket?
pub(super) fn check_bucket(tags: &Tags) -> Result<(), ApiError> {
    check(tags, MOST_ON_BUCKET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_their_grammar() {
        let tags = |pairs: &[(&str, &str)]| -> Tags {
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        assert!(check(&tags(&[("team", "a b"), ("Team", "")]), MOST_ON_OBJECT).is_ok());
        let many: Vec<(String, String)> = (0..11).map(|n| (n.to_string(), String::new())).collect();
        assert_eq!(check(&many, MOST_ON_OBJECT).unwrap_err().code, "BadRequest");
        assert!(check(&many, MOST_ON_BUCKET).is_ok());
        for bad in [
            &[("", "x")][..],
            &[("aws:x", "y")],
            &[("a", "b\n")],
            &[("a", "b"), ("a", "c")],
            &[("a\u{7}", "b")],
        ] {
            assert_eq!(
                check(&tags(bad), MOST_ON_OBJECT).unwrap_err().code,
                "InvalidTag",
                "{bad:?}"
            );
        }
    }
}
