//! A session's bytes, sealed: ChaCha20-Poly1305 (RFC 8439), with the session's name as associated data, so that no file
//! passes for another.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::zeroize::Zeroizing;
use std::io;

/// What a file begins with: another form would be another number.
const FORM: &[u8] = b"daypass session 1\n";

/// The bytes of a key.
pub(super) type KeyBytes = Zeroizing<[u8; 32]>;

fn aead(key: &KeyBytes) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, key.as_slice())
        .ok()
        .map(LessSafeKey::new)
}

/// Seals `plain`. The nonce is random: a key seals some thousand sessions in its life, of 2^96.
pub(super) fn seal(key: &KeyBytes, name: &str, plain: &[u8]) -> io::Result<Vec<u8>> {
    let failed = || io::Error::other("it cannot be encrypted");
    let mut nonce = [0; NONCE_LEN];
    SystemRandom::new().fill(&mut nonce).map_err(|_| failed())?;
    let mut sealed = plain.to_vec();
    aead(key)
        .ok_or_else(failed)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed)
        .map_err(|_| failed())?;
    Ok([FORM, &nonce, &sealed].concat())
}

/// Opens what [`seal`] has sealed with the same key under the same name.
pub(super) fn open(key: &KeyBytes, name: &str, sealed: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let mut sealed = Zeroizing::new(sealed);
    let start = FORM.len() + NONCE_LEN;
    let nonce = sealed.get(..start)?.strip_prefix(FORM)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let body = sealed.get_mut(start..)?;
    let length = aead(key)?.open_in_place(nonce, Aad::from(name), body).ok()?.len();
    Some(Zeroizing::new(sealed.get(start..start + length)?.to_vec()))
}
