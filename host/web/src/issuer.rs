//! The host as an OpenID Connect issuer. [`client_area`] is the one that desks log in to billing at.

pub(crate) mod client_area;
mod keys;

pub use self::keys::{KeyError, new_issuer_key};
