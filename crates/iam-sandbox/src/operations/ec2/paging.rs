//! Lists a page at a time ("Pagination", Amazon EC2 API Reference).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::invalid_value;
use crate::operations::call::Call;
use crate::wire::error::ApiError;

/// One page.
pub(super) struct Page<'p, T> {
    pub(super) items: &'p [T],
    pub(super) next: Option<String>,
}

/// 5 to 1,000, and not together with ids ("DescribeInstances" and "DescribeTags", Amazon EC2 API Reference).
pub(super) fn size(call: &Call<'_>, names_instances: bool) -> Result<usize, ApiError> {
    let Some(text) = call.param("MaxResults") else {
        return Ok(1000);
    };
    if names_instances {
        return Err(ApiError::new(
            400,
            "InvalidParameterCombination",
            "The parameter instancesSet cannot be used with the parameter maxResults",
        ));
    }
    text.parse::<usize>()
        .ok()
        .filter(|size| (5..=1000).contains(size))
        .ok_or_else(|| {
            invalid_value(format!(
                "Value ( {text} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000."
            ))
        })
}

/// The page of at most `size` that the request asks for. A token names the last item of the page before.
pub(super) fn page<'p, T>(
    call: &Call<'_>,
    all: &'p [T],
    size: usize,
    key: impl Fn(&T) -> String,
) -> Result<Page<'p, T>, ApiError> {
    let start = match call.param("NextToken") {
        None => 0,
        Some(token) => {
            let last = BASE64.decode(token).ok();
            let position = all
                .iter()
                .position(|item| last.as_deref() == Some(key(item).as_bytes()));
            position.map(|at| at + 1).ok_or_else(|| {
                ApiError::new(400, "InvalidNextToken", "The specified NextToken is not valid.")
            })?
        }
    };
    let rest = all.get(start..).unwrap_or_default();
    let (items, rest) = rest.split_at_checked(size).unwrap_or((rest, &[]));
    let next = items
        .last()
        .filter(|_| !rest.is_empty())
        .map(|item| BASE64.encode(key(item)));
    Ok(Page { items, next })
}
