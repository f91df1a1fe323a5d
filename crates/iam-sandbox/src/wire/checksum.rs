//! The additional checksums of S3's uploads ("Checking object integrity", Amazon S3 User Guide).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// One algorithm: its name in headers (`x-amz-checksum-crc32`), in parameters, and in messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Algorithm {
    /// `crc32`.
    pub(crate) name: &'static str,
    /// `x-amz-checksum-crc32`.
    pub(crate) header: &'static str,
    /// `CRC32`, as `x-amz-checksum-algorithm` has it.
    pub(crate) parameter: &'static str,
    /// `ChecksumCRC32`, as XML has it.
    pub(crate) element: &'static str,
    digest: fn(&[u8]) -> Vec<u8>,
}

pub(crate) const CRC64NVME: Algorithm = Algorithm {
    name: "crc64nvme",
    header: "x-amz-checksum-crc64nvme",
    parameter: "CRC64NVME",
    element: "ChecksumCRC64NVME",
    digest: |bytes| crc(&NVME, bytes).to_be_bytes().to_vec(),
};

/// All that S3 knows.
pub(crate) const ALGORITHMS: [Algorithm; 5] = [
    Algorithm {
        name: "crc32",
        header: "x-amz-checksum-crc32",
        parameter: "CRC32",
        element: "ChecksumCRC32",
        digest: |bytes| low_four(crc(&IEEE, bytes)),
    },
    Algorithm {
        name: "crc32c",
        header: "x-amz-checksum-crc32c",
        parameter: "CRC32C",
        element: "ChecksumCRC32C",
        digest: |bytes| low_four(crc(&CASTAGNOLI, bytes)),
    },
    CRC64NVME,
    Algorithm {
        name: "sha1",
        header: "x-amz-checksum-sha1",
        parameter: "SHA1",
        element: "ChecksumSHA1",
        digest: |bytes| sha1::Sha1::digest(bytes).to_vec(),
    },
    Algorithm {
        name: "sha256",
        header: "x-amz-checksum-sha256",
        parameter: "SHA256",
        element: "ChecksumSHA256",
        digest: |bytes| Sha256::digest(bytes).to_vec(),
    },
];

impl PartialEq for Algorithm {
    fn eq(&self, other: &Algorithm) -> bool {
        self.name == other.name
    }
}

impl Algorithm {
    pub(crate) fn by_name(name: &str) -> Option<Algorithm> {
        ALGORITHMS.into_iter().find(|algorithm| algorithm.name == name)
    }

    /// By the name that parameters have, whatever its case.
    pub(crate) fn by_parameter(name: &str) -> Option<Algorithm> {
        ALGORITHMS
            .into_iter()
            .find(|algorithm| algorithm.parameter.eq_ignore_ascii_case(name))
    }

    /// The checksum as headers carry it, in Base64.
    pub(crate) fn of(self, bytes: &[u8]) -> String {
        BASE64.encode((self.digest)(bytes))
    }

    /// Whether this is a checksum of the right form.
    pub(crate) fn is_valid(self, value: &str) -> bool {
        BASE64
            .decode(value)
            .is_ok_and(|bytes| bytes.len() == (self.digest)(b"").len())
    }
}

/// The MD5 that `Content-MD5` carries.
pub(crate) fn md5(bytes: &[u8]) -> String {
    BASE64.encode(md5::Md5::digest(bytes))
}

/// Whether this has the form of a `Content-MD5`.
pub(crate) fn is_md5(value: &str) -> bool {
    BASE64.decode(value).is_ok_and(|bytes| bytes.len() == 16)
}

fn low_four(crc: u64) -> Vec<u8> {
    crc.to_be_bytes().iter().skip(4).copied().collect()
}

/// A reflected cyclic redundancy check of at most 64 bits, byte by byte.
struct Table {
    steps: [u64; 256],
    all_ones: u64,
}

static IEEE: Table = table(0xedb8_8320, 0xffff_ffff);
static CASTAGNOLI: Table = table(0x82f6_3b78, 0xffff_ffff);
/// The polynomial of the NVM Express specification.
static NVME: Table = table(0x9a6c_9329_ac4b_c9b5, u64::MAX);

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated while compiling, and n is below 256"
)]
const fn table(polynomial: u64, all_ones: u64) -> Table {
    let mut steps = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut step = n as u64;
        let mut bit = 0;
        while bit < 8 {
            step = if step & 1 == 1 {
                (step >> 1) ^ polynomial
            } else {
                step >> 1
            };
            bit += 1;
        }
        steps[n] = step;
        n += 1;
    }
    Table { steps, all_ones }
}

fn crc(table: &Table, bytes: &[u8]) -> u64 {
    let rest = bytes.iter().fold(table.all_ones, |crc, byte| {
        let [low, ..] = (crc ^ u64::from(*byte)).to_le_bytes();
        let step = table.steps.get(usize::from(low)).copied().unwrap_or_default();
        (crc >> 8) ^ step
    });
    rest ^ table.all_ones
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values that the catalogue of CRC algorithms gives for the text 123456789, and those of FIPS 180.
    #[test]
    fn the_published_check_values() {
        let of = |name: &str| hex::encode((Algorithm::by_name(name).unwrap().digest)(b"123456789"));
        assert_eq!(of("crc32"), "cbf43926");
        assert_eq!(of("crc32c"), "e3069283");
        assert_eq!(of("crc64nvme"), "ae8b14860a799888");
        let abc = |name: &str| hex::encode((Algorithm::by_name(name).unwrap().digest)(b"abc"));
        assert_eq!(abc("sha1"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(abc("sha256").starts_with("ba7816bf"));
    }

    #[test]
    fn the_form_is_looked_at() {
        let crc32 = Algorithm::by_parameter("Crc32").unwrap();
        assert!(crc32.is_valid(&crc32.of(b"x")));
        for bad in ["", "AAAA", "not base 64", "AAAAAAAAAAA="] {
            assert!(!crc32.is_valid(bad), "{bad}");
        }
        assert!(is_md5(&md5(b"")));
        assert!(!is_md5("AAAA"));
    }
}
