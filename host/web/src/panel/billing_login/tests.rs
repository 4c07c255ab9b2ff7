//! Logging the desk in, as the relying party: with the built-in client area the whole way, and with an issuer on loopback
//! that misbehaves in one way at a time. `tests/e2e/billing_login.rs` does the same with an issuer that is not ours.

mod built_in;
mod foreign;
mod issuer;
