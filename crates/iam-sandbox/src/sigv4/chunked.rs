//! The `aws-chunked` bodies that S3 clients send: frames, each perhaps signed, perhaps a trailer.
//! ("Signature calculations: Transferring payload in multiple chunks", Amazon S3 API Reference.)

use std::fmt::Write as _;

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::{Claim, Content, Problem, mac, same};

#[derive(Clone, Copy, Debug)]
pub(super) struct Framing {
    pub(super) is_signed: bool,
    pub(super) has_trailer: bool,
}

pub(super) struct Frames<'a> {
    /// The claim whose signature the first frame builds on, and the signing key; none where frames are not signed.
    pub(super) signature: Option<(&'a Claim, &'a [u8])>,
    pub(super) framing: Framing,
    pub(super) parts: &'a Parts,
}

impl Frames<'_> {
    /// The data of all frames. Each signature covers the one before it, so that frames can be neither moved nor
    /// left out.
    pub(super) fn decode(&self, body: &Bytes) -> Result<Content, Problem> {
        let mut rest: &[u8] = body;
        let mut data = BytesMut::new();
        let mut previous = self
            .signature
            .map(|(claim, _)| claim.signature.clone())
            .unwrap_or_default();
        loop {
            let header = take_line(&mut rest).ok_or(Problem::ChunkedBody)?;
            let (size, extension) = header.split_once(';').unwrap_or((header, ""));
            let size = usize::from_str_radix(size, 16).map_err(|_| Problem::ChunkedBody)?;
            let chunk = rest.get(..size).ok_or(Problem::ChunkedBody)?;
            rest = rest.get(size..).ok_or(Problem::ChunkedBody)?;
            if self.framing.is_signed {
                let signature = extension
                    .strip_prefix("chunk-signature=")
                    .ok_or(Problem::ChunkedBody)?;
                let hashes = format!(
                    "{}\n{}",
                    hex::encode(Sha256::digest(b"")),
                    hex::encode(Sha256::digest(chunk))
                );
                self.check("AWS4-HMAC-SHA256-PAYLOAD", &previous, &hashes, signature)?;
                signature.clone_into(&mut previous);
            }
            if size == 0 {
                break;
            }
            data.extend_from_slice(chunk);
            rest = rest.strip_prefix(b"\r\n").ok_or(Problem::ChunkedBody)?;
        }
        let trailer = if self.framing.has_trailer {
            self.trailer(rest, &previous)?
        } else {
            Vec::new()
        };
        let announced = self
            .parts
            .headers
            .get("x-amz-decoded-content-length")
            .and_then(|v| v.to_str().ok());
        if announced.is_some_and(|length| length.parse() != Ok(data.len())) {
            return Err(Problem::ChunkedBody);
        }
        Ok(Content {
            body: data.freeze(),
            trailer,
        })
    }

    fn trailer(&self, mut rest: &[u8], previous: &str) -> Result<Vec<(String, String)>, Problem> {
        let mut fields = Vec::new();
        let mut signature = None;
        while let Some(line) = take_line(&mut rest).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or(Problem::ChunkedBody)?;
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
            if name == "x-amz-trailer-signature" {
                signature = Some(value);
            } else {
                fields.push((name, value));
            }
        }
        if self.framing.is_signed {
            let signed = fields.iter().fold(String::new(), |mut text, (name, value)| {
                let _ = writeln!(text, "{name}:{value}");
                text
            });
            let hash = hex::encode(Sha256::digest(signed.as_bytes()));
            let signature = signature.ok_or(Problem::ChunkedBody)?;
            self.check("AWS4-HMAC-SHA256-TRAILER", previous, &hash, &signature)?;
        }
        Ok(fields)
    }

    fn check(&self, algorithm: &str, previous: &str, hashes: &str, signature: &str) -> Result<(), Problem> {
        let (claim, key) = self.signature.ok_or(Problem::Mismatch)?;
        let to_sign = format!(
            "{algorithm}\n{}\n{}\n{previous}\n{hashes}",
            claim.signed_at_text,
            claim.scope.text()
        );
        if same(&hex::encode(mac(key, to_sign.as_bytes())), signature) {
            Ok(())
        } else {
            Err(Problem::Mismatch)
        }
    }
}

fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let all: &'a [u8] = rest;
    let end = all.windows(2).position(|two| two == b"\r\n")?;
    *rest = all.get(end + 2..)?;
    std::str::from_utf8(all.get(..end)?).ok()
}
