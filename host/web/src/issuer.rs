//! The host as an OpenID Connect issuer, under two names with one set of keys: [`client_area`], where desks log in to billing,
//! and [`oauth`], where services of add-ons get tokens and sign operators in (ADR 40).

pub(crate) mod again;
pub(crate) mod client_area;
mod form;
mod keys;
pub(crate) mod oauth;
mod open;

pub use self::keys::{KeyError, new_issuer_key};
pub(crate) use self::open::open_in;
