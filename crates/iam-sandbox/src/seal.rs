//! Texts that only the sandbox which sealed them can read and has certainly written: encrypted, with a tag.
//! A message is its own nonce, as in a synthetic initialization vector, so that no randomness is drawn for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of the tag that a message begins with.
const TAG: usize = 16;

/// What one sandbox seals its messages with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seal([u8; 32]);

impl Seal {
    /// The same for the same seed, so that a run can be repeated.
    pub(crate) fn of(entropy: u64) -> Seal {
        let mut hash = Sha256::new_with_prefix(b"authorization messages");
        hash.update(entropy.to_be_bytes());
        Seal(hash.finalize().into())
    }

    /// The text, to be read by nobody but [`Seal::open`].
    pub(crate) fn close(&self, text: &str) -> String {
        let tag = self.mac(&[b"tag", text.as_bytes()]);
        let mut sealed = tag.get(..TAG).unwrap_or_default().to_vec();
        let body = self.stream(&sealed, text.as_bytes());
        sealed.extend(body);
        BASE64.encode(sealed)
    }

    /// The text of a message that this sandbox has sealed; none for any other.
    pub(crate) fn open(&self, message: &str) -> Option<String> {
        let sealed = BASE64.decode(message).ok()?;
        let (tag, body) = sealed.split_at_checked(TAG)?;
        let text = self.stream(tag, body);
        let is_ours = self
            .mac(&[b"tag", &text])
            .get(..TAG)
            .is_some_and(|wanted| bool::from(wanted.ct_eq(tag)));
        is_ours.then(|| String::from_utf8(text).ok()).flatten()
    }

    /// A signature of a token that this sandbox issues.
    pub(crate) fn sign(&self, token: &[u8]) -> Vec<u8> {
        self.mac(&[b"token", token])
    }

    fn stream(&self, tag: &[u8], text: &[u8]) -> Vec<u8> {
        let blocks = (0u64..).flat_map(|n| self.mac(&[b"stream", tag, &n.to_be_bytes()]));
        text.iter().zip(blocks).map(|(byte, mask)| byte ^ mask).collect()
    }

    fn mac(&self, parts: &[&[u8]]) -> Vec<u8> {
        // A key of any length is allowed, so there is always a code.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return Vec::new();
        };
        let mac = parts.iter().fold(mac, Mac::chain_update);
        mac.finalize().into_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sandbox_that_sealed_a_message_reads_it() {
        let seal = Seal::of(7);
        for text in ["", "{}", &"long and longer ".repeat(40)] {
            let message = seal.close(text);
            assert_eq!(seal.open(&message).as_deref(), Some(text));
            assert_eq!(Seal::of(8).open(&message), None);
        }
        let message = seal.close("explicitDeny");
        assert!(!message.contains("explicit"));
        let mut altered = BASE64.decode(&message).unwrap();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(seal.open(&BASE64.encode(altered)), None);
        for junk in ["", "x", "not a message at all", "AAAA"] {
            assert_eq!(seal.open(junk), None, "{junk}");
        }
    }
}
