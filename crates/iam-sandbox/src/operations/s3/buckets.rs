//! Buckets.

use super::tags;
use super::wanted;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;

use super::{bucket, bucket_name, invalid_argument};
use crate::operations::call::Call;
use crate::wire::answer::Answer;
use crate::wire::error::ApiError;
use crate::world::storage::Bucket;

/// An instant as S3 writes it in XML.
pub(super) fn instant(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// The caller's buckets; in pages where `max-buckets` asks for it ("ListBuckets", Amazon S3 API Reference).
pub(super) fn list(call: &mut Call<'_>) -> Result<Answer, ApiError> {
    let query = |name| call.input.target.query(name);
    let prefix = query("prefix").unwrap_or_default();
    let region = query("bucket-region");
    let most = match query("max-buckets") {
        None => usize::MAX,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|most| (1..=10_000).contains(most))
            .ok_or_else(|| {
                let message = "Argument max-buckets must be an integer between 1 and 10000";
                invalid_argument(message, "max-buckets", text)
            })?,
    };
    let after = match query("continuation-token") {
        None => String::new(),
        Some(token) => BASE64
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| {
                let message = "The continuation token provided is incorrect";
                invalid_argument(message, "continuation-token", token)
            })?,
    };
    let mut rest = call.world.buckets.iter().filter(|(name, bucket)| {
        bucket.account == *call.account_id()
            && **name > after
            && name.starts_with(prefix)
            && region.is_none_or(|region| region == bucket.region)
    });
    let page: Vec<_> = rest.by_ref().take(most).collect();
    let next = rest
        .next()
        .and_then(|_| page.last().map(|(name, _)| BASE64.encode(name)));
    Ok(Answer::document("ListAllMyBucketsResult", |xml| {
        xml.element("Owner", |xml| {
            xml.text("ID", canonical_id(call.account_id().as_str()));
        });
        xml.list("Buckets", "Bucket", page, |xml, (name, bucket)| {
            xml.text("Name", name)
                .text("CreationDate", instant(bucket.created))
                .text("BucketRegion", &bucket.region);
        });
        xml.optional("Prefix", query("prefix"))
            .optional("ContinuationToken", next);
    }))
}

/// S3's own id of an account: 64 hexadecimal digits, the same every time.
pub(super) fn canonical_id(account: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(account.as_bytes()))
}

/// "General purpose bucket naming rules", Amazon S3 User Guide; the part that every bucket must keep.
pub(crate) fn is_bucket_name(name: &str) -> bool {
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
    let wanted = wanted::wanted(&call.input.body)?;
    let region = region(call, wanted.region)?;
    tags::check_bucket(&wanted.tags)?;
    // ACLs are disabled for new buckets; one would need them enabled.
    if call.header("x-amz-acl").is_some_and(|acl| acl != "private") {
        return Err(ApiError::new(
            400,
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        ));
    }
    if let Some(there) = call.world.buckets.get(&name) {
        let is_own = there.account == *call.account_id();
        // In us-east-1 making a bucket once more is no error ("CreateBucket", Amazon S3 API Reference).
        if !(is_own && there.region == "us-east-1" && region == "us-east-1") {
            return Err(taken(&name, is_own));
        }
    } else {
        let mut bucket = Bucket::new(call.account_id().clone(), region, call.now());
        bucket.tags = wanted.tags;
        call.world.buckets.insert(name.clone(), bucket);
    }
    Ok(Answer::rest(
        200,
        vec![("location", format!("/{name}"))],
        Bytes::new(),
    ))
}

fn region(call: &Call<'_>, asked: Option<String>) -> Result<String, ApiError> {
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
        Some(asked) if asked == "us-east-1" || !is_region(&asked) => Err(ApiError::new(
            400,
            "InvalidLocationConstraint",
            "The specified location-constraint is not valid",
        )
        .with_detail("LocationConstraint", &asked)),
        Some(asked) if call.region == "us-east-1" || asked == call.region => Ok(asked),
        Some(asked) => Err(incompatible(&asked)),
    }
}

/// `EU` is an old name that still works.
fn is_region(name: &str) -> bool {
    name == "EU" || crate::region::is_region(name)
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
    let here = bucket(call)?;
    if !here.objects.is_empty() || !here.uploads.is_empty() {
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
}
