//! How the embedded tables are compressed: Zstandard frames of text.

/// The text of a frame. What is embedded is whole, as the tests show; were it not, the text would be empty.
pub(crate) fn unpacked(frame: &[u8]) -> String {
    let mut text = String::new();
    let whole = ruzstd::decoding::StreamingDecoder::new(frame)
        .ok()
        .and_then(|mut decoder| std::io::Read::read_to_string(&mut decoder, &mut text).ok());
    whole.map_or_else(String::new, |_| text)
}
