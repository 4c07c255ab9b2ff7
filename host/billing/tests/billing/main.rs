//! Billing from outside: random histories of the ledger, and what both gateways keep to.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking, also in helpers"
)]

mod contract;
mod histories;
