//! Seeded randomness: identifiers and secrets that look as AWS's do, and which replica answers.
//! The same seed and the same order of requests give the same values.

use fastrand::Rng;

/// Base 32 without the digits 0, 1, 8 and 9: what AWS's access key ids and unique ids are made of.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// One seeded stream.
#[derive(Debug)]
pub(crate) struct Random {
    rng: Rng,
}

impl Random {
    pub(crate) fn new(entropy: u64) -> Random {
        Random {
            rng: Rng::with_seed(entropy),
        }
    }

    /// Where the ids come from that a world starts with. They are the same in every process, whatever its entropy: what
    /// one run took down of them, such as the ARN of an instance, is there in the next. Keys and secrets are not of these.
    pub(crate) fn of_starting_world() -> Random {
        /// Any number does that nobody gives as entropy.
        const SEED: u64 = 0x6461_7970_6173_7331;
        Random::new(SEED)
    }

    fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        let mut text = String::with_capacity(count);
        let letters = (0..count).filter_map(|_| alphabet.get(self.rng.usize(..alphabet.len())));
        text.extend(letters.map(|&b| char::from(b)));
        text
    }

    /// A unique id of IAM: a prefix of four (`AROA`, `AIDA`, `AGPA`, `ANPA`, `AIPA`) and 17 more, as in
    /// `AIDACKCEVSQ6C2EXAMPLE`; an access key id (`AKIA`, `ASIA`) has 16 more, as `AKIAIOSFODNN7EXAMPLE`
    /// ("IAM identifiers: Unique identifiers", IAM User Guide).
    pub(crate) fn unique_id(&mut self, prefix: &str) -> String {
        let more = if matches!(prefix, "AKIA" | "ASIA") { 16 } else { 17 };
        format!("{prefix}{}", self.letters(BASE32, more))
    }

    /// Random bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.rng.u8(..)).collect()
    }

    /// Capital letters and digits.
    pub(crate) fn capitals(&mut self, count: usize) -> String {
        self.letters(BASE32, count)
    }

    /// A secret access key: 40 characters.
    pub(crate) fn secret(&mut self) -> String {
        self.letters(BASE64, 40)
    }

    /// A session token. AWS says not to rely on its length; this is about what is seen.
    pub(crate) fn session_token(&mut self) -> String {
        format!("IQoJb3JpZ2luX2VjE{}==", self.letters(LETTERS_AND_DIGITS, 380))
    }

    /// A request id in the form of a UUID.
    pub(crate) fn request_id(&mut self) -> String {
        let parts = [8, 4, 4, 4, 12].map(|n| self.letters(HEX, n));
        parts.join("-")
    }

    /// The id of a multipart upload; S3's are long and opaque.
    pub(crate) fn upload_id(&mut self) -> String {
        self.letters(LETTERS_AND_DIGITS, 96)
    }

    /// The id of an EC2 resource: `i-0123456789abcdef0`.
    pub(crate) fn resource_id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.letters(HEX, 16))
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.rng.usize(..bound) }
    }

    /// A number in [0, 1).
    pub(crate) fn fraction(&mut self) -> f64 {
        self.rng.f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_as_awss_identifiers_and_repeats_with_the_seed() {
        let mut one = Random::new(7);
        let mut two = Random::new(7);
        let id = one.unique_id("AKIA");
        assert_eq!(id.len(), 20);
        assert!(id.starts_with("AKIA"));
        assert_eq!(id, two.unique_id("AKIA"));
        assert_eq!(one.unique_id("AIDA").len(), 21);
        assert_eq!(one.secret().len(), 40);
        assert_eq!(one.request_id().len(), 36);
        assert_eq!(one.resource_id("i").len(), 19);
        assert_ne!(Random::new(8).unique_id("AKIA"), id);
    }
}
