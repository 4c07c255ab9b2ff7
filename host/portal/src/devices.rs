//! Letting a publisher's program in from a machine without a browser (RFC 8628): it asks, a member types its short code in the portal
//! and decides, and it collects a token. Nothing is given before that, so there is no token that nobody has collected.

mod ask;
mod collect;
mod decide;
mod look;

pub use ask::{Ask, ask};
pub use collect::{Collected, collect};
pub use decide::{approve, asks_password, deny};
pub use look::look;

use std::net::IpAddr;

use annex_domain::network::network_of;
use annex_store::logins::Trying;

/// How requests count: those of a network together, until somebody decides about one of them.
fn asking(network: &str) -> Trying<'_> {
    Trying { account: "programs that ask to be let in", address: "", at: None, device: Some(network) }
}

/// The network of an address; what is none, as it is.
fn network(address: &str) -> String {
    address.parse::<IpAddr>().map_or_else(|_| address.to_owned(), |address| network_of(address).to_string())
}
