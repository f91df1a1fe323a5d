//! What the body of CreateBucket asks for.

use bytes::Bytes;

use super::tags;
use crate::wire::document::Element;
use crate::wire::error::ApiError;
use crate::world::entity::Tags;

/// What the body of CreateBucket asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) region: Option<String>,
    pub(super) tags: Tags,
}

pub(super) fn wanted(body: &Bytes) -> Result<Wanted, ApiError> {
    if body.is_empty() {
        return Ok(Wanted::default());
    }
    let root = Element::read(body, "CreateBucketConfiguration")?;
    let region = root.text_of("LocationConstraint").map(str::trim);
    let tags = root.child("Tags").map(tags::of_set).transpose()?;
    Ok(Wanted {
        region: region.filter(|text| !text.is_empty()).map(str::to_owned),
        tags: tags.unwrap_or_default(),
    })
}
