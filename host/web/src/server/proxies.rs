//! Whose address counts. Anybody can send `X-Forwarded-For` or `Forwarded`, so their word counts only when it comes from a
//! proxy that the configuration trusts; it is read from the right, where the nearest proxy writes, up to the first address
//! that is none of a trusted proxy. Only the one header is read that the proxies set: they pass on what clients say in the
//! other.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// From where a request comes, as far as can be trusted. In the extensions of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// The header in which proxies say for whom they ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which most set.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies whose word counts.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    /// Where they are.
    pub networks: Vec<IpNet>,
    /// What they set.
    pub header: ProxyHeader,
}

impl TrustedProxies {
    /// True for the address of a trusted proxy.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// For whom a request is that came from `peer`.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if !self.trust(peer) {
            return client;
        }
        for hop in self.hops(headers).iter().rev() {
            // What a trusted proxy writes that is no address (`unknown`, `_hidden`) ends the chain: beyond is hearsay.
            let Some(address) = address(hop) else { break };
            client = address.to_canonical();
            if !self.trust(client) {
                break;
            }
        }
        client
    }

    /// What the header says, from the client to the last proxy.
    fn hops(&self, headers: &HeaderMap) -> Vec<String> {
        let name = match self.header {
            ProxyHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            ProxyHeader::Forwarded => header::FORWARDED,
        };
        let lines = headers.get_all(name).into_iter().map(|line| line.to_str().unwrap_or_default());
        match self.header {
            ProxyHeader::XForwardedFor => lines.flat_map(|line| line.split(',')).map(|hop| hop.trim().into()).collect(),
            ProxyHeader::Forwarded => lines.flat_map(|line| split(line, ',')).map(|hop| for_of(&hop)).collect(),
        }
    }
}

/// Splits where `by` stands outside of quotes.
fn split(text: &str, by: char) -> Vec<String> {
    let (mut parts, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for c in text.chars() {
        if c == by && !quoted {
            parts.push(String::new());
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// The parameter `for` of an element of `Forwarded`, without quotes; empty when there is none, or more than one.
fn for_of(element: &str) -> String {
    let pairs = split(element, ';');
    let mut found = pairs.iter().filter_map(|pair| pair.trim().split_once('=')).filter(|(name, _)| {
        let name = name.trim();
        name.eq_ignore_ascii_case("for")
    });
    let (Some((_, value)), None) = (found.next(), found.next()) else { return String::new() };
    let value = value.trim();
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value).into()
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(hop: &str) -> Option<IpAddr> {
    if let Ok(address) = hop.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(with_port) = hop.parse::<SocketAddr>() {
        return Some(with_port.ip());
    }
    hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(header: ProxyHeader, peer: &str, lines: &[(&'static str, &'static str)]) -> String {
        let networks = ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        TrustedProxies { networks, header }.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn x_forwarded_for_counts_from_the_right_and_only_from_trusted_proxies() {
        for (peer, lines, expected) in [
            ("192.0.2.9", vec!["198.51.100.1"], "192.0.2.9"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["203.0.113.7, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["203.0.113.7, 198.51.100.1, 10.1.1.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["203.0.113.7", "198.51.100.1,10.1.1.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
            ("10.0.0.1", vec!["198.51.100.1:4711"], "198.51.100.1"),
            ("10.0.0.1", vec!["2001:db8::1"], "2001:db8::1"),
            ("10.0.0.1", vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            ("10.0.0.1", vec!["[2001:db8::1]"], "2001:db8::1"),
            ("2001:db8:ffff::1", vec!["2001:db8::1, 2001:db8:ffff::2"], "2001:db8::1"),
            ("10.0.0.1", vec!["198.51.100.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec!["198.51.100.1, "], "10.0.0.1"),
            ("10.0.0.1", vec!["198.51.100.1, unknown, 10.1.1.1"], "10.1.1.1"),
        ] {
            let lines: Vec<_> = lines.into_iter().map(|line| ("x-forwarded-for", line)).collect();
            assert_eq!(client(ProxyHeader::XForwardedFor, peer, &lines), expected, "{peer} {lines:?}");
        }
        // What a client says in the other header is passed on by its proxy.
        let both = [("forwarded", "for=203.0.113.7"), ("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client(ProxyHeader::XForwardedFor, "10.0.0.1", &both), "198.51.100.1");
        assert_eq!(client(ProxyHeader::Forwarded, "10.0.0.1", &both), "203.0.113.7");
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_says() {
        for (line, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
            ("by=10.0.0.1; for=\"198.51.100.1:4711\"", "198.51.100.1"),
            ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=203.0.113.7, for=198.51.100.1, for=10.1.1.1", "198.51.100.1"),
            ("for=\"203.0.113.7, 1\", for=198.51.100.1", "198.51.100.1"),
            ("host=\"a\\\",b\";for=198.51.100.1", "198.51.100.1"),
            ("for=198.51.100.1, for=unknown", "10.0.0.1"),
            ("for=198.51.100.1, for=_hidden, for=10.1.1.1", "10.1.1.1"),
            ("for=198.51.100.1, proto=https", "10.0.0.1"),
            ("for=198.51.100.1;for=203.0.113.7", "10.0.0.1"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(client(ProxyHeader::Forwarded, "10.0.0.1", &[("forwarded", line)]), expected, "{line}");
        }
    }
}
