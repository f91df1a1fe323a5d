//! Addresses and ranges of addresses (CIDR), version 4 and 6.
//! IAM User Guide, "IP address condition operators".

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses; a lone address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or an address alone.
    pub(crate) fn parse(text: &str) -> Option<Network> {
        let text = text.trim();
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().filter(|p| *p <= longest)?
            }
            Some(_) => return None,
        };
        Some(Network { address, prefix })
    }

    /// The first and the last address of the range.
    pub(crate) fn ends(&self) -> (IpAddr, IpAddr) {
        match self.address {
            IpAddr::V4(address) => {
                let free = u32::MAX.checked_shr(self.prefix).unwrap_or(0);
                let bits = address.to_bits();
                (
                    Ipv4Addr::from_bits(bits & !free).into(),
                    Ipv4Addr::from_bits(bits | free).into(),
                )
            }
            IpAddr::V6(address) => {
                let free = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
                let bits = address.to_bits();
                (
                    Ipv6Addr::from_bits(bits & !free).into(),
                    Ipv6Addr::from_bits(bits | free).into(),
                )
            }
        }
    }

    /// Whether the address lies in the range. The versions are apart: `0.0.0.0/0` holds no IPv6 address.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits() ^ b.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= self.prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_both_versions() {
        let within =
            |range: &str, address: &str| Network::parse(range).unwrap().contains(address.parse().unwrap());
        assert!(within("203.0.113.0/24", "203.0.113.255"));
        assert!(!within("203.0.113.0/24", "203.0.114.0"));
        assert!(within("203.0.113.7/24", "203.0.113.9"));
        assert!(within("203.0.113.7", "203.0.113.7") && !within("203.0.113.7", "203.0.113.8"));
        assert!(within("0.0.0.0/0", "255.255.255.255") && !within("0.0.0.0/0", "::1"));
        assert!(within("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9"));
        assert!(within("::/0", "2001:db8::1") && !within("2001:db8::/32", "2001:db9::1"));
        for text in [
            "",
            "1.2.3",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "example.com",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
