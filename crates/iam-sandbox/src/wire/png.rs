//! A QR code as a PNG: black and white, one bit per pixel, stored without compression.

use qrcodegen::{QrCode, QrCodeEcc};

/// Pixels for each module of the code.
const SCALE: u32 = 4;
/// Modules of white around it, as QR readers want.
const QUIET: u32 = 4;

/// The picture of a text; empty if the text is too long for a QR code.
pub(crate) fn qr_code(text: &str) -> Vec<u8> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Vec::new();
    };
    let modules = u32::try_from(code.size()).unwrap_or_default();
    let side = (modules + 2 * QUIET) * SCALE;
    let is_dark = |x: u32, y: u32| {
        let module = |at: u32| {
            i32::try_from(at / SCALE).unwrap_or_default() - i32::try_from(QUIET).unwrap_or_default()
        };
        code.get_module(module(x), module(y))
    };
    let mut rows = Vec::new();
    for y in 0..side {
        // No filter.
        rows.push(0);
        for byte in 0..side.div_ceil(8) {
            let bits = (0..8).fold(0u8, |bits, bit| {
                let x = byte * 8 + bit;
                (bits << 1) | u8::from(x >= side || !is_dark(x, y))
            });
            rows.push(bits);
        }
    }
    let mut header = Vec::new();
    header.extend(side.to_be_bytes());
    header.extend(side.to_be_bytes());
    // One bit of grey; compression, filter and interlace as the standard has them.
    header.extend([1, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &zlib(&rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    png.extend(u32::try_from(content.len()).unwrap_or_default().to_be_bytes());
    png.extend(name);
    png.extend(content);
    let checked = name.iter().chain(content);
    png.extend(crc32(checked).to_be_bytes());
}

/// RFC 1950 around RFC 1951's stored blocks.
fn zlib(content: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = content.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(content).to_be_bytes());
    stream
}

fn adler32(content: &[u8]) -> u32 {
    let (low, high) = content.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

fn crc32<'a>(content: impl Iterator<Item = &'a u8>) -> u32 {
    !content.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_sums_of_known_texts() {
        assert_eq!(crc32(b"123456789".iter()), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_of_the_right_size() {
        let png = qr_code("otpauth://totp/x");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
        // Version 2 has 25 modules; with the margin 33, of four pixels each.
        assert_eq!(png[16..20], 132u32.to_be_bytes());
        assert!(qr_code(&"x".repeat(5000)).is_empty());
    }
}
