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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_read_from_the_body() {
        let body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                    <LocationConstraint>eu-west-1</LocationConstraint>\
                    <Tags><Tag><Key>team</Key><Value>a</Value></Tag></Tags></CreateBucketConfiguration>";
        let wanted = super::wanted(&Bytes::from(body)).unwrap();
        assert_eq!(wanted.region.as_deref(), Some("eu-west-1"));
        assert_eq!(wanted.tags, [("team".to_owned(), "a".to_owned())]);
        assert_eq!(super::wanted(&Bytes::new()).unwrap(), Wanted::default());
        assert!(super::wanted(&Bytes::from("<a></b>")).is_err());
    }
}
