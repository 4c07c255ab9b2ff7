//! The two gateways behind the port. The contract that both keep to is tested from outside: `tests/billing/contract.rs`.

pub mod stripe;
pub mod test;
