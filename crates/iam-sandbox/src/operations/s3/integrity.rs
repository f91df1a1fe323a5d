//! Is an upload what its sender meant? `Content-MD5`, and the additional checksums in headers and trailers
//! ("Checking object integrity", Amazon S3 User Guide).

use super::invalid_argument;
use crate::operations::call::Call;
use crate::wire::checksum::{self, ALGORITHMS, Algorithm};
use crate::wire::error::ApiError;
use crate::world::storage::Checksum;

/// The checksum that the caller gave, found to be right; none if there is none.
pub(super) fn verified(call: &Call<'_>) -> Result<Option<(Algorithm, String)>, ApiError> {
    let body = &call.input.body;
    if let Some(md5) = call.header("content-md5") {
        if !checksum::is_md5(md5) {
            return Err(
                ApiError::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
                    .with_detail("Content-MD5", md5),
            );
        }
        if checksum::md5(body) != md5 {
            return Err(ApiError::new(
                400,
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
            ));
        }
    }
    let trailer = |name: &str| {
        let mut fields = call.input.trailer.iter();
        fields
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    };
    let mut given = ALGORITHMS.into_iter().filter_map(|algorithm| {
        let value = call
            .header(algorithm.header)
            .or_else(|| trailer(algorithm.header))?;
        Some((algorithm, value))
    });
    let announced = call.header("x-amz-trailer");
    let Some((algorithm, value)) = given.next() else {
        return match announced {
            Some(name) if trailer(name).is_none() => Err(ApiError::new(
                400,
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published schema.",
            )),
            _ => Ok(None),
        };
    };
    if given.next().is_some() {
        return Err(ApiError::new(
            400,
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    if !algorithm.is_valid(value) {
        let message = format!("Value for {} header is invalid.", algorithm.header);
        return Err(ApiError::new(400, "InvalidRequest", message));
    }
    if algorithm.of(body) != value {
        let message = format!(
            "The {} you specified did not match the calculated checksum.",
            algorithm.parameter
        );
        return Err(ApiError::new(400, "BadDigest", message));
    }
    Ok(Some((algorithm, value.to_owned())))
}

/// The checksum that the object keeps: the caller's, or else S3's own CRC64NVME.
pub(super) fn of_object(call: &Call<'_>) -> Result<Checksum, ApiError> {
    let (algorithm, value) = verified(call)?.unwrap_or_else(|| own(&call.input.body));
    Ok(whole(algorithm, value))
}

fn own(body: &[u8]) -> (Algorithm, String) {
    (checksum::CRC64NVME, checksum::CRC64NVME.of(body))
}

/// A checksum of all bytes of an object.
pub(super) fn whole(algorithm: Algorithm, value: String) -> Checksum {
    Checksum {
        algorithm: algorithm.name,
        value,
        is_composite: false,
    }
}

/// The algorithm that a copy or an upload in parts is to have.
pub(super) fn asked(call: &Call<'_>) -> Result<Option<Algorithm>, ApiError> {
    let Some(name) = call.header("x-amz-checksum-algorithm") else {
        return Ok(None);
    };
    Algorithm::by_parameter(name).map(Some).ok_or_else(|| {
        let message = "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
                       [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
        ApiError::new(400, "InvalidRequest", message)
    })
}

/// An operation whose body must come with a digest.
pub(super) fn required(call: &Call<'_>) -> Result<(), ApiError> {
    if verified(call)?.is_some() || call.header("content-md5").is_some() {
        return Ok(());
    }
    Err(ApiError::new(
        400,
        "InvalidRequest",
        "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    ))
}

/// The headers in which a checksum is answered.
pub(super) fn headers(checksum: &Checksum) -> Vec<(&'static str, String)> {
    let Some(algorithm) = Algorithm::by_name(checksum.algorithm) else {
        return Vec::new();
    };
    vec![
        (algorithm.header, checksum.value.clone()),
        ("x-amz-checksum-type", kind(checksum).to_owned()),
    ]
}

/// `FULL_OBJECT` or `COMPOSITE`.
pub(super) fn kind(checksum: &Checksum) -> &'static str {
    if checksum.is_composite {
        "COMPOSITE"
    } else {
        "FULL_OBJECT"
    }
}

/// Is the type that an upload in parts asks for one that its algorithm has? Whether it is composite.
pub(super) fn composite(call: &Call<'_>, algorithm: Algorithm) -> Result<bool, ApiError> {
    let is_crc = algorithm.name.starts_with("crc");
    let composite = match call.header("x-amz-checksum-type") {
        // Without a word the 64-bit one is of the whole object and the others are composite.
        None => algorithm != checksum::CRC64NVME,
        Some(text) if text.eq_ignore_ascii_case("COMPOSITE") => true,
        Some(text) if text.eq_ignore_ascii_case("FULL_OBJECT") => false,
        Some(text) => {
            return Err(invalid_argument(
                "Value for x-amz-checksum-type header is invalid.",
                "x-amz-checksum-type",
                text,
            ));
        }
    };
    let is_possible = if composite {
        algorithm != checksum::CRC64NVME
    } else {
        is_crc
    };
    if is_possible {
        return Ok(composite);
    }
    let kind = if composite { "COMPOSITE" } else { "FULL_OBJECT" };
    let message = format!(
        "The {kind} checksum type cannot be used with the {} checksum algorithm.",
        algorithm.name
    );
    Err(ApiError::new(400, "InvalidRequest", message))
}
