//! The place where charging goes: the port that the install saga's step `charge` calls. Here: free add-ons only.

use annex_domain::{
    addon::{AddonId, Version},
    ids::{DeskId, InstallationId, OperatorId, SagaId},
};
use async_trait::async_trait;

/// What is to be paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The same when the step is done again: charging twice with one key charges once.
    pub key: SagaId,
    /// Who pays.
    pub desk: DeskId,
    /// For which installation.
    pub installation: InstallationId,
    /// Of which add-on.
    pub addon: AddonId,
    /// In which version.
    pub version: Version,
    /// Who asked.
    pub by: OperatorId,
}

/// Why nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BillingError {
    /// Declined, or to be confirmed: the text says what to do.
    #[error("{0}")]
    Declined(String),
    /// The gateway cannot be reached: tried again.
    #[error("{0}")]
    Unavailable(String),
}

/// Takes money, and gives it back when the installation does not come about.
#[async_trait]
pub trait Billing: Send + Sync {
    /// Charges, once for each key.
    async fn charge(&self, charge: &Charge) -> Result<(), BillingError>;
    /// Takes the charge back, if there was one.
    async fn refund(&self, charge: &Charge) -> Result<(), BillingError>;
}

/// Lets free add-ons pass. Manifests of this version of Annex have no plans, so every add-on is free.
#[derive(Debug, Clone, Copy, Default)]
pub struct FreeOnly;

#[async_trait]
impl Billing for FreeOnly {
    async fn charge(&self, _: &Charge) -> Result<(), BillingError> {
        Ok(())
    }

    async fn refund(&self, _: &Charge) -> Result<(), BillingError> {
        Ok(())
    }
}
