//! Lists a page at a time, with markers that only say where to go on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use crate::operations::call::Call;
use crate::wire::error::ApiError;
use crate::wire::xml::Xml;

/// One page.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// `IsTruncated`, and `Marker` where there is more.
    pub(super) fn write_end(&self, xml: &mut Xml) {
        xml.text("IsTruncated", self.next.is_some())
            .optional("Marker", self.next.as_ref());
    }
}

/// The page that the request asks for. A marker names the last item of the page before, so that items made or
/// removed in between neither repeat nor hide others.
pub(super) fn page<T>(
    call: &Call<'_>,
    mut items: Vec<T>,
    key: impl Fn(&T) -> String,
) -> Result<Page<T>, ApiError> {
    let size = call.number("MaxItems").unwrap_or(100);
    let size = usize::try_from(size).unwrap_or(100);
    items.sort_by_cached_key(|item| key(item));
    if let Some(marker) = call.param("Marker") {
        let last = BASE64
            .decode(marker)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ApiError::validation("Invalid Marker."))?;
        items.retain(|item| key(item) > last);
    }
    let has_more = items.len() > size;
    items.truncate(size);
    let next = items
        .last()
        .filter(|_| has_more)
        .map(|item| BASE64.encode(key(item)));
    Ok(Page { items, next })
}
