//! Addresses and names of a network: who counts as one among its clients, which addresses are public, and what a label of a
//! host name is, and a whole one.

mod public;

use std::net::{IpAddr, Ipv6Addr};

pub use self::public::{NOT_PUBLIC, is_public};

/// What a limit per client counts by: an IPv4 address, or the /64 of an IPv6 one, which is what one line gets.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

/// True for one DNS label: 1 to 63 of `a-z 0-9 -`, not starting or ending with `-` (RFC 1035, RFC 1123).
#[must_use]
pub fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// True for the name of a host, in lower case: at least two labels, at most 253 characters, and nothing that could be read as an
/// address.
#[must_use]
pub fn is_host(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label) && !numeric
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_and_no_address() {
        for host in ["example.com", "a-1.b.example", "xn--mnchen-3ya.example"] {
            assert!(is_host(host), "{host}");
        }
        let long = ["a"; 128].join(".");
        for no_host in ["", "localhost", "a..b", "-a.com", "127.0.0.1", "a.0x7f", "A.com", "a.com.", "a.com:80", &long]
        {
            assert!(!is_host(no_host), "{no_host}");
        }
    }

    #[test]
    fn a_line_with_ipv6_has_many_addresses() {
        let network = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
