//! The two gateways behind the port, and the contract that both keep to.

pub mod stripe;
pub mod test;

#[cfg(test)]
mod contract;
