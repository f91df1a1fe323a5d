//! Buckets.

use std::collections::BTreeMap;

use bytes::Bytes;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{bucket, bucket_name};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::Bucket;

/// An instant as S3 writes it in XML.
pub(super) fn instant(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

#[expect(clippy::unnecessary_wraps, reason = "the table's type")]
pub(super) fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let prefix = call.input.target.query("prefix").unwrap_or_default();
    let region = call.input.target.query("bucket-region");
    let own = call.world.buckets.iter().filter(|(name, bucket)| {
        bucket.account == *call.account_id()
            && name.starts_with(prefix)
            && region.is_none_or(|region| region == bucket.region)
    });
    Ok(Answer::document("ListAllMyBucketsResult", |xml| {
        xml.element("Owner", |xml| {
            xml.text("ID", canonical_id(call.account_id().as_str()));
        });
        xml.list("Buckets", "Bucket", own, |xml, (name, bucket)| {
            xml.text("Name", name)
                .text("CreationDate", instant(bucket.created))
                .text("BucketRegion", &bucket.region);
        });
    }))
}

/// S3's own id of an account: 64 hexadecimal digits, the same every time.
pub(super) fn canonical_id(account: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(account.as_bytes()))
}

/// The region that the body of CreateBucket asks for.
pub(super) fn location_constraint(body: &Bytes) -> Result<Option<String>, ApiError> {
    let malformed = || {
        ApiError::new(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    };
    if body.is_empty() {
        return Ok(None);
    }
    let text = std::str::from_utf8(body).map_err(|_| malformed())?;
    let mut reader = Reader::from_str(text);
    let mut is_inside = false;
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(tag) => is_inside = tag.local_name().as_ref() == "LocationConstraint",
            Event::Text(text) if is_inside => {
                let region = text.trim().to_owned();
                return Ok((!region.is_empty()).then_some(region));
            }
            Event::End(_) => is_inside = false,
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// "General purpose bucket naming rules", Amazon S3 User Guide; the part that every bucket must keep.
fn is_bucket_name(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let name = bucket_name(call).to_owned();
    if !is_bucket_name(&name) {
        return Err(
            ApiError::new(400, "InvalidBucketName", "The specified bucket is not valid.")
                .with_detail("BucketName", &name),
        );
    }
    let region = region(call)?;
    if let Some(there) = call.world.buckets.get(&name) {
        let is_own = there.account == *call.account_id();
        // In us-east-1 making a bucket once more is no error ("CreateBucket", Amazon S3 API Reference).
        if !(is_own && there.region == "us-east-1" && region == "us-east-1") {
            return Err(taken(&name, is_own));
        }
    } else {
        let bucket = Bucket {
            account: call.account_id().clone(),
            region,
            created: call.now(),
            policy: None,
            objects: BTreeMap::new(),
        };
        call.world.buckets.insert(name.clone(), bucket);
    }
    Ok(Answer::rest(
        200,
        vec![("location", format!("/{name}"))],
        Bytes::new(),
    ))
}

fn region(call: &Call<'_>) -> Result<String, ApiError> {
    let asked = location_constraint(&call.input.body)?;
    let incompatible = |what: &str| {
        ApiError::new(
            400,
            "IllegalLocationConstraintException",
            format!(
                "The {what} location constraint is incompatible for the region specific endpoint this request was sent to."
            ),
        )
    };
    match asked {
        None if call.region == "us-east-1" => Ok("us-east-1".to_owned()),
        None => Err(incompatible("unspecified")),
        Some(asked) if asked == "us-east-1" => Err(ApiError::new(
            400,
            "InvalidLocationConstraint",
            "The specified location-constraint is not valid",
        )),
        Some(asked) if call.region == "us-east-1" || asked == call.region => Ok(asked),
        Some(asked) => Err(incompatible(&asked)),
    }
}

fn taken(name: &str, is_own: bool) -> ApiError {
    let (code, message) = if is_own {
        (
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )
    } else {
        (
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the \
             system. Please select a different name and try again.",
        )
    };
    ApiError::new(409, code, message).with_detail("BucketName", name)
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    if !bucket(call)?.objects.is_empty() {
        return Err(ApiError::new(
            409,
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty",
        )
        .with_detail("BucketName", bucket_name(call)));
    }
    let name = bucket_name(call).to_owned();
    call.world.buckets.remove(&name);
    Ok(Answer::no_content())
}

pub(super) fn head(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let region = bucket(call)?.region.clone();
    Ok(Answer::rest(
        200,
        vec![
            ("x-amz-bucket-region", region),
            ("x-amz-access-point-alias", "false".to_owned()),
        ],
        Bytes::new(),
    ))
}

pub(super) fn location(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let region = bucket(call)?.region.clone();
    let mut xml = crate::wire::xml::Xml::default();
    // us-east-1 is written as nothing at all ("GetBucketLocation", Amazon S3 API Reference).
    let shown = if region == "us-east-1" {
        String::new()
    } else {
        region
    };
    xml.text("LocationConstraint", shown);
    Ok(Answer::rest(
        200,
        vec![("content-type", "application/xml".to_owned())],
        Bytes::from(xml.finish()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_buckets() {
        for good in ["abc", "a.b-c1", "0bucket"] {
            assert!(is_bucket_name(good), "{good}");
        }
        for bad in [
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            "a..b",
            "192.168.0.1",
            &"a".repeat(64),
        ] {
            assert!(!is_bucket_name(bad), "{bad}");
        }
    }

    #[test]
    fn the_region_is_read_from_the_body() {
        let body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                    <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
        assert_eq!(
            location_constraint(&Bytes::from(body)).unwrap().as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(location_constraint(&Bytes::new()).unwrap(), None);
        assert!(location_constraint(&Bytes::from("<a></b>")).is_err());
    }
}
