//! Ranges of addresses: which are private, and where they begin.
//! RFC 1918, RFC 4193, RFC 6890.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address and the length of the prefix of `10.0.0.0/8`; an address alone is a range of one.
fn range(text: &str) -> Option<(IpAddr, u32)> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(longest);
    (prefix <= longest).then_some((address, prefix))
}

/// Whether all addresses of the range are private, or of this machine.
pub(super) fn is_private(text: &str) -> bool {
    const V4: [(Ipv4Addr, u32); 5] = [
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
        (Ipv4Addr::new(169, 254, 0, 0), 16),
        (Ipv4Addr::new(127, 0, 0, 0), 8),
    ];
    const V6: [(Ipv6Addr, u32); 3] = [
        (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
        (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
        (Ipv6Addr::LOCALHOST, 128),
    ];
    match range(text) {
        Some((IpAddr::V4(address), prefix)) => V4.iter().any(|(start, length)| {
            prefix >= *length && (address.to_bits() ^ start.to_bits()).leading_zeros() >= *length
        }),
        Some((IpAddr::V6(address), prefix)) => V6.iter().any(|(start, length)| {
            prefix >= *length && (address.to_bits() ^ start.to_bits()).leading_zeros() >= *length
        }),
        None => false,
    }
}

/// The range as it is properly written, where it is not: `203.0.113.7/24` is `203.0.113.0/24`.
pub(super) fn without_host_bits(text: &str) -> Option<String> {
    let (address, prefix) = range(text)?;
    let masked = match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    };
    (masked != address).then(|| format!("{masked}/{prefix}"))
}
