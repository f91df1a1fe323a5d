//! From the YAML scanner's positions, counted in characters, to byte offsets.

/// The byte offset of each character of one text.
pub(super) struct Offsets {
    /// Empty for ASCII, where both counts are the same.
    starts: Vec<usize>,
    length: usize,
    /// What precedes the scanned part: a byte order mark.
    before: usize,
}

impl Offsets {
    /// For `body`, which stands `before` bytes into the text that spans are about.
    pub(super) fn new(body: &str, before: usize) -> Offsets {
        let starts = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices().map(|(at, _)| at).collect()
        };
        Offsets {
            starts,
            length: body.len(),
            before,
        }
    }

    pub(super) fn byte(&self, character: usize) -> usize {
        let in_body = if self.starts.is_empty() {
            character.min(self.length)
        } else {
            self.starts.get(character).copied().unwrap_or(self.length)
        };
        self.before + in_body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_become_bytes() {
        let offsets = Offsets::new("aé😀b", 3);
        let bytes: Vec<_> = (0..6).map(|character| offsets.byte(character)).collect();
        assert_eq!(bytes, [3, 4, 6, 10, 11, 11]);
        assert_eq!(Offsets::new("ab", 0).byte(7), 2);
    }
}
